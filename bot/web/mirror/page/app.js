/** The page as a whole: from the first word to the songs. */

import {CameraError, everyFrame, lacking, openCamera} from './camera.js';
import {Engine, frameMaker} from './engine.js';
import {Follower, STAYS_MS} from './follow.js';
import {Live} from './live.js';
import {Person, Refused, fetchSetup} from './server.js';
import {Songs, markThumbs, moodOf} from './songs.js';
import {dress, languageOf, listen, readLaunch, tell} from './telegram.js';
import {label, say, speak} from './words.js';

const MOMENT_MS = 1000; // what "this is my mood" means
const TOAST_MS = 3500;
const find = (selector) => document.querySelector(selector);
const launch = readLaunch();
const video = find('video'), songs = new Songs(find('#songs')), follower = new Follower();
let setup, person, engine, live, makeFrame, track, stopFrames, mood, paused = false;

dress(launch.theme);
listen();
tell('web_app_ready');
tell('web_app_expand');
begin().catch((error) => explain(error instanceof Refused ? 'unreachable' : 'broken'));

async function begin() {
  setup = await fetchSetup(languageOf(launch));
  speak(setup);
  songs.prepare();
  person = new Person(launch.initData, languageOf(launch), say('lost'));
  const reason = lacking() ?? (setup.runtime ? null : 'no_runtime');
  if (reason) {
    explain(reason);
    return;
  }
  const build = new URLSearchParams(location.search).get('build');
  engine = new Engine(setup, setup.runtime[build] ? build : undefined);
  live = new Live(document, setup);
  globalThis.mirror = {engine, live}; // for whoever wants to measure
  engine.addEventListener('progress', ({share}) => showLoading(share));
  engine.addEventListener('ready', () => showLoading(1));
  engine.addEventListener('failed', ({reason: why}) => {
    console.error(why);
    explain('broken');
  });
  engine.addEventListener('seen', (seen) => live.take(seen));
  live.addEventListener('reading', onReading);
  live.addEventListener('lost', () => follower.lose());
  live.addEventListener('blank', () => explain('black'));
  find('#begin').addEventListener('click', open);
  find('#begin').disabled = false;
  bindTools();
  bindSongs();
}

/** Ask for the camera: once, by a tap. */
async function open() {
  const button = find('#begin');
  button.disabled = true;
  button.textContent = say('asking');
  const askedAt = performance.now();
  try {
    track = await openCamera(video, () => explain('taken'));
  } catch (error) {
    explain(error instanceof CameraError ? error.reason : 'taken');
    return;
  }
  engine.addEventListener('seen', function first({reading}) {
    if (!reading) return;
    live.figures.firstReadingMs = performance.now() - askedAt;
    engine.removeEventListener('seen', first);
  });
  makeFrame = frameMaker(video);
  stopFrames = everyFrame(video, giveFrame);
  show('mirror');
  requestAnimationFrame(step);
}

async function giveFrame(at) {
  if (paused || document.hidden) return;
  try {
    engine.look(await makeFrame(at), at);
  } catch (error) {
    if (error.name !== 'InvalidStateError') throw error; // the stream has ended: `ended` tells
  }
}

function step(now) {
  if (!track) return;
  if (!paused) live.draw(now);
  requestAnimationFrame(step);
}

function onReading({scores, said, at}) {
  if (!find('#follow').checked || !follower.next(said, at)) return;
  ask(live.moodOver(STAYS_MS, at) ?? scores, {toChat: false, at});
}

/** Show one of the scenes: welcome, mirror, trouble. */
function show(scene) {
  document.body.dataset.scene = scene;
  find('.welcome').hidden = scene !== 'welcome';
  find('.trouble').hidden = scene !== 'trouble';
  for (const part of ['.glass', '.bar', '.reading']) find(part).hidden = scene !== 'mirror';
  if (scene === 'mirror') find('#pause').focus({focusVisible: false});
}

/** Say why there is no mirror, and what to do instead. */
function explain(reason) {
  stopFrames?.();
  track?.stop();
  track = null;
  find('.trouble h2').textContent = say(`trouble_${reason}`) || 'The mirror cannot be reached';
  find('.trouble .lead').textContent = say(`trouble_${reason}_more`) || 'Please try again in a minute.';
  find('#again').hidden = ['insecure', 'old', 'no_runtime'].includes(reason);
  find('#again').textContent ||= 'Try again';
  find('#again').onclick = () => location.reload();
  const photo = find('#photo');
  photo.hidden = !launch.inTelegram && !setup?.chat;
  if (launch.inTelegram) photo.onclick = () => tell('web_app_close');
  else if (setup?.chat) photo.href = setup.chat;
  show('trouble');
}

function showLoading(share) {
  find('progress').value = share;
  find('.loading span').textContent = share < 1 ? say('loading', {percent: Math.round(share * 100)}) : say('loaded');
}

function bindTools() {
  const keep = (id, apply) => {
    const button = find(id);
    const turn = (on) => {
      button.setAttribute('aria-pressed', on);
      apply(on);
    };
    button.addEventListener('click', () => {
      const on = button.getAttribute('aria-pressed') !== 'true';
      localStorage.setItem(id, on);
      turn(on);
    });
    turn(localStorage.getItem(id) === 'true');
  };
  keep('#show-box', (on) => { live.view.showBox = on; });
  keep('#show-mesh', (on) => {
    live.view.showMesh = on;
    engine.want({mesh: on});
  });
  find('#pause').addEventListener('click', () => pause(!paused));
  find('#private').addEventListener('click', () => {
    const about = find('#about'), open = about.hidden;
    about.hidden = !open;
    find('#private').setAttribute('aria-expanded', open);
    if (open) showFigures();
  });
  document.addEventListener('keydown', ({key}) => {
    if (key !== 'Escape') return;
    if (!find('#about').hidden) find('#private').click();
    else if (songs.open) closeSongs();
  });
  document.addEventListener('visibilitychange', () => {
    if (track) track.enabled = !document.hidden && !paused;
    if (!document.hidden) live.forget();
  });
}

/** Stand still: nothing is looked at, and the camera rests. */
function pause(on) {
  paused = on;
  find('#pause').setAttribute('aria-pressed', on);
  label(find('#pause'), say(on ? 'go_on' : 'pause'));
  find('.glass').classList.toggle('paused', on);
  if (on) video.pause();
  else video.play();
  if (track) track.enabled = !on;
  if (!on) live.forget();
}

function showFigures() {
  if (find('#about').hidden) return;
  const {frames, readings} = live.figures, now = performance.now();
  const lately = (times) => times.filter((at) => at > now - 2000).length / 2;
  find('.figures').textContent = say('figures', {frames: Math.round(lately(frames)), readings: Math.round(lately(readings))});
  setTimeout(showFigures, 1000);
}

function bindSongs() {
  find('#mine').addEventListener('click', () => ask(live.moodOver(MOMENT_MS), {toChat: true}));
  songs.addEventListener('close', closeSongs);
  songs.addEventListener('more', () => askLike(songs.aim, {replace: false}));
  songs.addEventListener('aim', ({aim}) => { if (aim !== songs.aim) askLike(aim, {replace: true}); });
  songs.addEventListener('follow', ({on}) => { if (on) toast(say('following')); });
  songs.addEventListener('rate', async ({suggestion, position, liked, thumbs}) => {
    const said = await attempt(() => person.rate(suggestion, position, liked));
    if (!said) return;
    markThumbs(thumbs, liked);
    toast(said.said);
  });
}

function closeSongs() {
  songs.root.hidden = true;
  find('#mine').focus();
}

/** Ask for songs for a mood: these numbers are all that leaves the device. */
async function ask(scores, {toChat, at = performance.now()}) {
  if (!scores) return;
  const asked = moodOf(scores);
  follower.asked(asked, at);
  const found = await attempt(() => person.songsFor(scores, {aim: songs.aim, toChat}));
  if (!found) return;
  mood = asked;
  songs.root.hidden = false;
  songs.show(found, {mood, replace: false});
  if (toChat) songs.root.querySelector('#close-songs').focus({focusVisible: false});
}

async function askLike(aim, {replace}) {
  if (songs.newest === undefined) {
    songs.mark(aim);
    return;
  }
  const found = await attempt(() => person.songsLike(songs.newest, {aim, toChat: true}));
  if (found) songs.show(found, {mood, replace});
}

/** Do it, and say what the server says against it. */
async function attempt(action) {
  songs.wait(true);
  find('#mine').setAttribute('aria-busy', 'true');
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message);
    return null;
  } finally {
    songs.wait(false);
    find('#mine').removeAttribute('aria-busy');
  }
}

function toast(text) {
  const place = find('#toast');
  place.textContent = text;
  place.classList.add('shown');
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => place.classList.remove('shown'), TOAST_MS);
}
