/** From a frame to one reading: as `inference/reader.py` and `looks.py`, for one picture. */

import {EYE_DISTANCE, SIDE, apart, cutFace, lighten, mirrored, shareInside, sharpness} from './crop.js';
import {combine, mean} from './emotions.js';
import {follow} from './faces.js';
import {Finder} from './finder.js';

// As there.
const SHARP_EYES_PX = EYE_DISTANCE * SIDE;
const DARK_LEVEL = 45, BRIGHT_LEVEL = 250, BRIGHT_SHARE = 0.25;
const MIN_SHARPNESS = 0.04, MAX_TURN = 0.6, MIN_INSIDE = 0.85, COVERED_WEIGHT = 0.3;

/**
 * @typedef {Object} Reading
 * @property {number[]} scores Probabilities, in the order of `EMOTIONS`.
 * @property {import('./faces.js').Face} face
 * @property {number} faces How many there are.
 * @property {string[]} advice What makes the reading less sure.
 * @property {number} quality Weight among other readings, above 0, at most 1.
 */

export class Reader {
  /**
   * @param {Object} networks short_range, emotion; full_range and cover may come later.
   * @param {Object} settings Of the server: reading, outputs, covered_above.
   */
  constructor(networks, settings) {
    this.networks = networks;
    this.finder = new Finder(networks);
    this.settings = settings;
    this.last = null;
  }

  /** Frame faces as the bot does; until then they are framed as the detector sees them. */
  frameBy(mesh) {
    this.finder.mesh = mesh;
  }

  /**
   * Return the reading of a picture, or null where no face is found.
   *
   * @param {number} [looks] 2 looks at the face and at its mirror image; 1 at the face, -1 at the
   *   image alone: what slow devices do in turn.
   * @returns {Reading | null}
   */
  read(picture, looks = 2) {
    const faces = this.finder.find(picture);
    if (!faces.length) {
      this.last = null;
      return null;
    }
    const face = follow(faces, this.last, picture.width, picture.height);
    this.last = face;
    const crop = cutFace(picture, face.eyes, face.turn);
    const lit = lighten(crop);
    const seen = {1: [lit], '-1': [mirrored(lit)], 2: [lit, mirrored(lit)]}[looks];
    const scores = mean(seen.map((image) => this.classify(image)));
    return {scores, face, faces: faces.length, ...this.judge(picture, face, faces.length, crop, lit)};
  }

  classify(crop) {
    const {input, run} = this.networks.emotion, {outputs, reading} = this.settings;
    crop.forEach((level, at) => { input[at] = level - 128; });
    const answers = run();
    const logits = ({index, scale, zero_point: zero}) => Array.from(answers[index], (value) => (value - zero) * scale);
    return combine(logits(outputs.original), logits(outputs.ferplus), reading);
  }

  isCovered(lit) {
    if (!this.networks.cover) return false;
    const {input, run} = this.networks.cover, {scale, zero_point: zero} = this.settings.outputs.covered;
    lit.forEach((level, at) => { input[at] = level - 128; });
    return (run()[0][0] - zero) * scale > this.settings.covered_above;
  }

  judge(picture, face, faces, crop, lit) {
    const covered = this.isCovered(lit), eyes = apart(face.eyes), clear = sharpness(crop);
    const level = crop.reduce((sum, value) => sum + value, 0) / crop.length;
    const bright = crop.reduce((sum, value) => sum + (value >= BRIGHT_LEVEL), 0) / crop.length;
    const checks = {
      dark: level < DARK_LEVEL,
      bright: bright > BRIGHT_SHARE,
      blurred: clear < MIN_SHARPNESS,
      tiny: eyes < SHARP_EYES_PX,
      turned: face.turn > MAX_TURN,
      covered: covered || shareInside(picture, face.eyes, face.turn) < MIN_INSIDE,
      several: faces > 1,
    };
    const enough = Math.min(eyes / SHARP_EYES_PX, 1) * Math.min(clear / MIN_SHARPNESS, 1) * (covered ? COVERED_WEIGHT : 1);
    const quality = Math.max(face.score * enough * (1 - 0.9 * face.turn), 1e-3);
    return {advice: Object.keys(checks).filter((code) => checks[code]), quality};
  }
}
