/** The camera, and why there is none. */

// As the camera has it: else Chromium cuts what another shape has too much.
const WISHES = {
  width: {ideal: 640}, height: {ideal: 480}, frameRate: {ideal: 30}, facingMode: 'user', resizeMode: {ideal: 'none'},
};
const REASONS = {
  NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'none', OverconstrainedError: 'none',
  NotReadableError: 'taken', AbortError: 'taken',
};
// Without a picture for so long, something is wrong with the stream: some clients show it black.
const FIRST_FRAME_MS = 6000;

/** There is no picture; `reason` names the sentence that explains it. */
export class CameraError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Return why this browser cannot be a mirror, or null. */
export function lacking() {
  if (!window.isSecureContext) return 'insecure';
  if (!navigator.mediaDevices?.getUserMedia || !('WebAssembly' in window)) return 'old';
  // A module with one instruction of SIMD: iOS has it since 16.4.
  const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  return WebAssembly.validate(simd) ? null : 'old';
}

/**
 * Show the camera in a video, once the person was asked.
 *
 * @param {() => void} onEnd Called when the camera is taken away.
 * @returns {Promise<MediaStreamTrack>}
 */
export async function openCamera(video, onEnd) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({video: WISHES, audio: false});
  } catch (error) {
    throw new CameraError(REASONS[error.name] ?? 'taken');
  }
  const [track] = stream.getVideoTracks();
  track.addEventListener('ended', onEnd);
  video.srcObject = stream;
  try {
    await video.play();
    await firstFrame(video);
  } catch (error) {
    track.stop();
    throw error instanceof CameraError ? error : new CameraError('black');
  }
  return track;
}

/** Call back at every new frame of a video with its time. Returns what ends it. */
export function everyFrame(video, onFrame) {
  let going = true, handle;
  const timed = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
  const next = () => {
    handle = timed ? video.requestVideoFrameCallback(step) : setTimeout(() => step(performance.now()), 33);
  };
  const step = (at) => {
    if (!going) return;
    next();
    if (!video.paused && video.videoWidth) onFrame(at);
  };
  next();
  return () => {
    going = false;
    if (timed) video.cancelVideoFrameCallback(handle);
    else clearTimeout(handle);
  };
}

function firstFrame(video) {
  if (video.videoWidth) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new CameraError('black')), FIRST_FRAME_MS);
    video.addEventListener('resize', () => {
      clearTimeout(late);
      resolve();
    }, {once: true});
  });
}
