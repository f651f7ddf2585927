/** Box and mesh over the mirror, in the colour of the mood. */

import {OneEuro} from './smooth.js';

const SHADES = 4; // the mesh is drawn in so many depths, the near ones brightest
const GONE_MS = 400;

export class Drawing {
  /**
   * @param {HTMLCanvasElement} canvas Lies over the video, of the same size.
   * @param {{lines: number[], contours: number[]}} mesh Pairs of numbers of points.
   */
  constructor(canvas, mesh) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
    this.mesh = mesh;
    this.boxFilter = new OneEuro(4);
    this.seen = null;
    this.drawn = false;
    this.last = []; // what is drawn now
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  /**
   * Take over what was seen last; `face` and `points` are in the frame's pixels.
   *
   * A frame that was not read, `face` undefined, says nothing against the face of before; null does.
   */
  take({width, height, points, face, at}) {
    const kept = this.seen && (face === undefined || at - this.seen.faceAt < GONE_MS);
    const box = face ? this.boxFilter.next(face.box, at, face.box[2] - face.box[0]).slice() : null;
    this.seen = {
      width, height, points, at,
      box: box ?? (kept ? this.seen.box : null),
      faceAt: face ? at : this.seen?.faceAt ?? -Infinity,
    };
    if (!face && !kept) this.boxFilter.reset();
  }

  /** Draw, or wipe away what was drawn; the page has twice as many frames as the camera. */
  draw({showBox, showMesh, colour}) {
    const {context, seen} = this, now = [seen, showBox, showMesh];
    if (now.every((part, n) => part === this.last[n])) return;
    this.last = now;
    if (this.drawn) context.clearRect(0, 0, this.width, this.height);
    this.drawn = Boolean(seen && ((showBox && seen.box) || (showMesh && seen.points)));
    if (!this.drawn) return;
    if (showMesh && seen.points) this.#drawMesh(colour);
    if (showBox && seen.box) this.#drawBox(colour);
  }

  /** Return where a point of the frame lies on the canvas: the video covers it, mirrored. */
  #place() {
    const {width, height} = this.seen, scale = Math.max(this.width / width, this.height / height);
    const left = (this.width + width * scale) / 2, top = (this.height - height * scale) / 2;
    return {x: (x) => left - x * scale, y: (y) => top + y * scale, scale};
  }

  #drawMesh([red, green, blue]) {
    const {context, mesh, seen: {points}} = this, {x, y, scale} = this.#place();
    const xs = new Float32Array(points.length / 3), ys = new Float32Array(points.length / 3);
    let near = Infinity, far = -Infinity;
    for (let n = 0; n < xs.length; n++) {
      xs[n] = x(points[3 * n]);
      ys[n] = y(points[3 * n + 1]);
      near = Math.min(near, points[3 * n + 2]);
      far = Math.max(far, points[3 * n + 2]);
    }
    const shades = Array.from({length: SHADES}, () => new Path2D());
    const {lines} = mesh, depth = Math.max(far - near, 1e-6);
    for (let n = 0; n < lines.length; n += 2) {
      const one = lines[n], other = lines[n + 1];
      const back = (points[3 * one + 2] + points[3 * other + 2]) / 2;
      const path = shades[Math.min(Math.floor((back - near) / depth * SHADES), SHADES - 1)];
      path.moveTo(xs[one], ys[one]);
      path.lineTo(xs[other], ys[other]);
    }
    const light = [red, green, blue].map((channel) => Math.round(channel + (255 - channel) * 0.62));
    context.lineWidth = Math.min(Math.max(scale * 0.5, 0.8), 1.2);
    shades.forEach((path, n) => {
      context.strokeStyle = `rgb(${light.join(' ')} / ${[95, 80, 62, 42][n]}%)`;
      context.stroke(path);
    });
    this.#drawContours(xs, ys, light, scale);
  }

  /** Eyes, brows, lips and the face's outline: a wide faint line below a bright thin one. */
  #drawContours(xs, ys, light, scale) {
    const {context, mesh: {contours}} = this, path = new Path2D();
    for (let n = 0; n < contours.length; n += 2) {
      path.moveTo(xs[contours[n]], ys[contours[n]]);
      path.lineTo(xs[contours[n + 1]], ys[contours[n + 1]]);
    }
    context.lineCap = 'round';
    context.strokeStyle = `rgb(${light.join(' ')} / 26%)`;
    context.lineWidth = Math.min(Math.max(scale * 2, 3), 4.5);
    context.stroke(path);
    const pale = light.map((channel) => Math.round(channel + (255 - channel) * 0.5));
    context.strokeStyle = `rgb(${pale.join(' ')} / 97%)`;
    context.lineWidth = Math.min(Math.max(scale * 0.7, 1.3), 1.9);
    context.stroke(path);
  }

  #drawBox([red, green, blue]) {
    const {context, seen: {box}} = this, {x, y} = this.#place();
    const left = x(box[2]), right = x(box[0]), top = y(box[1]), bottom = y(box[3]);
    const arm = (right - left) * 0.2, radius = arm * 0.55;
    const path = new Path2D();
    for (const [cornerX, inX] of [[left, 1], [right, -1]]) {
      for (const [cornerY, inY] of [[top, 1], [bottom, -1]]) {
        path.moveTo(cornerX + inX * arm, cornerY);
        path.arcTo(cornerX, cornerY, cornerX, cornerY + inY * arm, radius);
        path.lineTo(cornerX, cornerY + inY * arm);
      }
    }
    context.lineCap = 'round';
    context.lineWidth = 6;
    context.strokeStyle = `rgb(${[red, green, blue].map((channel) => Math.round(channel * 0.6)).join(' ')} / 55%)`;
    context.stroke(path);
    context.lineWidth = 3;
    context.strokeStyle = 'rgb(255 255 255 / 92%)';
    context.stroke(path);
  }

  #resize() {
    const {canvas, context} = this, scale = Math.min(window.devicePixelRatio || 1, 2);
    this.width = canvas.clientWidth;
    this.height = canvas.clientHeight;
    canvas.width = Math.max(Math.round(this.width * scale), 1);
    canvas.height = Math.max(Math.round(this.height * scale), 1);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    this.last = [];
  }
}
