/** What the mirror runs on, fetched in the order in which it is needed. */

// With these a face can be read. The rest finds more faces, frames them as the bot does, and sees covers.
const FIRST = ['short_range', 'emotion'], LATER = ['full_range', 'mesh', 'cover'];

/**
 * Fetch the runtime and the networks, and hand over each as it comes.
 *
 * The first side by side, so that the line is never idle; each of the others after the one before,
 * so that it takes nothing from them.
 *
 * @param {Object} setup What the server says: sizes and addresses.
 * @param {{onModule: Function, onNetwork: Function, onShare: Function}} receive The compiled module;
 *   a network's name and content, an ArrayBuffer; which share of the first has come.
 * @returns {Promise<void>} Fulfilled when all is there.
 */
export async function loadAll(setup, build, {onModule, onNetwork, onShare}) {
  const {wasm} = setup.runtime[build], first = [wasm, ...FIRST.map((name) => setup.networks[name])];
  const total = first.reduce((sum, {size}) => sum + size, 0);
  let loaded = 0;
  const count = (bytes) => {
    loaded += bytes;
    onShare(Math.min(loaded / total, 1));
  };
  const bring = async (name, counter) => onNetwork(name, await (await counted(setup.networks[name], counter)).arrayBuffer());
  await Promise.all([
    WebAssembly.compileStreaming(counted(wasm, count)).then(onModule),
    ...FIRST.map((name) => bring(name, count)),
  ]);
  for (const name of LATER) await bring(name, () => {});
}

/** Fetch a file, and tell how much of it has come. */
async function counted({url}, count) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} for ${url}`);
  const counter = new TransformStream({
    transform(chunk, controller) {
      count(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  return new Response(answer.body.pipeThrough(counter), {headers: {'Content-Type': answer.headers.get('Content-Type')}});
}
