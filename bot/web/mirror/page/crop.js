/** From a face to the emotion network's input: the counterpart of `inference/preprocess.py`. */

import {inverse, roundHalfEven, sampler, transformed} from './pixels.js';

// The same numbers as there; a test compares both on pictures.
export const SIDE = 48;
export const EYE_DISTANCE = 0.38;
const EYE_LINE = 0.405;
const TURN_SHRINKS = 0.3;
const FACE_AXES = [0.75, 0.9];
const LIT = 205;
const FINEST = 2, COARSEST = 16;
const FACE = facePlaces();

/** Return the distance between two points, at least one. */
export function apart([[leftX, leftY], [rightX, rightY]]) {
  return Math.max(Math.hypot(rightX - leftX, rightY - leftY), 1);
}

/** Return the point halfway between two. */
function middle([[leftX, leftY], [rightX, rightY]]) {
  return [(leftX + rightX) / 2, (leftY + rightY) / 2];
}

/**
 * Return what takes the picture to a square crop: eyes level, centred, on their line.
 *
 * @param {number[][]} eyes The eye on the left of the picture and the one on the right.
 * @param {number} turn How far the face looks aside: 0 straight ahead, 1 in profile.
 */
export function cropTransform(eyes, side, turn) {
  const [[leftX, leftY], [rightX, rightY]] = eyes;
  const angle = Math.atan2(rightY - leftY, rightX - leftX);
  const scale = EYE_DISTANCE * (1 - TURN_SHRINKS * turn) * side / apart(eyes);
  const a = scale * Math.cos(angle), b = scale * Math.sin(angle);
  const [x, y] = middle(eyes);
  return [a, b, (side - 1) / 2 - a * x - b * y, -b, a, EYE_LINE * side - 0.5 + b * x - a * y];
}

/** Return the face in its own light, 48 x 48 gray levels. */
export function cutFace(picture, eyes, turn) {
  const times = Math.min(Math.max(Math.ceil(apart(eyes) / (EYE_DISTANCE * SIDE)), FINEST), COARSEST);
  const sample = sampler(picture, inverse(cropTransform(eyes, SIDE * times, turn)));
  const crop = new Uint8Array(SIDE * SIDE), pixel = new Float32Array(3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (let row = y * times; row < (y + 1) * times; row++) {
        for (let column = x * times; column < (x + 1) * times; column++) {
          sample(column, row, pixel);
          sum += 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
        }
      }
      crop[y * SIDE + x] = roundHalfEven(sum / times ** 2);
    }
  }
  return crop;
}

/** Return a crop whose face is as bright as those of the training pictures. */
export function lighten(crop) {
  const levels = Uint8Array.from(FACE, (place) => crop[place]).sort();
  const place = 0.95 * (levels.length - 1), below = Math.floor(place), rest = place - below;
  const low = levels[below], high = levels[Math.min(below + 1, levels.length - 1)];
  // As numpy does it: from the nearer of the two.
  const brightest = rest >= 0.5 ? high - (high - low) * (1 - rest) : low + (high - low) * rest;
  const factor = LIT / Math.min(Math.max(brightest, 1), LIT);
  return crop.map((level) => Math.min(level * factor, 255));
}

/** Return which share of the crop lies within the picture. */
export function shareInside(picture, eyes, turn) {
  const back = inverse(cropTransform(eyes, SIDE, turn));
  let inside = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [atX, atY] = transformed(back, [x, y]);
      inside += atX >= 0 && atX < picture.width && atY >= 0 && atY < picture.height;
    }
  }
  return inside / (SIDE * SIDE);
}

/** Return the mirror image of a crop. */
export function mirrored(crop) {
  const image = new Uint8Array(crop.length);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) image[y * SIDE + x] = crop[y * SIDE + SIDE - 1 - x];
  }
  return image;
}

/** Return the variance of the crop's Laplacian as a share of the variance of its grays. */
export function sharpness(crop) {
  const edges = new Float64Array(crop.length), last = SIDE - 1;
  const at = (x, y) => crop[Math.abs(last - Math.abs(last - y)) * SIDE + Math.abs(last - Math.abs(last - x))];
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      edges[y * SIDE + x] = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y);
    }
  }
  return variance(edges) / (variance(crop) + 1);
}

function variance(values) {
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
}

function facePlaces() {
  const places = [];
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const across = (x / (SIDE - 1) * 2 - 1) / FACE_AXES[0], along = (y / (SIDE - 1) * 2 - 1) / FACE_AXES[1];
      if (Math.hypot(across, along) < 1) places.push(y * SIDE + x);
    }
  }
  return places;
}
