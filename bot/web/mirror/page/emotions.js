/** From the emotion network's outputs to probabilities: as `inference/classifier.py`. */

/** In the order of the network and of the server. */
export const EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
const SEVEN = [4, 5, 6, 1, 3, 2, 0]; // their columns in FER+'s order; contempt is none of them

/**
 * Return the probabilities of one look, in the order of `EMOTIONS`.
 *
 * @param {number[]} original (7,), logits.
 * @param {number[]} ferplus (8,), logits.
 * @param {Object} reading As in `emotion.json`: mixture, temperatures, weights.
 */
export function combine(original, ferplus, reading) {
  const labels = softmax(original, reading.temperature_original);
  const shares = softmax(ferplus, reading.temperature_ferplus);
  const people = shared(SEVEN.map((column) => shares[column] + 1e-9));
  return shared(labels.map((label, at) =>
    (reading.mixture * label + (1 - reading.mixture) * people[at]) * reading.weights[at]));
}

/** Return the mean of several answers. */
export function mean(answers) {
  return answers[0].map((_, at) => answers.reduce((sum, answer) => sum + answer[at], 0) / answers.length);
}

function softmax(logits, temperature) {
  const most = Math.max(...logits) / temperature;
  return shared(logits.map((logit) => Math.exp(logit / temperature - most)));
}

function shared(values) {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}
