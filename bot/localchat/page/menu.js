// A small menu above the composer: commands, or ways to send a file. Arrows move, Escape leaves.
import { element } from "./message.js";

export class Menu {
  constructor(box, home) {
    this.box = box;
    this.home = home;
    box.addEventListener("keydown", (event) => this.#move(event));
    document.addEventListener("pointerdown", (event) => {
      if (!box.contains(event.target) && !event.target.closest("[aria-haspopup]")) this.close();
    });
  }

  get open() {
    return !this.box.hidden;
  }

  /** Show `items` of {label, note, act}; with `focus` the first one is ready to be chosen. */
  show(items, { focus = true, cards = false } = {}) {
    this.box.classList.toggle("cards", cards);
    this.box.replaceChildren(...items.map((item) => this.#entry(item)));
    this.box.hidden = items.length === 0;
    if (focus) this.enter();
  }

  enter() {
    this.box.firstElementChild?.focus();
  }

  close() {
    this.box.hidden = true;
  }

  #entry({ label, note, act }) {
    const parts = [element("b", { textContent: label }), element("span", { textContent: note, dir: "auto" })];
    const entry = element("button", { type: "button", role: "menuitem" }, ...parts);
    entry.addEventListener("click", () => {
      this.close();
      this.home.focus();
      act();
    });
    return entry;
  }

  #move(event) {
    const entries = [...this.box.children];
    const at = entries.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) entries[(at + step + entries.length) % entries.length].focus();
    else if (event.key === "Escape") {
      this.close();
      this.home.focus();
    } else return;
    event.preventDefault();
  }
}
