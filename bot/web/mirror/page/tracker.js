/** The mesh from frame to frame: found where the detector sees a face, it then follows its points. */

import {centreOf, distance, sizeOf} from './faces.js';
import {POINTS, eyesOf, regionAround, regionOf} from './mesh.js';
import {OneEuro} from './smooth.js';

const PRESENT = 0.5; // a face that is followed may be less clear than one that is read

export class Tracker {
  /** @param {import('./mesh.js').FaceMesh} mesh */
  constructor(mesh) {
    this.mesh = mesh;
    this.filter = new OneEuro(3 * POINTS);
    this.region = null;
  }

  lose() {
    this.region = null;
    this.filter.reset();
  }

  /** Take over where the detector sees a face, unless the points follow that face already. */
  aim(face) {
    if (this.region && distance(this.region.centre, centreOf(face)) < sizeOf(face) / 2) return;
    this.filter.reset();
    this.region = regionAround(face);
  }

  /**
   * Return the points in the picture, (468 * 3), smoothed: x, y and depth in pixels; or null.
   *
   * @param {number} at The frame's time in milliseconds.
   */
  find(picture, at) {
    if (!this.region) return null;
    const {points, presence} = this.mesh.look(picture, this.region);
    if (presence < PRESENT) {
      this.lose();
      return null;
    }
    this.region = regionOf(points);
    return this.filter.next(points, at, Math.max(distance(...eyesOf(points)), 1)).slice();
  }
}
