/** The computing worker as the page sees it: frames go in, what is seen comes out as events. */

import {bestBuild} from './litert.js';
import {loadAll} from './loading.js';

const WITHOUT_WORKER_PX = 640; // of the longer side, where the page itself must copy pixels

/**
 * Events: `progress` {share}, `ready`, `complete`, `failed` {reason}, `seen` {at, width, height, points, reading, ...}.
 */
export class Engine extends EventTarget {
  /** @param {Object} setup What the server says: addresses and settings. */
  constructor(setup, build = bestBuild()) {
    super();
    this.ready = this.complete = false;
    this.stills = new Map();
    this.worker = new Worker(new URL('./worker.js', import.meta.url));
    this.worker.onmessage = ({data}) => this.#hear(data);
    this.worker.onerror = (event) => this.#hear({type: 'failed', reason: event.message ?? 'worker'});
    const glue = new URL(setup.runtime[build].glue.url, document.baseURI).href; // the worker stands in another folder
    this.worker.postMessage({type: 'begin', setup, glue});
    loadAll(setup, build, {
      onModule: (module) => this.worker.postMessage({type: 'module', module}),
      onNetwork: (name, content) => this.worker.postMessage({type: 'network', name, content}, [content]),
      onShare: (share) => this.#hear({type: 'progress', share}),
    }).catch((error) => this.#hear({type: 'failed', reason: String(error)}));
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
    if (message.type === 'ready') this.ready = true;
    if (message.type === 'complete') this.complete = true;
    const {type, ...rest} = message;
    this.dispatchEvent(Object.assign(new Event(type), rest));
  }
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
    const scale = Math.min(WITHOUT_WORKER_PX / Math.max(video.videoWidth, video.videoHeight), 1);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  };
}
