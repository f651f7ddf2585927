// One message as elements. Every text goes through textContent: nothing is ever parsed as HTML.
import { fetchFile } from "./server.js";

const STYLES = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
// Pictures by file id, and the ones sent from here by the name they had before they were sent.
const addresses = new Map();
export const drafts = new Map();

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

/** Remember the address of what was just sent from this page. */
export function adopt(message, draft) {
  const address = drafts.get(draft);
  const file = mediaOf(message)?.file;
  if (!address || !file) return;
  addresses.set(file.file_id, Promise.resolve(address));
  drafts.delete(draft);
}

/** @returns the elements of a message: bubble, and keyboard when it has one. */
export function render(message, actions, { group = false } = {}) {
  const bubble = element("div", { className: "bubble" });
  const media = mediaOf(message);
  if (group && !message.from.is_bot) bubble.append(sender(message.from));
  if (message.via_bot) bubble.append(element("p", { className: "via", textContent: `via ${message.via_bot.first_name}` }));
  if (message.reply_to_message) bubble.append(quote(message.reply_to_message));
  if (media) bubble.append(figure(message, media, actions));
  const text = message.text ?? message.caption;
  if (text) {
    const entities = message.entities ?? message.caption_entities ?? [];
    bubble.append(element("div", { className: "text", dir: "auto" }, ...marked(text, entities, actions)));
  }
  const sent = new Date(message.date * 1000);
  bubble.append(element("time", { dateTime: sent.toISOString(), textContent: timeOf(message), className: message.edit_date && !message.from.is_bot ? "edited" : "" }));
  bubble.classList.toggle("bare", Boolean(media) && !text);
  if (group) bubble.append(replyButton(message, actions));
  const rows = message.reply_markup?.inline_keyboard ?? [];
  return rows.length ? [bubble, keyboard(rows, message, actions)] : [bubble];
}

/** The plain words of a message, for those who listen. */
export function spoken(message) {
  const labels = (message.reply_markup?.inline_keyboard ?? []).flat().map((button) => button.text);
  const text = message.text ?? message.caption ?? mediaName(message);
  return labels.length ? `${text}. Buttons: ${labels.join(", ")}` : text;
}

const MEDIA_NAMES = {
  photo: "picture", animation: "animation", video: "clip", video_note: "round video", document: "file",
};

/** What a picture or clip is, for those who do not see it: its caption, or who sent it and when. */
function mediaName(message) {
  const kind = MEDIA_NAMES[mediaOf(message)?.kind] ?? "message";
  const caption = (message.caption ?? "").split("\n").filter(Boolean).slice(0, 2).join(", ");
  if (caption) return `${kind}: ${caption.slice(0, 140)}`;
  const whose = message.from.is_bot ? `${message.from.first_name}'s` : `${message.from.first_name}'s own`;
  return `${whose} ${kind}, ${timeOf(message)}`;
}

function timeOf(message) {
  const sent = new Date(message.date * 1000);
  return sent.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function mediaOf(message) {
  for (const kind of ["photo", "animation", "video", "video_note", "document"]) {
    const found = message[kind];
    if (found) return { kind, file: kind === "photo" ? found.at(-1) : found };
  }
  return null;
}

function sender({ id, first_name: name }) {
  const line = element("p", { className: "from", dir: "auto", textContent: name });
  line.style.setProperty("--hue", (id * 67) % 360);
  return line;
}

/** For the pointer; with keys Ctrl and arrow up in the message box do the same. */
function replyButton(message, actions) {
  const name = `Reply to ${message.from.first_name}, ${timeOf(message)}`;
  const made = element("button", { type: "button", className: "reply", tabIndex: -1, ariaLabel: name, title: "Reply" }, icon("reply"));
  made.addEventListener("click", () => actions.reply(message));
  return made;
}

function quote(message) {
  return element("div", { className: "quote", dir: "auto", textContent: spoken(message).slice(0, 90) });
}

function figure(message, { kind, file }, actions) {
  const box = element("div", { className: `media ${kind}` });
  if (kind === "document") {
    box.append(icon("file"), element("span", {},
      element("bdi", { textContent: file.file_name }),
      element("small", { textContent: size(file.file_size) })));
    return message.from.is_bot ? offered(box, file) : box;
  }
  const width = file.width ?? file.length;
  box.style.aspectRatio = `${width} / ${file.height ?? file.length}`;
  box.style.setProperty("--width", `${Math.min(width, 1280)}px`);
  address(message, file).then((url) => {
    if (url) box.append(kind === "photo" ? photo(url, mediaName(message), actions) : clip(url, kind, mediaName(message)));
    else box.append(element("p", { textContent: "Not kept any more" }));
    box.classList.toggle("gone", !url);
  });
  return box;
}

function address(message, file) {
  // What a person sent is gone from memory once the bot has it; only this page may show it.
  if (!addresses.has(file.file_id) && message.from.is_bot) {
    addresses.set(file.file_id, fetchFile(file.file_id));
  }
  return addresses.get(file.file_id) ?? Promise.resolve(null);
}

function offered(box, file) {
  const link = element("a", { className: box.className, download: file.file_name });
  link.append(...box.childNodes);
  link.href = `/page/files/${file.file_id}`;
  return link;
}

function photo(url, name, actions) {
  const image = element("img", { src: url, alt: name });
  const enlarge = () => actions.view(url, name);
  return element("button", { type: "button", onclick: enlarge, ariaLabel: `Enlarge ${name}` }, image);
}

function clip(url, kind, name) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const video = kind === "animation" && !still
    ? { autoplay: true, loop: true } : { controls: kind !== "video_note" || still };
  if (url && kind === "video_note") Object.assign(video, { autoplay: !still, loop: true });
  return element("video", { src: url, muted: true, playsInline: true, ariaLabel: name, ...video });
}

function keyboard(rows, message, actions) {
  const made = rows.map((row) =>
    element("div", { className: "row" }, ...row.map((button) => key(button, message, actions))));
  const box = element("div", { className: "keyboard", role: "group", ariaLabel: "Buttons" }, ...made);
  const keys = [...box.querySelectorAll(".key")];
  // One stop of the Tab key for all of them; arrows lead from one to the next.
  keys.forEach((each, place) => { each.tabIndex = place ? -1 : 0; });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = keys.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    keys[(at + step + keys.length) % keys.length].focus();
  });
  box.addEventListener("focusin", (event) => {
    for (const each of keys) each.tabIndex = each === event.target ? 0 : -1;
  });
  return box;
}

// Arrows alone say nothing to those who listen.
const ARROWS = { "◀": "Previous page", "▶": "Next page" };
const RATINGS = { "👍": "Like", "👎": "Dislike" };

/** What a button does, for those who listen, its label within: "Like 1: Song 2 by Blur". */
function nameOf(button, message) {
  if (ARROWS[button.text]) return ARROWS[button.text];
  const [, thumb, number, done] = /^(👍|👎) (\d+)( ✓)?/u.exec(button.text) ?? [];
  const line = number && message.text?.split("\n").find((each) => each.startsWith(`${number}. `));
  if (!line) return null;
  const song = line.slice(`${number}. `.length).replace(" – ", " by ");
  return `${RATINGS[thumb]} ${number}: ${song}${done ? ", chosen; press to take it back" : ""}`;
}

function key(button, message, actions) {
  const label = element("span", { textContent: button.text, dir: "auto" });
  const className = `key ${button.style ?? ""}`;
  const page = button.url ?? button.web_app?.url;
  if (page) return link(page, { className }, label);
  if (button.copy_text) {
    const copy = () => navigator.clipboard.writeText(button.copy_text.text);
    return element("button", { type: "button", className, onclick: copy }, label);
  }
  const name = nameOf(button, message);
  const made = element("button", { type: "button", className, ...(name ? { ariaLabel: name } : {}) }, label);
  made.dataset.data = button.callback_data;
  made.addEventListener("click", () => actions.press(made));
  return made;
}

function link(url, properties, ...children) {
  const safe = /^https?:\/\//i.test(url);
  if (!safe) return element("span", properties, ...children);
  return element("a", { ...properties, href: url, target: "_blank", rel: "noreferrer noopener" }, ...children);
}

/** Text with its entities, which are counted in UTF-16 units as strings are here. */
function marked(text, entities, actions, start = 0, end = text.length) {
  const parts = [];
  let position = start;
  const inside = entities.filter((e) => e.offset >= start && e.offset + e.length <= end);
  inside.forEach((entity, place) => {
    if (entity.offset < position) return;
    parts.push(text.slice(position, entity.offset));
    position = entity.offset + entity.length;
    const rest = inside.slice(place + 1);
    parts.push(wrapped(entity, marked(text, rest, actions, entity.offset, position), actions));
  });
  parts.push(text.slice(position, end));
  return parts.filter((part) => part !== "");
}

function wrapped(entity, children, actions) {
  const plain = children.map((child) => child.textContent ?? child).join("");
  if (entity.type === "text_link") return link(entity.url, {}, ...children);
  if (entity.type === "url") return link(plain, {}, ...children);
  if (entity.type === "bot_command") {
    return element("button", { type: "button", className: "command", dir: "ltr", onclick: () => actions.say(plain) }, ...children);
  }
  const made = element(STYLES[entity.type] ?? "span", {}, ...children);
  if (entity.type === "spoiler") {
    made.className = "spoiler";
    made.tabIndex = 0;
    made.onclick = made.onkeydown = () => made.classList.add("open");
  }
  return made;
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
