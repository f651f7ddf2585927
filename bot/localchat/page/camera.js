// The camera: one photo, or a clip of a few seconds without sound. Nothing is kept after closing.
import { element } from "./message.js";

const LONGEST_S = 15;
const CLIP_TYPES = ["video/mp4;codecs=avc1", "video/webm;codecs=vp8", "video/webm"];
const box = document.getElementById("camera-box");
const [finder, still, replay, trouble, timer, shutter, verdict] = [
  ".finder", "img.taken", "video.taken", ".trouble", ".timer", ".shutter", ".verdict",
].map((selector) => box.querySelector(selector));
const modes = box.querySelector(".modes");
let stream, recorder, ticking, file, finish;

/** @returns the file that was taken, or null when the camera was closed. */
export async function takePicture() {
  show("finder");
  shutter.disabled = true;
  box.showModal();
  const taken = new Promise((resolve) => { finish = resolve; });
  try {
    const wish = { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
    finder.srcObject = stream;
    if (!box.open) stop();
  } catch (error) {
    trouble.textContent = explain(error);
    show("trouble");
  }
  return taken;
}

function explain(error) {
  if (error.name === "NotAllowedError") return "The camera is not allowed here. You can allow it in the address bar, or send a picture from a file.";
  if (error.name === "NotFoundError") return "No camera found. You can send a picture from a file instead.";
  return "The camera does not answer. Another program may be using it; a picture from a file works too.";
}

function show(what) {
  const parts = { finder: [finder, shutter, modes], trouble: [trouble], photo: [still, verdict], clip: [replay, verdict] };
  for (const part of [finder, still, replay, trouble, shutter, verdict, modes]) {
    part.hidden = !parts[what].includes(part);
  }
  timer.hidden = true;
  if (what === "photo" || what === "clip") verdict.querySelector(".use").focus();
}

const mode = () => box.querySelector("input[name=mode]:checked").value;

function shoot() {
  if (recorder) recorder.stop();
  else if (mode() === "clip") record();
  else photograph();
}

function photograph() {
  const canvas = element("canvas", { width: finder.videoWidth, height: finder.videoHeight });
  canvas.getContext("2d").drawImage(finder, 0, 0);
  canvas.toBlob((blob) => keep(blob, "selfie.jpg", still, "photo"), "image/jpeg", 0.92);
}

function record() {
  const mimeType = CLIP_TYPES.find((type) => globalThis.MediaRecorder?.isTypeSupported(type));
  if (!mimeType) {
    trouble.textContent = "This browser cannot record clips. A photo works.";
    trouble.hidden = false;
    return;
  }
  const pieces = [];
  recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: 2_500_000 });
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.onstop = () => {
    settle();
    const type = mimeType.split(";")[0];
    if (box.open) keep(new Blob(pieces, { type }), `clip.${type.split("/")[1]}`, replay, "clip");
  };
  recorder.start();
  shutter.classList.add("recording");
  shutter.ariaLabel = "Stop recording";
  modes.hidden = true;
  count(LONGEST_S);
}

function count(left) {
  timer.hidden = false;
  timer.textContent = `${left} s`;
  if (left === 0) recorder?.stop();
  else ticking = setTimeout(() => count(left - 1), 1000);
}

function settle() {
  clearTimeout(ticking);
  recorder = null;
  shutter.classList.remove("recording");
  name();
}

function name() {
  shutter.ariaLabel = mode() === "clip" ? "Start recording" : "Take a photo";
  box.dataset.mode = mode();
}

function keep(blob, fileName, viewer, what) {
  file = new File([blob], fileName, { type: blob.type });
  viewer.src = URL.createObjectURL(blob);
  show(what);
}

function stop() {
  recorder?.stop();
  settle();
  stream?.getTracks().forEach((track) => track.stop());
  stream = finder.srcObject = null;
  for (const viewer of [still, replay]) {
    URL.revokeObjectURL(viewer.src);
    viewer.removeAttribute("src");
  }
}

function leave(result) {
  finish?.(result);
  finish = null;
  if (box.open) box.close();
}

shutter.addEventListener("click", shoot);
finder.addEventListener("loadeddata", () => {
  shutter.disabled = false;
  shutter.focus();
});
modes.addEventListener("change", name);
box.querySelector(".again").addEventListener("click", () => { show("finder"); shutter.focus(); });
box.querySelector(".use").addEventListener("click", () => leave(file));
box.querySelector(".leave").addEventListener("click", () => leave(null));
box.addEventListener("close", () => { leave(null); stop(); });
name();
