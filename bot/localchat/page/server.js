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
export const addGroup = (name) => postJson("/page/groups", { name });
export const rename = (id, name) => postJson(`/page/chats/${id}`, { name });

// `more` says who does it, {by}, and to which message it replies, {to}.
export const say = (id, text, more) => postJson(`/page/chats/${id}/text`, { text, ...more });
export const press = (id, messageId, data, more) =>
  postJson(`/page/chats/${id}/press`, { message_id: messageId, data, ...more });

export const edit = (id, messageId, text, more) =>
  postJson(`/page/chats/${id}/messages/${messageId}`, { text, ...more });

export const ask = (id, text, more) => postJson(`/page/chats/${id}/ask`, { text, ...more });
export const sendCard = (id, queryId, resultId, more) =>
  postJson(`/page/chats/${id}/card`, { query_id: queryId, result_id: resultId, ...more });

/** Send a file with its `fields`: kind, caption, album, draft, by, to. */
export function sendFile(id, file, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.set(name, value);
  form.set("file", file, file.name);
  return post(`/page/chats/${id}/file`, { body: form });
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
