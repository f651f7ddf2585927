// Inline mode: the bot's name and some words bring cards, and the one that is chosen is sent.

const PAUSE_MS = 300;

export class Inline {
  constructor(composer) {
    this.composer = composer;
    this.panel = composer.panel;
  }

  /** @returns the words behind the bot's name, null where they are no question to it. */
  words() {
    const { username } = this.panel.bot;
    const [, name, words] = /^@(\w+)[ \u00a0](.*)$/s.exec(this.composer.input.value) ?? [];
    return name?.toLowerCase() === username.toLowerCase() ? words : null;
  }

  /** Ask once somebody stops typing. */
  typed() {
    clearTimeout(this.waiting);
    this.query = null;
    if (this.words() !== null) this.waiting = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  /** Show the cards that came for the last question. */
  offer({ query_id: queryId, results, button }) {
    if (this.words() === null) return;
    if (queryId !== this.query) {
      this.early = { query_id: queryId, results, button };
      return;
    }
    const cards = results.map(({ id, title, description }) => ({
      label: title, note: description ?? "", act: () => this.#send(queryId, id),
    }));
    const chat = { label: button.text, note: "", act: () => this.#begin(button) };
    this.composer.menu.show([...cards, ...(button.text ? [chat] : [])], { focus: false, cards: true });
    if (!cards.length) this.panel.say("No cards for that.");
    else this.panel.say(`${cards.length} cards. Arrow up goes to them.`);
  }

  async #ask() {
    const words = this.words();
    const asked = words === null ? null : await this.panel.actions.ask(words.trim());
    this.query = asked?.query_id ?? null;
    // The answer may have come before the number of the question.
    const early = this.early;
    this.early = null;
    if (early?.query_id === this.query) this.offer(early);
  }

  async #send(queryId, id) {
    this.composer.take();
    await this.panel.actions.sendCard(queryId, id);
  }

  #begin({ start_parameter: parameter }) {
    this.composer.take();
    this.panel.actions.begin(parameter);
  }
}
