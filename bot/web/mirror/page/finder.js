/** The detector proposes faces, the mesh decides: as `inference/finder.py`, for upright pictures. */

import {cutFace, sharpness} from './crop.js';
import {RANGES, decode, moved, sizeOf} from './faces.js';
import {letterbox, roundHalfEven} from './pixels.js';

// The same numbers as there; a test compares both on pictures.
const MIN_PRESENCE = 0.9;
const BLURRED_SCORE = 0.67, BLURRED_PRESENCE = 0.02, BLURRED_SHARPNESS = 0.05;
const CLOSE = 0.45, BORDER = 0.35;
const SURE_SCORE = 0.77;

export class Finder {
  /** @param {Object} networks short_range; full_range may come later, and so may `mesh`. */
  constructor(networks) {
    this.networks = networks;
    this.mesh = null;
  }

  /** Return the faces of a picture, the largest first. */
  find(picture) {
    const shorter = Math.min(picture.width, picture.height);
    const seen = this.#firstOf(['full_range', 'short_range'], picture);
    const faces = this.#fitted(picture, seen, true);
    if (faces.length && sizeOf(faces[0]) < CLOSE * shorter) return faces;
    if (faces.filter(({score}) => score >= SURE_SCORE).length > 1) return faces;
    const border = [picture.width, picture.height].map((side) => roundHalfEven(BORDER * side));
    const framed = this.#firstOf(['short_range', 'full_range'], picture, border);
    const close = this.#fitted(picture, framed, false);
    return sureness(close) > sureness(faces) ? close : faces;
  }

  /** Return what the first of the detectors sees that sees anything. */
  #firstOf(names, picture, border) {
    for (const name of names.filter((known) => this.networks[known])) {
      const found = this.#detect(name, picture, border);
      if (found.length) return found;
    }
    return [];
  }

  #detect(name, picture, border = [0, 0]) {
    const network = this.networks[name], range = RANGES[name], [x, y] = border;
    letterbox(picture, range.side, network.input, border);
    const [regressors, classificators] = network.run();
    const found = decode(regressors, classificators, range, picture.width + 2 * x, picture.height + 2 * y);
    return found.map((face) => moved(face, -x, -y));
  }

  /** Return the faces that the mesh confirms; if asked for, blurred ones as the detector sees them. */
  #fitted(picture, faces, blurred) {
    if (!this.mesh) return faces.map((face) => ({...face, presence: 1}));
    return faces.flatMap((face) => {
      const fitted = this.mesh.fit(picture, face), {presence} = fitted;
      if (presence >= MIN_PRESENCE) return [fitted];
      return blurred && isBlurred(picture, face, presence) ? [{...face, presence}] : [];
    });
  }
}

/** Return whether a face that the mesh is not sure of may be one that is blurred. */
function isBlurred(picture, face, presence) {
  if (face.score < BLURRED_SCORE || presence < BLURRED_PRESENCE) return false;
  return sharpness(cutFace(picture, face.eyes, face.turn)) < BLURRED_SHARPNESS;
}

/** Return how surely one of the faces is one, 0 to 1. */
function sureness(faces) {
  return Math.max(0, ...faces.map(({presence, score}) => presence * score));
}
