/** What the live mirror shows: the word, the shares, the river, the drawing; one step a frame. */

import {Chart} from './chart.js';
import {COLOURS, blend} from './colours.js';
import {Drawing} from './drawing.js';
import {EMOTIONS} from './emotions.js';
import {Fading, Minute, Word} from './smooth.js';
import {nameOf} from './songs.js';
import {say} from './words.js';

const SHARES_MS = 250; // numbers that change faster cannot be read
const NOBODY_MS = 1200;
const BLANK_MS = 3000;
const ADVICE_MS = 1500; // advice must last before it is given, and after
// What a person can do something about, the most useful first.
const ADVICE = ['dark', 'bright', 'tiny', 'turned', 'covered', 'blurred', 'several'];

/** Events: `reading` {scores, said, at} for each, `lost` when nobody is seen, `blank`. */
export class Live extends EventTarget {
  constructor(root, setup) {
    super();
    const find = (selector) => root.querySelector(selector);
    [this.mood, this.advice, this.shares, this.mine] = ['.mood', '.advice', '.shares', '#mine'].map(find);
    this.chart = new Chart(find('#chart'));
    this.drawing = new Drawing(find('#overlay'), setup.mesh);
    this.certainAbove = setup.reading.certain_above;
    this.fading = new Fading();
    this.word = new Word();
    this.minute = new Minute();
    this.colour = blend(EMOTIONS.map((name) => Number(name === 'neutral')));
    this.view = {showBox: false, showMesh: false};
    this.figures = {frames: [], readings: [], gaps: [], delays: [], changes: 0};
    this.seenAt = this.blankAt = this.adviceAt = this.sharesAt = -Infinity;
    this.shares.replaceChildren(...EMOTIONS.map((_, n) => shareOf(n)));
    find('#chart').setAttribute('aria-label', say('chart'));
    this.#say('');
  }

  /** Take over what the engine saw. */
  take({at, width, height, points, reading, blank}) {
    const now = performance.now();
    note(this.figures.frames, now);
    note(this.figures.delays, now - at);
    this.drawing.take({width, height, points, face: reading && reading.face, at});
    if (reading === undefined) return;
    note(this.figures.readings, now);
    if (reading) this.#read(reading, at);
    else this.#miss(blank, at);
  }

  /** Draw one frame of the page. */
  draw(now) {
    if (this.drawnAt) note(this.figures.gaps, now - this.drawnAt);
    this.drawnAt = now;
    this.drawing.draw({...this.view, colour: this.colour});
    this.chart.draw(now);
  }

  /** Return the mood of the last moment, or null when nobody is there. */
  moodOver(lastMs, at = performance.now()) {
    return this.minute.meanOf(lastMs, at) ?? this.fading.scores; // slow: the last one
  }

  /** After a pause nothing of before counts. */
  forget() {
    this.fading.reset();
    this.word.reset();
    this.chart.add(null, performance.now());
    this.drawing.seen = null;
    this.drawnAt = null;
    this.shownMood = null;
  }

  #read(reading, at) {
    this.seenAt = at;
    this.blankAt = -Infinity;
    const scores = this.fading.next(reading.scores, at, reading.quality);
    const said = this.word.next(scores, at);
    this.minute.add(reading.scores, at);
    this.chart.add(scores, at);
    this.colour = this.colour.map((channel, n) => channel + 0.15 * (blend(scores)[n] - channel));
    this.mine.disabled = false;
    if (said !== this.shownMood) this.#showWord(said);
    this.#showShares(scores, at);
    this.#advise(reading.advice, scores, at);
    this.dispatchEvent(Object.assign(new Event('reading'), {scores, said, at}));
  }

  #miss(blank, at) {
    if (blank && this.blankAt === -Infinity) this.blankAt = at;
    if (!blank) this.blankAt = -Infinity;
    if (at - this.blankAt > BLANK_MS) this.dispatchEvent(new Event('blank'));
    if (at - this.seenAt < NOBODY_MS || this.shownMood === undefined) return;
    if (this.shownMood !== null) {
      this.forget();
      this.dispatchEvent(new Event('lost'));
    }
    this.mine.disabled = true;
    this.#say(say('nobody'));
    this.advice.textContent = say('nobody_more');
    this.chart.add(null, at);
  }

  #showWord(said) {
    if (this.shownMood != null) this.figures.changes += 1;
    this.shownMood = said;
    document.documentElement.style.setProperty('--mood', COLOURS[said]);
    this.#say(nameOf(said));
  }

  /** Let one word go and the next come. */
  #say(text) {
    if (this.saying === text) return;
    this.saying = text;
    this.mood.classList.add('leaving');
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => {
      this.mood.textContent = text || say('looking');
      this.mood.classList.remove('leaving');
    }, this.mood.textContent ? 200 : 0);
  }

  #showShares(scores, at) {
    if (at - this.sharesAt < SHARES_MS) return;
    this.sharesAt = at;
    [...this.shares.children].forEach((item, n) => {
      item.lastChild.textContent = `${Math.round(scores[n] * 100)} %`;
      item.style.opacity = 0.62 + 0.38 * Math.min(scores[n] * 4, 1);
    });
  }

  #advise(codes, scores, at) {
    const unsure = Math.max(...scores) < this.certainAbove;
    const code = ADVICE.find((known) => codes.includes(known)) ?? (unsure ? 'unsure' : '');
    if (code === this.adviceNow) this.adviceAt = at;
    if (at - this.adviceAt < ADVICE_MS) return;
    this.adviceNow = code;
    this.adviceAt = at;
    this.advice.textContent = code ? say(`advice_${code}`) : '';
  }
}

function shareOf(n) {
  const item = document.createElement('li'), dot = document.createElement('i'), share = document.createElement('b');
  dot.style.background = COLOURS[n];
  share.textContent = '–';
  item.append(dot, nameOf(n), share);
  return item;
}

function note(figures, value) {
  figures.push(value);
  if (figures.length > 4000) figures.splice(0, 1000);
}
