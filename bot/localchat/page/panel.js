// One person's chat, or a group: header, messages, presses and what the bot is doing.
import { takePicture } from "./camera.js";
import { Composer } from "./composer.js";
import { Room } from "./room.js";
import { adopt, drafts, element, render } from "./message.js";
import { ask, edit, press, Refused, rename, say, sendCard, sendFile } from "./server.js";
import { alertWith, askName, viewPicture } from "./dialogs.js";

const ACTION_SHOWN_MS = 5500;
const ANSWER_EXPECTED_MS = 15000;
const TOAST_SHOWN_MS = 4000;
const ACTIONS = {
  typing: "is typing", upload_photo: "is drawing a picture", upload_document: "is sending a file",
  upload_video: "is sending a clip", record_video: "is making a clip",
};
const MEDIA = ["photo", "video", "video_note", "animation", "document"];

export class Panel {
  constructor(bot, begin) {
    this.bot = bot;
    this.items = new Map();
    this.messages = new Map();
    this.pending = new Map();
    this.pressedHere = new Set();
    this.root = document.getElementById("chat").content.cloneNode(true).firstElementChild;
    const find = (selector) => this.root.querySelector(selector);
    [this.log, this.scroll, this.input, this.status, this.toast] =
      [".log", ".scroll", "textarea", ".status", ".toast"].map(find);
    this.actions = {
      say: (text) => this.try(() => say(this.id, text, this.room.how())),
      edit: (messageId, text) => this.try(() => edit(this.id, messageId, text, this.room.who())),
      ask: (words) => this.try(() => ask(this.id, words, this.room.who())),
      sendCard: (query, result) => this.try(() => sendCard(this.id, query, result, this.room.who())),
      begin: (parameter) => begin(this.room.speaker, parameter),
      press: (button) => this.press(button),
      reply: (message) => this.room.replyTo(message),
      view: viewPicture,
    };
    this.room = new Room(this);
    this.composer = new Composer(this);
    find(".name").addEventListener("click", () => this.#rename());
    find(".suggestions").addEventListener("click", (event) => {
      const chosen = event.target.closest("button")?.dataset;
      if (chosen?.say) this.actions.say(this.room.command(chosen.say));
      else if (chosen?.open) this.photograph();
    });
    // Pictures take their place after they are decoded: stay at the end if we were there.
    new ResizeObserver(() => {
      this.follow(this.atEnd() && !this.steady);
      this.steady = false;
    }).observe(this.log);
  }

  /** Take over who this is and everything said so far. */
  set({ user, commands, description, messages }) {
    this.commands = commands ?? this.commands ?? [];
    this.introduce(user);
    this.root.querySelector(".about").textContent =
      description || "Send a selfie or pick a mood, and get songs that suit it.";
    if (!messages) return;
    this.items.clear();
    this.messages.clear();
    this.log.replaceChildren();
    messages.forEach((message) => this.put(message));
    this.idle();
    this.follow(true);
  }

  introduce(user) {
    this.id = user.id;
    this.name = user.first_name;
    this.root.id = `chat-${user.id}`;
    this.input.id = `message-${user.id}`;
    this.root.style.setProperty("--hue", (user.id * 67) % 360);
    this.root.querySelector(".avatar").textContent = [...this.name][0];
    this.root.querySelector(".name").textContent = this.name;
    this.root.querySelector(".greeted").textContent = this.name;
    this.room.name();
    this.idle();
  }

  /** Take over who is here, which matters in a group. */
  meet(people, commands) {
    if (!this.isGroup) return;
    this.commands = commands;
    this.room.meet(people);
  }

  get isGroup() {
    return this.id < 0;
  }

  /** Show a message, in the place of its older self if there is one. */
  put(message, draft) {
    adopt(message, draft);
    const known = this.items.get(message.message_id);
    const item = known ?? element("li");
    const focused = item.contains(document.activeElement) && document.activeElement.dataset.data;
    const atEnd = this.atEnd();
    item.className = this.room.sideOf(message);
    item.classList.toggle("album", Boolean(message.media_group_id));
    this.messages.set(message.message_id, message);
    item.dataset.message = message.message_id;
    item.replaceChildren(...render(message, this.actions, { group: this.isGroup }));
    if (!known) this.log.append(item);
    this.items.set(message.message_id, item);
    if (focused) [...item.querySelectorAll(".key")].find((key) => key.dataset.data === focused)?.focus();
    this.#showPending(item);
    this.root.classList.toggle("started", this.items.size > 0);
    this.lastIsMedia = !message.from.is_bot && MEDIA.some((kind) => kind in message);
    if (!known && message.from.is_bot) this.idle();
    this.follow(atEnd || (!known && !message.from.is_bot));
    if (atEnd && !known && message.from.is_bot) this.#showStart(item);
  }

  remove(messageId) {
    this.items.get(messageId)?.remove();
    this.items.delete(messageId);
    this.messages.delete(messageId);
    this.root.classList.toggle("started", this.items.size > 0);
  }

  act(action) {
    const doing = this.lastIsMedia ? "is looking at the picture" : ACTIONS[action] ?? "is busy";
    this.status.textContent = `${this.bot.first_name} ${doing}`;
    this.status.classList.add("busy");
    clearTimeout(this.acting);
    this.acting = setTimeout(() => this.idle(), ACTION_SHOWN_MS);
  }

  idle() {
    this.status.classList.remove("busy");
    this.status.textContent = this.room.company();
  }

  answer({ message_id: messageId, text, show_alert: alert, url }) {
    this.#settle(messageId);
    // Other windows may show the same chat: the answer belongs to the one with the finger.
    if (!this.pressedHere.has(messageId)) return;
    if (text && alert) alertWith(text);
    else if (text) this.say(text);
    if (/^https?:/.test(url)) window.open(url, "_blank", "noreferrer");
  }

  say(text) {
    this.toast.textContent = text;
    this.toast.classList.add("shown");
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => this.toast.classList.remove("shown"), TOAST_SHOWN_MS);
  }

  async try(action) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.say(error.message);
      return null;
    }
  }

  async press(button) {
    const item = button.closest("li");
    const messageId = Number(item.dataset.message);
    if (this.pending.has(messageId)) return;
    const late = setTimeout(() => {
      this.#settle(messageId);
      this.say("No answer yet.");
    }, ANSWER_EXPECTED_MS);
    this.pressedHere.add(messageId);
    this.pending.set(messageId, { data: button.dataset.data, late });
    this.#showPending(item);
    const sent = await this.try(() => press(this.id, messageId, button.dataset.data, this.room.who()));
    if (!sent) this.#settle(messageId);
  }

  /** Send files; what stands in the message box goes with the first, and several are an album. */
  async send(files, kind = "") {
    const caption = files.length ? this.composer.take() : "";
    const how = this.room.how();
    const album = files.length > 1 && !kind ? crypto.randomUUID() : "";
    for (const [place, file] of files.entries()) {
      const draft = crypto.randomUUID();
      drafts.set(draft, URL.createObjectURL(file));
      const more = { kind, draft, album, caption: place ? "" : caption, ...how };
      await this.try(() => sendFile(this.id, file, more));
    }
  }

  /** The last text of the person, to be edited. */
  lastOwn() {
    const own = (message) => message.from.id === this.room.speaker && message.text && !message.via_bot;
    return [...this.messages.values()].findLast(own);
  }

  async photograph() {
    const taken = await takePicture();
    this.input.focus();
    if (taken) await this.send([taken]);
  }

  atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 120;
  }

  follow(wanted) {
    if (wanted) this.scroll.scrollTo({ top: this.scroll.scrollHeight });
  }

  /** Of a message that is taller than the chat, the beginning is what to read first. */
  #showStart(item) {
    if (item.offsetHeight <= this.scroll.clientHeight) return;
    item.scrollIntoView({ block: "start" });
    this.steady = true;
  }

  async #rename() {
    const name = await askName("Rename", this.name);
    if (name) await this.try(() => rename(this.id, name));
  }

  #settle(messageId) {
    clearTimeout(this.pending.get(messageId)?.late);
    this.pending.delete(messageId);
    const item = this.items.get(messageId);
    if (item) this.#showPending(item);
  }

  #showPending(item) {
    const data = this.pending.get(Number(item.dataset.message))?.data;
    for (const key of item.querySelectorAll("button.key")) {
      key.toggleAttribute("aria-busy", data !== undefined && key.dataset.data === data);
      if (key.hasAttribute("aria-busy")) key.setAttribute("aria-busy", "true");
    }
  }
}
