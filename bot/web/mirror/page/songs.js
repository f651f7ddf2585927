/** The songs beside the mirror: lists by mood, the newest first, with links and ratings. */

import {COLOURS} from './colours.js';
import {EMOTIONS} from './emotions.js';
import {label, say} from './words.js';
import {tell} from './telegram.js';

const AIMS = ['match', 'lift', 'calm'];
const LISTS = 12; // older ones go: the chat and /history keep them

/** Events: `aim` {aim}, `more`, `rate` {suggestion, position, liked, button}, `follow` {on}, `close`. */
export class Songs extends EventTarget {
  constructor(root) {
    super();
    this.root = root;
    [this.lists, this.note, this.aims, this.follow] =
      ['.lists', '.note', '.aims', '#follow'].map((selector) => root.querySelector(selector));
    root.querySelector('#close-songs').addEventListener('click', () => this.#tell('close'));
    this.follow.addEventListener('change', () => this.#tell('follow', {on: this.follow.checked}));
  }

  /** Fill in what depends on the words. */
  prepare() {
    this.aims.setAttribute('aria-label', say('aims'));
    this.aims.replaceChildren(...AIMS.map((aim) => {
      const button = element('button', {type: 'button', textContent: say(aim)});
      button.dataset.aim = aim;
      button.addEventListener('click', () => this.#tell('aim', {aim}));
      return button;
    }));
    this.mark('match');
  }

  get open() {
    return !this.root.hidden;
  }

  mark(aim) {
    this.aim = aim;
    for (const button of this.aims.children) button.setAttribute('aria-pressed', button.dataset.aim === aim);
  }

  wait(on) {
    this.root.setAttribute('aria-busy', on);
    this.lists.classList.toggle('busy', on);
  }

  /** Put a suggestion on top, or in the place of the newest. */
  show(suggestion, {mood, replace}) {
    this.newest = suggestion.suggestion;
    const list = this.#list(suggestion, mood);
    if (replace) this.lists.firstElementChild?.remove();
    this.lists.querySelector('.more')?.remove();
    list.append(this.#more());
    this.lists.prepend(list);
    while (this.lists.children.length > LISTS) this.lists.lastElementChild.remove();
    this.lists.scrollTo({top: 0});
    this.note.textContent = suggestion.note ?? '';
    this.mark(suggestion.aim);
  }

  #list({suggestion, heading, songs}, mood) {
    const dot = element('i');
    dot.style.background = COLOURS[mood];
    const time = new Date().toLocaleTimeString(document.documentElement.lang, {hour: '2-digit', minute: '2-digit'});
    const head = element('h3', {}, [dot, element('span', {textContent: `${heading} · ${time}`})]);
    const items = songs.map((song, position) => this.#song(suggestion, song, position));
    return element('section', {className: 'list'}, [head, element('ol', {}, items)]);
  }

  #song(suggestion, {title, artist, why, spotify, youtube, liked}, position) {
    const names = element('p', {className: 'title', dir: 'auto'}, [
      title, ' ', element('span', {className: 'artist', textContent: artist}),
    ]);
    const links = element('p', {className: 'links'}, [link(spotify, 'Spotify', title), link(youtube, 'YouTube', title)]);
    const thumbs = element('div', {className: 'thumbs'}, [true, false].map((up) => {
      const button = element('button', {type: 'button'});
      button.append(icon(up ? 'up' : 'down'));
      label(button, say(up ? 'like' : 'dislike', {title}));
      button.dataset.up = up;
      button.setAttribute('aria-pressed', liked === up);
      button.addEventListener('click', () => {
        const pressed = button.getAttribute('aria-pressed') === 'true';
        this.#tell('rate', {suggestion, position, liked: pressed ? null : up, thumbs: [...thumbs.children]});
      });
      return button;
    }));
    const parts = why ? [names, element('p', {className: 'why', textContent: why}), links] : [names, links];
    return element('li', {className: 'song'}, [...parts, thumbs]);
  }

  #more() {
    const button = element('button', {type: 'button', className: 'quiet more', textContent: say('more')});
    button.addEventListener('click', () => this.#tell('more'));
    return button;
  }

  #tell(type, detail = {}) {
    this.dispatchEvent(Object.assign(new Event(type), detail));
  }
}

/** Show what a person thinks of a song. */
export function markThumbs(thumbs, liked) {
  for (const button of thumbs) button.setAttribute('aria-pressed', String(liked) === button.dataset.up);
}

/** Return the name of the most probable emotion's number. */
export function moodOf(scores) {
  return scores.indexOf(Math.max(...scores));
}

/** Return what an emotion is called. */
export function nameOf(mood) {
  return say(EMOTIONS[mood]);
}

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#sign-${name}`);
  svg.append(use);
  return svg;
}

/** Return a link that leaves the page, by way of Telegram's own browser where that is around. */
function link(address, service, title) {
  const made = element('a', {href: address, target: '_blank', rel: 'noreferrer', textContent: service});
  made.setAttribute('aria-label', `${title}: ${service}`);
  made.addEventListener('click', (event) => {
    if (!window.TelegramWebviewProxy) return;
    event.preventDefault();
    tell('web_app_open_link', {url: made.href});
  });
  return made;
}
