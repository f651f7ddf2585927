// Where a person writes: text, commands, and the ways in which a file gets here.
import { Inline } from "./inline.js";
import { Menu } from "./menu.js";

export class Composer {
  constructor(panel) {
    this.panel = panel;
    const find = (selector) => panel.root.querySelector(selector);
    [this.input, this.picker] = ["textarea", "input[type=file]"].map(find);
    this.menu = new Menu(find(".menu"), this.input);
    this.inline = new Inline(this);
    this.#connect(find);
  }

  #connect(find) {
    const form = find(".composer");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) {
        event.preventDefault();
        this.panel.send([...event.clipboardData.files]);
      }
    });
    find(".commands").addEventListener("click", () => this.#toggle(this.#commandItems("")));
    find(".attach").addEventListener("click", () => this.#toggle(this.#fileItems()));
    find(".shoot").addEventListener("click", () => this.panel.photograph());
    this.picker.addEventListener("change", () => {
      this.panel.send([...this.picker.files], this.picker.dataset.kind);
      this.picker.value = "";
    });
    this.#connectDrop();
  }

  #connectDrop() {
    let depth = 0;
    const mark = (change) => {
      depth = change === 0 ? 0 : depth + change;
      this.panel.root.classList.toggle("dropping", depth > 0);
    };
    this.panel.root.addEventListener("dragenter", () => mark(1));
    this.panel.root.addEventListener("dragleave", () => mark(-1));
    this.panel.root.addEventListener("dragover", (event) => event.preventDefault());
    this.panel.root.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(0);
      this.panel.send([...event.dataTransfer.files]);
    });
  }

  async #submit() {
    const editing = this.editing;
    const text = this.take();
    if (!text) return;
    const { say, edit } = this.panel.actions;
    if (!(await (editing ? edit(editing, text) : say(text)))) this.input.value = text;
  }

  /** Take what stands in the box out of it. */
  take() {
    const text = this.input.value.trim();
    this.menu.close();
    this.input.value = "";
    this.#edit(null);
    this.#typed();
    return text;
  }

  /** Put the last message of the person into the box again; null ends that. */
  #edit(message) {
    this.editing = message?.message_id ?? null;
    this.input.closest("form").classList.toggle("editing", Boolean(message));
    if (!message) return;
    this.input.value = message.text;
    this.#typed();
    this.panel.say("Editing your last message. Escape leaves it as it was.");
  }

  #typed() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
    const started = /^\/(\w*)$/.exec(this.input.value);
    if (started) this.menu.show(this.#commandItems(started[1]), { focus: false });
    else this.menu.close();
    this.inline.typed();
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (this.menu.open && this.inline.words() !== null) this.menu.enter();
      else this.#submit();
    } else if (event.key === "ArrowUp" && event.ctrlKey) {
      event.preventDefault();
      this.panel.room.replyBack();
    } else if (event.key === "ArrowUp" && this.menu.open) {
      event.preventDefault();
      this.menu.enter();
    } else if (event.key === "ArrowUp" && !this.input.value) {
      event.preventDefault();
      this.#edit(this.panel.lastOwn());
    } else if (event.key === "Escape") {
      this.menu.close();
      this.panel.room.replyTo(null);
      if (this.editing) this.take();
    }
  }

  #toggle(items) {
    if (this.menu.open) this.menu.close();
    else if (items.length) this.menu.show(items);
    else this.panel.say("The bot has no commands yet.");
  }

  #commandItems(start) {
    return this.panel.commands
      .filter((command) => command.command.startsWith(start))
      .map(({ command, description }) => ({
        label: `/${command}`,
        note: description,
        act: () => {
          this.input.value = "";
          this.panel.actions.say(this.panel.room.command(`/${command}`));
        },
      }));
  }

  #fileItems() {
    const pick = (accept, kind) => {
      Object.assign(this.picker, { accept });
      this.picker.dataset.kind = kind;
      this.picker.click();
    };
    return [
      { label: "Picture or clip", note: "JPEG, PNG, WebP, GIF, MP4, up to 20 MB", act: () => pick("image/*,video/*", "") },
      { label: "Round video", note: "a clip, shown as a circle", act: () => pick("video/*", "video_note") },
      { label: "As a file", note: "any file, sent as it is", act: () => pick("", "document") },
    ];
  }
}
