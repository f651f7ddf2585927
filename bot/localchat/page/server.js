// What the page says to the server, and hears from it.

export class Refused extends Error {}

async function post(path, options) {
  let response;
  try {
    response = await fetch(path, { method: "POST", ...options });
  } catch {
    throw new Refused("The bot is not running any more.");
  }
  if (response.status === 413) throw new Refused("That file is larger than 20 MB.");
  if (!response.ok) throw new Refused(`Not sent: ${await response.text()}.`);
  return response.json();
}

const postJson = (path, body) =>
  post(path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const addPerson = (name) => postJson("/page/people", { name, language: navigator.language });
export const renamePerson = (id, name) => postJson(`/page/people/${id}`, { name });
export const say = (id, text) => postJson(`/page/people/${id}/text`, { text });
export const press = (id, messageId, data) =>
  postJson(`/page/people/${id}/press`, { message_id: messageId, data });

export const edit = (id, messageId, text) =>
  postJson(`/page/people/${id}/messages/${messageId}`, { text });

export function sendFile(id, file, { kind = "", draft, caption = "", album = "" }) {
  const form = new FormData();
  form.set("kind", kind);
  form.set("draft", draft);
  form.set("caption", caption);
  form.set("album", album);
  form.set("file", file, file.name);
  return post(`/page/people/${id}/file`, { body: form });
}

/** A picture or clip of the bot as an address that stays valid, null when it is forgotten. */
export async function fetchFile(fileId) {
  const response = await fetch(`/page/files/${fileId}`);
  return response.ok ? URL.createObjectURL(await response.blob()) : null;
}

/** Calls `onEvent` with every event, and `onState` with whether there is a connection. */
export function listen(onEvent, onState) {
  const source = new EventSource(`/page/events?language=${encodeURIComponent(navigator.language)}`);
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
}
