/** What keeps the mirror calm: filters over time. All times are milliseconds. */

// Points: the jitter of a still face falls from .20 to .05 px, and a turning head lags 1 px.
const STILL_HZ = 1, QUICKNESS = 30, SPEED_HZ = 1;
// Probabilities: of changes of the word on talking faces, one in seven is left.
const FADING_MS = 500, LEAD = 0.1, LEAD_MS = 400;

/**
 * The one-euro filter over many coordinates at once: steady when still, quick when moving.
 *
 * Source: G. Casiez, N. Roussel, D. Vogel, "1 Euro Filter", CHI 2012.
 */
export class OneEuro {
  /** @param {number} length How many coordinates there are. */
  constructor(length) {
    this.values = new Float32Array(length);
    this.speeds = new Float32Array(length);
    this.at = null;
  }

  reset() {
    this.at = null;
  }

  /**
   * Return the filtered coordinates; they stay the filter's own.
   *
   * @param {number} span What a speed of one per second is measured in, here the eyes' distance.
   */
  next(values, at, span) {
    const seconds = this.at === null ? 0 : (at - this.at) / 1000;
    if (seconds <= 0 || seconds > 0.5) {
      this.values.set(values);
      this.speeds.fill(0);
    } else {
      const share = (hertz) => 1 / (1 + 1 / (2 * Math.PI * hertz * seconds));
      const forSpeed = share(SPEED_HZ);
      for (let n = 0; n < values.length; n++) {
        const speed = (values[n] - this.values[n]) / span / seconds;
        this.speeds[n] += forSpeed * (speed - this.speeds[n]);
        this.values[n] += share(STILL_HZ + QUICKNESS * Math.abs(this.speeds[n])) * (values[n] - this.values[n]);
      }
    }
    this.at = at;
    return this.values;
  }
}

/** An exponential mean of probabilities, by the clock: it does not depend on how many come. */
export class Fading {
  constructor() {
    this.reset();
  }

  reset() {
    this.scores = null;
    this.at = 0;
  }

  /** Return the mean after one more reading; a poor one (quality below 1) moves it less. */
  next(scores, at, quality = 1) {
    const share = (1 - Math.exp(-(at - this.at) / FADING_MS)) * Math.min(quality, 1);
    this.scores = this.scores ? this.scores.map((old, n) => old + share * (scores[n] - old)) : scores;
    this.at = at;
    return this.scores;
  }
}

/** The word that is said: it changes only after a lead that lasts. */
export class Word {
  constructor(lead = LEAD, lastsMs = LEAD_MS) {
    this.lead = lead;
    this.lastsMs = lastsMs;
    this.reset();
  }

  reset() {
    this.said = null;
    this.rival = null;
    this.since = 0;
  }

  /** Return the number of the emotion to say. */
  next(scores, at) {
    const first = scores.indexOf(Math.max(...scores));
    this.said ??= first;
    if (first === this.said || scores[first] - scores[this.said] < this.lead) {
      this.rival = null;
    } else if (this.rival !== first) {
      this.rival = first;
      this.since = at;
    } else if (at - this.since >= this.lastsMs) {
      this.said = first;
      this.rival = null;
    }
    return this.said;
  }
}

/** The last minute of smoothed probabilities. */
export class Minute {
  constructor(lastsMs = 60_000) {
    this.lastsMs = lastsMs;
    this.entries = [];
  }

  add(scores, at) {
    this.entries.push({scores, at});
    while (this.entries[0].at < at - this.lastsMs - 1000) this.entries.shift();
  }

  /** Return the mean of the last so many milliseconds, or null when there is nothing. */
  meanOf(lastMs, at) {
    const recent = this.entries.filter((entry) => entry.at > at - lastMs);
    if (!recent.length) return null;
    return recent[0].scores.map((_, n) => recent.reduce((sum, {scores}) => sum + scores[n], 0) / recent.length);
  }
}
