/** What BlazeFace's numbers mean, and which of several faces is read: as `inference/detector.py` and `faces.py`. */

import {apart} from './crop.js';

export const MIN_SCORE = 0.6;
const SURE_LOGIT = 100; // MediaPipe cuts scores there
const OVERLAP = 0.3;
const LARGE = 0.7;

/** Both ranges of the detector: input side, and cells a side with faces each. */
export const RANGES = {
  full_range: {side: 192, grids: [[48, 1]]},
  short_range: {side: 128, grids: [[16, 2], [8, 6]]},
};

/**
 * @typedef {Object} Face All in pixels of the picture.
 * @property {number[]} box Left, top, right, bottom.
 * @property {number} score
 * @property {number[][]} eyes Left of the picture first.
 * @property {number} turn How far it looks aside, 0 to 1.
 * @property {number} [presence] How sure the mesh is that there is a face, 0 to 1.
 */

/**
 * Return the faces that a detector saw in a letterboxed picture, the largest first.
 *
 * @param {Float32Array} regressors (anchors, 16).
 * @param {Float32Array} classificators (anchors,), logits.
 * @returns {Face[]}
 */
export function decode(regressors, classificators, range, width, height) {
  const {side} = range;
  const found = [];
  anchors(range).forEach(([x, y], at) => {
    const logit = Math.min(Math.max(classificators[at], -SURE_LOGIT), SURE_LOGIT);
    const score = 1 / (1 + Math.exp(-logit));
    if (score < MIN_SCORE) return;
    const raw = Float64Array.from(regressors.subarray(16 * at, 16 * at + 16), (value) => value / side);
    const centreX = raw[0] + x, centreY = raw[1] + y;
    const places = [centreX - raw[2] / 2, centreY - raw[3] / 2, centreX + raw[2] / 2, centreY + raw[3] / 2];
    for (let point = 4; point < 16; point += 2) places.push(raw[point] + x, raw[point + 1] + y);
    found.push({score, places});
  });
  const longer = Math.max(width, height);
  const offX = (longer - width) / 2, offY = (longer - height) / 2;
  const faces = suppressed(found).map(({score, places}) => {
    const [left, top, right, bottom, ...rest] = places.map((place, at) => place * longer - (at % 2 ? offY : offX));
    // MediaPipe's boxes have whole pixels and begin in the picture.
    const box = [Math.max(Math.trunc(left), 0), Math.max(Math.trunc(top), 0)];
    box.push(box[0] + Math.trunc(right - left), box[1] + Math.trunc(bottom - top));
    return toFace(score, box, rest);
  });
  return faces.sort((one, other) => sizeOf(other) - sizeOf(one));
}

/** Return the face that far to the right and down. */
export function moved(face, x, y) {
  const shift = ([atX, atY]) => [atX + x, atY + y];
  const [left, top, right, bottom] = face.box;
  return {...face, box: [left + x, top + y, right + x, bottom + y], eyes: face.eyes.map(shift)};
}

/** Return a box's longer side. */
export function sizeOf({box: [left, top, right, bottom]}) {
  return Math.max(right - left, bottom - top);
}

/** Return the middle of a face's box. */
export function centreOf({box: [left, top, right, bottom]}) {
  return [(left + right) / 2, (top + bottom) / 2];
}

/** Return the largest face, or of several large ones the most central. */
export function chooseFace(faces, width, height) {
  const large = LARGE * Math.max(...faces.map(sizeOf));
  const off = (face) => distance(centreOf(face), [width / 2, height / 2]);
  return faces.filter((face) => sizeOf(face) >= large).reduce((best, face) => off(face) < off(best) ? face : best);
}

/** Return the face that was read before, as far as it is still about there. */
export function follow(faces, last, width, height) {
  if (last) {
    const off = (face) => distance(centreOf(face), centreOf(last));
    const near = faces.reduce((best, face) => off(face) < off(best) ? face : best);
    if (off(near) < sizeOf(last)) return near;
  }
  return chooseFace(faces, width, height);
}

/** Return how far apart two points are. */
export function distance([x, y], [otherX, otherY]) {
  return Math.hypot(x - otherX, y - otherY);
}

/** BlazeFace's order: right and left eye (of the person), nose, mouth, right and left ear. */
function toFace(score, box, places) {
  const point = (n) => [places[2 * n], places[2 * n + 1]];
  return {score, box, eyes: [point(0), point(1)], turn: turnOf(point(2), [point(4), point(5)])};
}

/** Return how far a face looks aside: the nose tip's place between the ears, told from their middle. */
function turnOf([noseX, noseY], ears) {
  const [[leftX, leftY], [rightX, rightY]] = ears, span = apart(ears);
  const alongX = (rightX - leftX) / span, alongY = (rightY - leftY) / span;
  const offset = (noseX - (leftX + rightX) / 2) * alongX + (noseY - (leftY + rightY) / 2) * alongY;
  return Math.min(2 * Math.abs(offset) / span, 1);
}

function anchors(range) {
  range.anchors ??= range.grids.flatMap(([cells, each]) =>
    Array.from({length: cells * cells * each}, (_, at) => {
      const cell = Math.floor(at / each);
      return [(cell % cells + 0.5) / cells, (Math.floor(cell / cells) + 0.5) / cells];
    }));
  return range.anchors;
}

/** Join what overlaps the surest find, weighted by score: MediaPipe's weighted suppression. */
function suppressed(found) {
  let rest = found.sort((one, other) => other.score - one.score);
  const joined = [];
  while (rest.length) {
    const [first] = rest;
    const same = rest.filter((other) => overlap(first.places, other.places) > OVERLAP);
    rest = rest.filter((other) => overlap(first.places, other.places) <= OVERLAP);
    const total = same.reduce((sum, {score}) => sum + score, 0);
    const places = first.places.map((_, at) => same.reduce((sum, {score, places}) => sum + score * places[at], 0) / total);
    joined.push({score: first.score, places});
    if (!same.length) break; // a box without an area overlaps not even itself
  }
  return joined;
}

function overlap(one, other) {
  const width = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const height = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = ([left, top, right, bottom]) => (right - left) * (bottom - top);
  return width * height / (area(one) + area(other) - width * height);
}
