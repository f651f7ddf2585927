/** Everything the page says comes from the server, in the person's language. */

let sentences = {};

/** Take over the sentences, and put them where the page has places for them. */
export function speak({words, language, direction}) {
  sentences = words;
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  document.title = say('title');
  for (const place of document.querySelectorAll('[data-word]')) place.textContent = say(place.dataset.word);
  for (const place of document.querySelectorAll('[data-label]')) label(place, say(place.dataset.label));
}

/** Return a sentence with the values filled in. */
export function say(key, values = {}) {
  return (sentences[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Name a button that shows a picture only. */
export function label(button, text) {
  button.setAttribute('aria-label', text);
  button.title = text;
}
