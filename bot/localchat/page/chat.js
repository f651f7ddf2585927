// The local chat: people side by side, or one at a time under tabs where the window is narrow.
import { askName } from "./dialogs.js";
import { element, spoken } from "./message.js";
import { Panel } from "./panel.js";
import { addGroup, addPerson, listen } from "./server.js";

const NAMES = ["Alice", "Bob", "Chen", "Dara", "Elif", "Femi"];
const [chats, tabs, live, lost, mirror] = ["chats", "tabs", "live", "lost", "mirror"].map((id) => document.getElementById(id));
const panels = new Map();
const people = new Map();
let bot, active;

const handlers = {
  state(event) {
    bot = event.bot;
    for (const place of document.querySelectorAll("[data-bot-name]")) place.textContent = bot.first_name;
    document.title = `${bot.first_name} · local chat`;
    mirror.hidden = !event.page;
    if (event.page) mirror.href = event.page;
    people.clear();
    event.people.forEach(({ user }) => people.set(user.id, user));
    const here = new Set([...event.people.map(({ user }) => user.id), ...event.groups.map(({ group }) => group.id)]);
    for (const [id, panel] of panels) {
      if (!here.has(id)) {
        panel.root.remove();
        panels.delete(id);
      }
    }
    event.people.forEach((person) => panelOf(person.user).set(person));
    event.groups.forEach(({ group, ...rest }) => panelOf(group).set({ user: group, ...rest }));
    meet();
    select(panels.has(active) ? active : event.people[0]?.user.id);
  },
  person({ person }) {
    people.set(person.id, person);
    panelOf(person).introduce(person);
    meet();
    select(active);
  },
  group({ group }) {
    panelOf(group).introduce(group);
    meet();
    select(active);
  },
  message({ chat, message, draft }) {
    panels.get(chat)?.put(message, draft);
    if (message.from.is_bot) announce(chat, message);
    markUnread(chat);
  },
  edit({ chat, message }) {
    panels.get(chat)?.put(message);
  },
  delete({ chat, message_id: messageId }) {
    panels.get(chat)?.remove(messageId);
  },
  action({ chat, action }) {
    panels.get(chat)?.act(action);
  },
  answer(event) {
    panels.get(event.chat)?.answer(event);
  },
  inline(event) {
    panels.get(event.chat)?.composer.inline.offer(event);
  },
};

/** Tell the groups who is here, and what commands they have. */
function meet() {
  const commands = panels.get(people.keys().next().value)?.commands ?? [];
  for (const panel of panels.values()) panel.meet([...people.values()], commands);
}

function panelOf(user) {
  if (!panels.has(user.id)) {
    const panel = new Panel(bot, begin);
    panels.set(user.id, panel);
    panel.set({ user });
    chats.append(panel.root);
  }
  return panels.get(user.id);
}

/** Go to a person's own chat with the bot and begin there, as a link with a parameter does. */
function begin(person, parameter) {
  select(person);
  panels.get(person).actions.say(`/start ${parameter}`);
}

function announce(chat, message) {
  const to = panels.size > 1 ? ` to ${panels.get(chat)?.name}` : "";
  live.textContent = `${bot.first_name}${to}: ${spoken(message)}`;
}

function markUnread(chat) {
  if (chat !== active) tabs.querySelector(`[data-id="${chat}"]`)?.classList.add("unread");
}

function select(id) {
  active = id;
  tabs.hidden = panels.size < 2;
  tabs.replaceChildren(...[...panels.values()].map((panel) => tab(panel)));
  for (const panel of panels.values()) panel.root.classList.toggle("active", panel.id === id);
  panels.get(id)?.follow(true);
  document.querySelector(".skip").href = `#message-${id}`;
}

function tab(panel) {
  const chosen = panel.id === active;
  const made = element("button", { type: "button", role: "tab", ariaSelected: String(chosen), textContent: panel.name });
  made.tabIndex = chosen ? 0 : -1;
  made.dataset.id = panel.id;
  made.setAttribute("aria-controls", panel.root.id);
  made.addEventListener("click", () => select(panel.id));
  made.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const ids = [...panels.keys()];
    select(ids[(ids.indexOf(panel.id) + step + ids.length) % ids.length]);
    tabs.querySelector("[aria-selected=true]").focus();
  });
  return made;
}

document.getElementById("add-person").addEventListener("click", async () => {
  const taken = new Set([...panels.values()].map((panel) => panel.name));
  const name = await askName("Add a person", NAMES.find((free) => !taken.has(free)) ?? "");
  if (!name) return;
  const { user, ...rest } = await addPerson(name);
  panelOf(user).set({ user, ...rest });
  meet();
  select(user.id);
  panels.get(user.id).input.focus();
});

document.getElementById("add-group").addEventListener("click", async () => {
  const title = await askName("Add a group", "Friends");
  if (!title) return;
  const { group } = await addGroup(title);
  panelOf(group).introduce(group);
  meet();
  select(group.id);
  panels.get(group.id).input.focus();
});

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  panels.get(active)?.input.focus();
});

const root = document.documentElement;
root.dataset.theme = localStorage.getItem("theme") ?? "";
document.getElementById("switch-theme").addEventListener("click", () => {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});

listen((event) => handlers[event.type]?.(event), (connected) => { lost.hidden = connected; });
