/** 468 points of a face, and whether there is one: the counterpart of `inference/mesh.py`. */

import {centreOf, distance, sizeOf} from './faces.js';
import {inverse, sampler, transformed} from './pixels.js';

export const POINTS = 468;
// The same numbers as there; a test compares both on pictures.
const SIDE = 192; // of the network's input
const AROUND = 1.5;
const LEFT_EYE = [33, 133], RIGHT_EYE = [263, 362];
const MAX_SHIFT = 0.12, MAX_GROWTH = 1.3;
const TURN_SLOPE = 1.7, TURN_OFFSET = -0.05;

/**
 * @typedef {Object} Region A square of a picture.
 * @property {number[]} centre
 * @property {number} side In pixels.
 * @property {number} angle Clockwise, in radians.
 */

export class FaceMesh {
  /** @param {{input: Float32Array, run: Function}} network face_landmark. */
  constructor(network) {
    this.network = network;
  }

  /** Return a face with eyes, turn and presence as the mesh sees them. */
  fit(picture, face) {
    const region = regionAround(face), first = this.look(picture, region);
    const closer = regionOf(first.points);
    const shift = distance(closer.centre, region.centre) / region.side, growth = closer.side / region.side;
    let best = first;
    if (shift > MAX_SHIFT || growth <= 1 / MAX_GROWTH || growth >= MAX_GROWTH) {
      const again = this.look(picture, closer);
      if (again.presence >= first.presence) best = again;
    }
    return {...face, eyes: eyesOf(best.points), turn: turnOf(best.points), presence: best.presence};
  }

  /**
   * Return what is seen in a square of the picture.
   *
   * @param {Region} region
   * @returns {{points: Float32Array, presence: number}} (468 * 3): x, y and depth in the picture's
   *   pixels; and how sure it is that they lie on a face, 0 to 1.
   */
  look(picture, region) {
    const back = inverse(transformOf(region)), sample = sampler(picture, back);
    const {input} = this.network, pixel = new Float32Array(3);
    for (let y = 0, at = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++, at += 3) {
        sample(x, y, pixel);
        input[at] = pixel[0] / 255;
        input[at + 1] = pixel[1] / 255;
        input[at + 2] = pixel[2] / 255;
      }
    }
    const [points, [logit]] = this.network.run();
    for (let n = 0; n < 3 * POINTS; n += 3) {
      [points[n], points[n + 1]] = transformed(back, [points[n], points[n + 1]]);
      points[n + 2] *= region.side / SIDE;
    }
    return {points, presence: 1 / (1 + Math.exp(-logit))};
  }
}

/** Return the square to look at for a face that the detector sees. */
export function regionAround(face) {
  return {centre: centreOf(face), side: AROUND * sizeOf(face), angle: roll(face.eyes)};
}

/** Return the square to look at for the face that the points show. */
export function regionOf(points) {
  const angle = roll(eyesOf(points)), cos = Math.cos(angle), sin = Math.sin(angle);
  const level = [cos, sin, 0, -sin, cos, 0];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let n = 0; n < 3 * POINTS; n += 3) {
    const [x, y] = transformed(level, [points[n], points[n + 1]]);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const centre = transformed(inverse(level), [(left + right) / 2, (top + bottom) / 2]);
  return {centre, side: AROUND * Math.max(right - left, bottom - top), angle};
}

/** Return the middle of each eye, left of the picture first. */
export function eyesOf(points) {
  return [LEFT_EYE, RIGHT_EYE].map(([one, other]) =>
    [0, 1].map((axis) => (points[3 * one + axis] + points[3 * other + axis]) / 2));
}

/** Return how far a face looks aside, 0 straight ahead and 1 in profile, by the eyes' depth. */
function turnOf(points) {
  const across = [0, 1, 2].map((axis) => points[3 * RIGHT_EYE[0] + axis] - points[3 * LEFT_EYE[0] + axis]);
  const depth = Math.abs(across[2]) / Math.max(Math.hypot(...across), 1e-6);
  return Math.min(Math.max(TURN_SLOPE * depth + TURN_OFFSET, 0), 1);
}

function roll([[leftX, leftY], [rightX, rightY]]) {
  return Math.atan2(rightY - leftY, rightX - leftX);
}

/** Return what takes the picture to the network's input. */
function transformOf({centre: [x, y], side, angle}) {
  const scale = SIDE / side, half = (SIDE - 1) / 2;
  const a = scale * Math.cos(angle), b = scale * Math.sin(angle);
  return [a, b, half - a * x - b * y, -b, a, half + b * x - a * y];
}
