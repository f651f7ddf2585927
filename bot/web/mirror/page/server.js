/** What the page asks of its server: who this is, songs for seven numbers, ratings. No pixel. */

import {EMOTIONS} from './emotions.js';

const STORED = 'session';

/** The server said no, in words for the person. */
export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/** Return what the page needs to begin: words, addresses, settings. */
export async function fetchSetup(language) {
  const answer = await fetch(`setup?${new URLSearchParams({language})}`);
  if (!answer.ok) throw new Refused(answer.status, '');
  return answer.json();
}

/** One person's way to the server. */
export class Person {
  /** @param {string} initData As Telegram signed it; empty on this computer's own page. */
  constructor(initData, language, lostWords) {
    this.initData = initData;
    this.language = language;
    this.lostWords = lostWords;
    this.session = sessionStorage.getItem(STORED);
  }

  /** Show Telegram's signature once: it is worth one session. */
  async open() {
    if (this.session) return;
    const asked = {init_data: this.initData, language: this.language};
    ({session: this.session} = await this.#post('session', asked));
    sessionStorage.setItem(STORED, this.session);
  }

  /**
   * Return songs: for a mood, or others for the mood of an earlier suggestion.
   *
   * @param {number[]} scores Probabilities, in the order of `EMOTIONS`.
   */
  songsFor(scores, {aim, toChat}) {
    // Rounded to what a reading is worth, and still summing to 1.
    const rounded = scores.map((score) => Math.round(score * 1000) / 1000);
    rounded[rounded.indexOf(Math.max(...rounded))] += 1 - rounded.reduce((sum, score) => sum + score, 0);
    const named = Object.fromEntries(EMOTIONS.map((name, n) => [name, Math.max(Number(rounded[n].toFixed(3)), 0)]));
    return this.#ask('songs', {scores: named, aim, to_chat: toChat});
  }

  songsLike(suggestion, {aim, toChat}) {
    return this.#ask('songs', {like: suggestion, aim, to_chat: toChat});
  }

  /** @param {boolean | null} liked null takes it back. */
  rate(suggestion, position, liked) {
    return this.#post('ratings', {suggestion, position, liked});
  }

  /** The same request twice has one answer: it carries a number of its own. */
  #ask(path, body) {
    return this.#post(path, {...body, request: crypto.randomUUID()});
  }

  async #post(path, body, again = true) {
    if (path !== 'session') await this.open();
    const headers = {'Content-Type': 'application/json'};
    if (this.session) headers.Authorization = `Bearer ${this.session}`;
    let answer;
    try {
      answer = await fetch(path, {method: 'POST', headers, body: JSON.stringify(body)});
    } catch {
      throw new Refused(0, this.lostWords);
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    if (answer.status === 401) {
      this.session = null;
      sessionStorage.removeItem(STORED);
      if (again && path !== 'session') return this.#post(path, body, false); // it had run out
    }
    throw new Refused(answer.status, said.error ?? this.lostWords);
  }
}
