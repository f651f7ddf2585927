/** The 468 points of Google's face mesh: found in a region, which then follows them. */

import {distance} from './faces.js';
import {OneEuro} from './smooth.js';

export const POINTS = 468;
const SIDE = 192; // of the network's input
const AROUND = 1.5; // the region is so many times as long as the face in it
const PRESENT = 0.5;
const RIGHT_CORNER = 33, LEFT_CORNER = 263; // the outer corners of the eyes

export class Mesh {
  /** @param {{input: Float32Array, run: Function}} network face_landmark. */
  constructor(network) {
    this.network = network;
    this.filter = new OneEuro(3 * POINTS);
    this.region = null;
  }

  lose() {
    this.region = null;
    this.filter.reset();
  }

  /** Take over where the detector sees a face, unless the points follow that face already. */
  aim(face) {
    const [left, top, right, bottom] = face.box, [[leftX, leftY], [rightX, rightY]] = face.eyes;
    const centre = [(left + right) / 2, (top + bottom) / 2], size = Math.max(right - left, bottom - top);
    if (this.region && distance(this.region.centre, centre) < size / 2) return;
    this.filter.reset();
    this.region = {centre, side: size * AROUND, angle: Math.atan2(rightY - leftY, rightX - leftX)};
  }

  /**
   * Return the points in the picture, (468 * 3), smoothed: x, y and depth in pixels; or null.
   *
   * @param {number} at The frame's time in milliseconds.
   */
  find(picture, at) {
    if (!this.region) return null;
    this.#sample(picture);
    const [places, presence] = this.network.run();
    if (1 / (1 + Math.exp(-presence[0])) < PRESENT) {
      this.lose();
      return null;
    }
    const points = this.#inPicture(places);
    const corner = (n) => [points[3 * n], points[3 * n + 1]];
    const right = corner(RIGHT_CORNER), left = corner(LEFT_CORNER);
    this.#follow(points, Math.atan2(left[1] - right[1], left[0] - right[0]));
    return this.filter.next(points, at, Math.max(distance(left, right), 1)).slice();
  }

  #sample({data, width, height}) {
    const {centre: [x, y], side, angle} = this.region, {input} = this.network;
    const step = side / SIDE, cos = Math.cos(angle) * step, sin = Math.sin(angle) * step, half = (SIDE - 1) / 2;
    for (let row = 0, at = 0; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++, at += 3) {
        const fromX = x + cos * (column - half) - sin * (row - half);
        const fromY = y + sin * (column - half) + cos * (row - half);
        if (fromX < 0 || fromY < 0 || fromX > width - 1 || fromY > height - 1) {
          input[at] = input[at + 1] = input[at + 2] = 0;
          continue;
        }
        const left = fromX | 0, top = fromY | 0, along = fromX - left, down = fromY - top;
        const a = (top * width + left) * 4, b = left < width - 1 ? a + 4 : a;
        const below = top < height - 1 ? width * 4 : 0;
        for (let channel = 0; channel < 3; channel++) {
          const upper = data[a + channel] + along * (data[b + channel] - data[a + channel]);
          const lower = data[a + below + channel] + along * (data[b + below + channel] - data[a + below + channel]);
          input[at + channel] = (upper + down * (lower - upper)) / 255;
        }
      }
    }
  }

  #inPicture(places) {
    const {centre: [x, y], side, angle} = this.region;
    const step = side / SIDE, cos = Math.cos(angle) * step, sin = Math.sin(angle) * step, half = (SIDE - 1) / 2;
    const points = new Float32Array(3 * POINTS);
    for (let n = 0; n < 3 * POINTS; n += 3) {
      const across = places[n] - half, along = places[n + 1] - half;
      points[n] = x + cos * across - sin * along;
      points[n + 1] = y + sin * across + cos * along;
      points[n + 2] = places[n + 2] * step;
    }
    return points;
  }

  #follow(points, angle) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let n = 0; n < 3 * POINTS; n += 3) {
      left = Math.min(left, points[n]);
      right = Math.max(right, points[n]);
      top = Math.min(top, points[n + 1]);
      bottom = Math.max(bottom, points[n + 1]);
    }
    const side = Math.max(right - left, bottom - top) * AROUND;
    this.region = {centre: [(left + right) / 2, (top + bottom) / 2], side, angle};
  }
}
