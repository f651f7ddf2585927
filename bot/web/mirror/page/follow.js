/** When the playlist follows: the mood has stayed another for a while, and not long ago was asked. */

const STAYS_MS = 20_000; // a twitch, a laugh or a yawn is over sooner
const SHARE = 0.8; // of that time, so that a blink does not begin it anew
const REST_MS = 60_000; // five songs last longer than a minute

export class Follower {
  constructor() {
    this.said = [];
    this.mood = null;
    this.askedAt = -Infinity;
  }

  /** Songs for a mood were asked for, by a press or by following. */
  asked(mood, at) {
    this.mood = mood;
    this.askedAt = at;
    this.said = [];
  }

  /** Nobody was seen: what was before does not count. */
  lose() {
    this.said = [];
  }

  /** Take over the word that is said now; return whether songs for it are due. */
  next(mood, at) {
    this.said.push({mood, at});
    while (this.said.length && this.said[0].at < at - STAYS_MS) this.said.shift();
    if (this.mood === null || mood === this.mood || at - this.askedAt < REST_MS) return false;
    const whole = at - this.said[0].at >= STAYS_MS * 0.95;
    return whole && this.said.filter((entry) => entry.mood === mood).length >= SHARE * this.said.length;
  }
}

export {STAYS_MS};
