/**
 * The worker that computes: a mesh at every frame, a reading some ten times a second.
 *
 * A classic worker, because LiteRT's glue is a classic script. Of the frames that come while it
 * computes, the newest waits and the older ones are closed.
 */

const READING_MS = 100;
// A reading may take this share of the time: on a slow device there are fewer, before the frames
// get fewer. Above `SLOW_MS` a reading looks at the face and at its mirror image in turn.
const READING_SHARE = 0.5, SLOW_MS = 90;
const LARGEST_PX = 1280; // of a picture's longer side; some cameras give 4K whatever is asked for
const DARK = 2; // a picture whose gray levels vary by less shows nothing: the camera is covered

const module = promised(), contents = {};
let reader, tracker, waiting, scheduled, wanted = {mesh: false};
let nextReading = 0, looks = 2, pixels = new Uint8Array(0), canvas;

self.onmessage = ({data}) => {
  if (data.type === 'begin') begin(data).catch((error) => post({type: 'failed', reason: String(error)}));
  if (data.type === 'module') module.fulfil(data.module);
  if (data.type === 'network') contentOf(data.name).fulfil(data.content);
  if (data.type === 'want') want(data);
  if (data.type === 'frame') take(data);
  if (data.type === 'still') answerStill(data).catch((error) => post({type: 'failed', reason: String(error)}));
};

function post(message, transfer = []) {
  self.postMessage(message, transfer);
}

/** Return a promise that is fulfilled from outside. */
function promised() {
  let fulfil;
  return Object.assign(new Promise((resolve) => { fulfil = resolve; }), {fulfil});
}

function contentOf(name) {
  contents[name] ??= promised();
  return contents[name];
}

/** Be ready as soon as a reading is possible; what comes later makes it equal to the bot's. */
async function begin({setup, glue}) {
  importScripts(glue);
  const [{openRuntime}, {FaceMesh}, {Reader}, {Tracker}] = await Promise.all(
    ['litert', 'mesh', 'reader', 'tracker'].map((name) => import(`./${name}.js`)));
  const open = await openRuntime(self.ModuleFactory, await module);
  const network = async (name) => {
    const {shape, type} = setup.networks[name];
    return open(new Uint8Array(await contentOf(name)), shape, type);
  };
  const networks = {short_range: await network('short_range'), emotion: await network('emotion')};
  reader = new Reader(networks, setup);
  post({type: 'ready'});
  networks.full_range = await network('full_range');
  const mesh = new FaceMesh(await network('mesh'));
  reader.frameBy(mesh);
  tracker = new Tracker(mesh);
  networks.cover = await network('cover');
  post({type: 'complete'});
}

function want(what) {
  wanted = what;
  if (!what.mesh) tracker?.lose();
}

function take(message) {
  waiting?.frame.close?.();
  waiting = message;
  if (!scheduled) {
    scheduled = true;
    setTimeout(work, 0); // lets the frames that came meanwhile come in first
  }
}

async function work() {
  while (waiting) {
    const {frame, at} = waiting;
    waiting = null;
    try {
      const picture = await pixelsOf(frame);
      if (reader) look(picture, at);
    } catch (error) {
      post({type: 'failed', reason: String(error)});
    } finally {
      frame.close?.();
    }
    await new Promise((resolve) => { setTimeout(resolve, 0); });
  }
  scheduled = false;
}

function look(picture, at) {
  const begun = performance.now();
  const points = wanted.mesh && tracker ? tracker.find(picture, at) : null;
  const answer = {type: 'seen', at, width: picture.width, height: picture.height, points};
  if (begun >= nextReading) {
    answer.reading = timed(() => reader.read(picture, looks));
    answer.blank = !answer.reading && isBlank(picture);
    if (answer.reading) tracker?.aim(answer.reading.face);
  }
  answer.ms = performance.now() - begun;
  post(answer, points ? [points.buffer] : []);
}

/** Return a reading, and decide by what it cost when the next is due and at what it looks. */
function timed(read) {
  const begun = performance.now(), reading = read(), took = performance.now() - begun;
  // From when it was due, not from when the frame came: else a wait of three frames becomes four.
  const due = Math.max(nextReading, begun - READING_MS / 2);
  nextReading = Math.max(due + READING_MS, begun + took / READING_SHARE);
  looks = took > SLOW_MS ? (looks === 1 ? -1 : 1) : 2;
  return reading;
}

/** Read one given picture to the end: what tests compare with serving. */
async function answerStill({id, picture}) {
  reader.last = null;
  const begun = performance.now();
  const reading = reader.read(picture);
  post({type: 'still', id, reading, ms: performance.now() - begun});
}

/** Return the frame's pixels: copied straight where that is possible, else through a canvas. */
async function pixelsOf(frame) {
  if (frame.data) return frame;
  const {width, height, whole} = sizeOf(frame), {visibleRect: stored, rotation, flip} = frame;
  const upright = stored?.width === width && stored.height === height && !rotation && !flip;
  if (whole && upright && !canvas) {
    if (pixels.length !== width * height * 4) pixels = new Uint8Array(width * height * 4);
    try {
      await frame.copyTo(pixels, {format: 'RGBX', layout: [{offset: 0, stride: width * 4}]});
      return {data: pixels, width, height};
    } catch {
      canvas = new OffscreenCanvas(width, height); // this browser does not turn them into RGB
    }
  }
  canvas ??= new OffscreenCanvas(width, height);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.drawImage(frame, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Return the size in which a frame is looked at, and whether that is its own. */
function sizeOf(frame) {
  const width = frame.displayWidth ?? frame.width, height = frame.displayHeight ?? frame.height;
  const scale = Math.min(LARGEST_PX / Math.max(width, height), 1);
  return {width: Math.round(width * scale), height: Math.round(height * scale), whole: scale === 1};
}

function isBlank({data}) {
  let sum = 0, squares = 0, n = 0;
  for (let at = 0; at < data.length; at += 4 * 97, n++) {
    sum += data[at + 1];
    squares += data[at + 1] ** 2;
  }
  return squares / n - (sum / n) ** 2 < DARK ** 2;
}
