/**
 * Pictures as the networks want them, equal to what serving makes with NumPy and MediaPipe.
 *
 * A picture is `{data, width, height}`: four bytes a pixel, red first; the fourth is not looked at.
 */

const SCALED = Float32Array.from({length: 256}, (_, level) => level / 127.5 - 1);
const STEPS = 32; // MediaPipe's warpPerspective knows positions between pixels in 32nds
const letterboxes = new Map();

/** Return the integer nearest to a number, the even one of two. */
export function roundHalfEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/**
 * Write a picture into a square of floats from -1 to 1, whole, centred, black beyond its edges.
 *
 * @param {Float32Array} target side * side * 3.
 * @param {number[]} border Pixels left and right, above and below, in which its edge is repeated.
 */
export function letterbox(picture, side, target, border) {
  const {data, width, height} = picture;
  const {columns, rows} = tables(width, height, side, border);
  let at = 0;
  for (let y = 0; y < side; y++) {
    const top = rows[3 * y], bottom = rows[3 * y + 1], down = rows[3 * y + 2];
    for (let x = 0; x < side; x++) {
      const left = columns[3 * x], right = columns[3 * x + 1], along = columns[3 * x + 2];
      const a = top < 0 || left < 0 ? -1 : (top * width + left) * 4;
      const b = top < 0 || right < 0 ? -1 : (top * width + right) * 4;
      const c = bottom < 0 || left < 0 ? -1 : (bottom * width + left) * 4;
      const d = bottom < 0 || right < 0 ? -1 : (bottom * width + right) * 4;
      for (let channel = 0; channel < 3; channel++) {
        const above = (a < 0 ? 0 : data[a + channel]) * (STEPS - along) + (b < 0 ? 0 : data[b + channel]) * along;
        const below = (c < 0 ? 0 : data[c + channel]) * (STEPS - along) + (d < 0 ? 0 : data[d + channel]) * along;
        target[at++] = SCALED[(above * (STEPS - down) + below * down + 512) >> 10];
      }
    }
  }
}

/** Return the places to look at along both axes: pixel, the next one, and 32nds between them. */
function tables(width, height, side, [borderX, borderY]) {
  const key = `${width} ${height} ${side} ${borderX} ${borderY}`;
  if (!letterboxes.has(key)) {
    const longer = Math.max(width + 2 * borderX, height + 2 * borderY);
    const axis = (inside, border) => {
      const length = inside + 2 * border;
      const pixel = (n) => n < 0 || n >= length ? -1 : Math.min(Math.max(n - border, 0), inside - 1);
      const places = new Int32Array(3 * side);
      for (let at = 0; at < side; at++) {
        const place = roundHalfEven((at * longer / side - (longer - length) / 2) * STEPS);
        const first = place >> 5;
        places[3 * at] = pixel(first);
        places[3 * at + 1] = pixel(first + 1);
        places[3 * at + 2] = place & 31;
      }
      return places;
    };
    if (letterboxes.size > 8) letterboxes.clear();
    letterboxes.set(key, {columns: axis(width, borderX), rows: axis(height, borderY)});
  }
  return letterboxes.get(key);
}

/**
 * Return a function that samples a picture between its pixels; beyond its edge the last repeat.
 *
 * @param {number[]} back Six numbers: what takes a place of the result to one of the picture.
 * @returns {(x: number, y: number, into: Float32Array) => void} Levels are not rounded.
 */
export function sampler(picture, back) {
  const {data, width, height} = picture;
  const [a, b, c, d, e, f] = back.map(Math.fround);
  const lastX = width - 1, lastY = height - 1;
  return (x, y, into) => {
    const atX = a * x + b * y + c, atY = d * x + e * y + f;
    const floorX = Math.floor(atX), floorY = Math.floor(atY);
    const along = atX - floorX, down = atY - floorY;
    const left = Math.min(Math.max(floorX, 0), lastX), right = Math.min(Math.max(floorX + 1, 0), lastX);
    const top = Math.min(Math.max(floorY, 0), lastY) * width, bottom = Math.min(Math.max(floorY + 1, 0), lastY) * width;
    for (let channel = 0; channel < 3; channel++) {
      const above = data[(top + left) * 4 + channel], below = data[(bottom + left) * 4 + channel];
      const upper = above + along * (data[(top + right) * 4 + channel] - above);
      const lower = below + along * (data[(bottom + right) * 4 + channel] - below);
      into[channel] = upper + down * (lower - upper);
    }
  };
}

/** Return the inverse of an affine transform of six numbers. */
export function inverse([a, b, c, d, e, f]) {
  const area = a * e - b * d;
  return [e / area, -b / area, (b * f - c * e) / area, -d / area, a / area, (c * d - a * f) / area];
}

/** Return where an affine transform takes a point. */
export function transformed([a, b, c, d, e, f], [x, y]) {
  return [a * x + b * y + c, d * x + e * y + f];
}
