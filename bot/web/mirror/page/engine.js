/** The computing worker as the page sees it: frames go in, what is seen comes out as events. */

import {bestBuild} from './litert.js';

/**
 * Events: `progress` {share}, `ready` {build}, `failed` {reason}, `seen` {at, width, height, points, reading, ...}.
 */
export class Engine extends EventTarget {
  /** @param {Object} setup What the server says: addresses and settings. */
  constructor(setup, build = bestBuild()) {
    super();
    this.ready = this.complete = false;
    const first = [setup.runtime[build].wasm, ...['full_range', 'mesh', 'emotion'].map((name) => setup.networks[name])];
    this.total = first.reduce((sum, {size}) => sum + size, 0);
    this.loaded = 0;
    this.stills = new Map();
    this.worker = new Worker(new URL('./worker.js', import.meta.url));
    this.worker.onmessage = ({data}) => this.#hear(data);
    this.worker.onerror = (event) => this.#hear({type: 'failed', reason: event.message ?? 'worker'});
    this.worker.postMessage({type: 'load', setup: absolute(setup), build});
  }

  /** Give a frame away: it is closed when it was looked at, or when a newer one came first. */
  look(frame, at) {
    this.worker.postMessage({type: 'frame', frame, at}, [frame.data?.buffer ?? frame]);
  }

  /** Say what is to be computed besides readings. */
  want(what) {
    this.worker.postMessage({type: 'want', ...what});
  }

  /** Return the reading of one picture `{data, width, height}`, or null without a face. */
  read(picture) {
    return new Promise((resolve) => {
      const id = this.stills.size;
      this.stills.set(id, resolve);
      this.worker.postMessage({type: 'still', id, picture});
    });
  }

  close() {
    this.worker.terminate();
  }

  #hear(message) {
    if (message.type === 'still') {
      this.stills.get(message.id)(message.reading);
      return;
    }
    if (message.type === 'progress') {
      this.loaded += message.bytes;
      message.share = Math.min(this.loaded / this.total, 1);
    }
    if (message.type === 'ready') this.ready = true;
    if (message.type === 'complete') this.complete = true;
    const {type, ...rest} = message;
    this.dispatchEvent(Object.assign(new Event(type), rest));
  }
}

/** Return the setup with whole addresses: the worker stands in another folder than the page. */
function absolute(setup) {
  const whole = (file) => ({...file, url: new URL(file.url, document.baseURI).href});
  const each = (files, change) => Object.fromEntries(Object.entries(files).map(([name, file]) => [name, change(file)]));
  return {...setup, networks: each(setup.networks, whole), runtime: each(setup.runtime, (build) => each(build, whole))};
}

/**
 * Return a function that makes a frame of a playing video, the cheapest way this browser knows.
 *
 * @param {HTMLVideoElement} video
 */
export function frameMaker(video) {
  if ('VideoFrame' in window) {
    return async (at) => new VideoFrame(video, {timestamp: Math.round(at * 1000)});
  }
  if ('OffscreenCanvas' in window) return () => createImageBitmap(video);
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', {willReadFrequently: true});
  return async () => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  };
}
