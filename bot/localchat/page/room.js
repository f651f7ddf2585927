// Who speaks in a chat, and to which message: in a group several people share one chat.
import { element, spoken } from "./message.js";

export class Room {
  constructor(panel) {
    this.panel = panel;
    const find = (selector) => panel.root.querySelector(selector);
    [this.label, this.choice, this.bar] = [".speaker", ".speaker select", ".replying"].map(find);
    this.people = [];
    this.choice.addEventListener("change", () => this.#speakAs());
    this.bar.querySelector("button").addEventListener("click", () => {
      this.replyTo(null);
      panel.input.focus();
    });
  }

  /** The number of who speaks. */
  get speaker() {
    return this.panel.isGroup ? Number(this.choice.value) : this.panel.id;
  }

  who() {
    return this.panel.isGroup ? { by: this.speaker } : {};
  }

  /** Who speaks and to what; what was answered once is not answered again. */
  how() {
    const how = { ...this.who(), ...(this.target ? { to: this.target } : {}) };
    this.replyTo(null);
    return how;
  }

  /** A command as it is meant for the bot: in a group with its name. */
  command(words) {
    if (!this.panel.isGroup) return words;
    return words.replace(/^\/\w+$/, `$&@${this.panel.bot.username}`);
  }

  sideOf(message) {
    return message.from.id === this.speaker ? "own" : message.from.is_bot ? "bot" : "bot other";
  }

  company() {
    const { bot, isGroup } = this.panel;
    if (!isGroup) return `with ${bot.first_name}`;
    return `${this.people.map(({ first_name: name }) => name).join(", ")} and ${bot.first_name}`;
  }

  meet(people) {
    const before = this.choice.value;
    this.people = people;
    this.choice.replaceChildren(...people.map((person) =>
      element("option", { value: person.id, textContent: person.first_name })));
    if (people.some(({ id }) => String(id) === before)) this.choice.value = before;
    this.#speakAs();
  }

  /** Put the names of chat and speaker where they are read out. */
  name() {
    const { root, input, bot, name, isGroup } = this.panel;
    const about = `Several people share this chat. The bot answers who calls it: by @${bot.username}, by a command or by a reply.`;
    root.classList.toggle("group", isGroup);
    this.label.hidden = !isGroup;
    root.setAttribute("aria-label", isGroup ? `Group ${name}` : `${name}'s chat with ${bot.first_name}`);
    if (isGroup) root.querySelector(".about").textContent = about;
    const as = isGroup ? `${this.choice.selectedOptions[0]?.textContent ?? "nobody"} in ${name}` : name;
    input.setAttribute("aria-label", `Message as ${as}`);
    input.form.setAttribute("aria-label", `Write as ${as}`);
  }

  /** Say to which message the next words reply; null ends that. */
  replyTo(message) {
    this.target = message?.message_id ?? null;
    this.bar.hidden = !message;
    if (!message) return;
    this.bar.querySelector("span").textContent = `Reply to ${message.from.first_name}: ${spoken(message).slice(0, 120)}`;
    this.panel.input.focus();
  }

  /** Reply to the bot's message before the one that is answered now, at first to its last. */
  replyBack() {
    const asked = [...this.panel.messages.values()].filter(({ from }) => from.is_bot);
    const at = asked.findIndex(({ message_id: id }) => id === this.target);
    this.replyTo(asked.at(at < 0 ? -1 : Math.max(at - 1, 0)) ?? null);
  }

  #speakAs() {
    for (const [id, item] of this.panel.items) {
      item.classList.remove("own", "bot", "other");
      item.classList.add(...this.sideOf(this.panel.messages.get(id)).split(" "));
    }
    this.name();
    this.panel.idle();
  }
}
