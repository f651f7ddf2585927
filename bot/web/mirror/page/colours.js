/** A colour for each emotion, in the order of `EMOTIONS`: told apart by people who see few. */

export const COLOURS = ['#e0544e', '#8fae3f', '#8c6fdc', '#f2b53b', '#4b86dc', '#ee7bb0', '#74b9ac'];
const CHANNELS = COLOURS.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));

/** Return red, green and blue of a mood: what stands out counts most. */
export function blend(scores) {
  const weights = scores.map((score) => score * score);
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  return [0, 1, 2].map((channel) =>
    Math.round(weights.reduce((sum, weight, n) => sum + weight * CHANNELS[n][channel], 0) / total));
}
