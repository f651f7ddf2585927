/** The last minute as a river: seven smooth bands whose widths are the probabilities. */

import {COLOURS} from './colours.js';

const SPAN_MS = 60_000;
const STEP_MS = 500; // between the points of a curve; a pixel or two on a phone
const DRAW_MS = 80; // it moves by half a pixel meanwhile
const MIN_WIDTH = 0.004; // so that no band ever ends

export class Chart {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
    this.columns = []; // {scores, at}, one in STEP_MS, the newest last
    this.drawnAt = -Infinity;
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  clear() {
    this.columns = [];
  }

  /** Take over smoothed probabilities; null is a gap, in which nobody was seen. */
  add(scores, at) {
    const last = this.columns.at(-1), slot = Math.floor(at / STEP_MS);
    if (last && last.slot === slot) last.scores = scores ?? last.scores;
    else this.columns.push({slot, scores, at: slot * STEP_MS});
    while (this.columns[0]?.at < at - SPAN_MS - 2 * STEP_MS) this.columns.shift();
  }

  /** Draw the minute that ends now, unless that was done a moment ago; it flows on between two readings. */
  draw(now) {
    if (now - this.drawnAt < DRAW_MS) return;
    this.drawnAt = now;
    const {context, width, height} = this;
    context.clearRect(0, 0, width, height);
    for (const run of this.#runs()) this.#drawRun(run, now);
    // The past fades away.
    context.globalCompositeOperation = 'destination-in';
    context.fillStyle = this.fade;
    context.fillRect(0, 0, width, height);
    context.globalCompositeOperation = 'source-over';
  }

  #runs() {
    const runs = [[]];
    for (const column of this.columns) {
      if (column.scores) runs.at(-1).push(column);
      else if (runs.at(-1).length) runs.push([]);
    }
    return runs.filter((run) => run.length > 1);
  }

  #drawRun(run, now) {
    const {context, width, height} = this;
    const live = run.at(-1) === this.columns.at(-1);
    const xs = run.map(({at}) => width * (1 - (now - at) / SPAN_MS));
    if (live) xs[xs.length - 1] = width;
    const edges = run.map(({scores}) => edgesOf(scores, height));
    for (let band = 0; band < COLOURS.length; band++) {
      context.beginPath();
      curve(context, xs, edges.map((edge) => edge[band]), true);
      curve(context, [...xs].reverse(), edges.map((edge) => edge[band + 1]).reverse(), false);
      context.closePath();
      context.fillStyle = COLOURS[band];
      context.fill();
    }
  }

  #resize() {
    const {canvas, context} = this, scale = Math.min(window.devicePixelRatio || 1, 2);
    this.width = canvas.clientWidth;
    this.height = canvas.clientHeight;
    canvas.width = Math.max(Math.round(this.width * scale), 1);
    canvas.height = Math.max(Math.round(this.height * scale), 1);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    this.drawnAt = -Infinity;
    this.fade = context.createLinearGradient(0, 0, this.width, 0);
    this.fade.addColorStop(0, 'rgb(0 0 0 / 0%)');
    this.fade.addColorStop(0.35, 'rgb(0 0 0 / 70%)');
    this.fade.addColorStop(1, 'rgb(0 0 0 / 100%)');
  }
}

/** Return the eight edges of seven bands. */
function edgesOf(scores, height) {
  const widths = scores.map((score) => score + MIN_WIDTH), total = widths.reduce((sum, width) => sum + width, 0);
  let at = 0;
  return [0, ...widths.map((width) => (at += width * height / total))];
}

/** Draw through points with level tangents at each: no overshoot, no corners. */
function curve(context, xs, ys, begin) {
  if (begin) context.moveTo(xs[0], ys[0]);
  else context.lineTo(xs[0], ys[0]);
  for (let n = 1; n < xs.length; n++) {
    const middle = (xs[n - 1] + xs[n]) / 2;
    context.bezierCurveTo(middle, ys[n - 1], middle, ys[n], xs[n], ys[n]);
  }
}
