/**
 * LiteRT's WebAssembly behind the little that the mirror needs: load a network, run it.
 *
 * The package's own JavaScript refuses networks of int8, takes a graphics device where there is
 * one, and is not needed.
 */

const FLOAT32 = 1, INT8 = 9; // litert::ElementType
// A module with one instruction of relaxed SIMD; engines without it find it invalid.
const RELAXED_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0,
  65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11,
]);

/** Return which build of the runtime this browser can run. */
export function bestBuild() {
  return WebAssembly.validate(RELAXED_SIMD) ? 'default' : 'compat';
}

/**
 * Return a function that loads networks.
 *
 * @param {Function} factory The glue's `ModuleFactory`.
 * @param {WebAssembly.Module} module
 */
export async function openRuntime(factory, module) {
  const wasm = await factory({
    print: () => {}, // it tells of each delegate, as an error
    printErr: () => {},
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(module, imports).then(done);
      return {};
    },
  });
  wasm.setupLogging();
  const environment = wasm.LiteRtEnvironment.create(null); // null: no graphics device is asked for
  return (content, shape, type) => loadNetwork(wasm, environment, content, shape, type);
}

/**
 * @param {Uint8Array} content The .tflite file.
 * @param {number[]} shape Of its one input.
 * @param {'float32' | 'int8'} type Of its input and outputs.
 * @returns {{input: Float32Array | Int8Array, run: () => (Float32Array | Int8Array)[]}}
 */
async function loadNetwork(wasm, environment, content, shape, type) {
  const Values = type === 'int8' ? Int8Array : Float32Array;
  const pointer = wasm._malloc(content.byteLength);
  wasm.HEAPU8.set(content, pointer); // the model reads from there as long as it lives
  const model = wasm.loadModel(environment, pointer, content.byteLength);
  const compiled = await wasm.compileModel(environment, model, {accelerator: 'wasm', cpuOptions: {numThreads: 1}});
  const dimensions = new wasm.VectorInt32();
  shape.forEach((size) => dimensions.push_back(size));
  const layout = wasm.LiteRtLayout.create(dimensions);
  const tensorType = wasm.LiteRtRankedTensorType.create({value: type === 'int8' ? INT8 : FLOAT32}, layout);
  const input = new Values(shape.reduce((product, size) => product * size, 1));
  const buffer = wasm.LiteRtTensorBuffer.createManaged(
    environment, wasm.LiteRtTensorBufferType.HOST_MEMORY, tensorType, input.byteLength);
  const {READ, WRITE} = wasm.LiteRtTensorBufferLockMode;

  /** Return copies of the outputs. Memory may grow: every view of it is taken anew. */
  function run() {
    const at = buffer.lock(WRITE);
    wasm.HEAPU8.set(new Uint8Array(input.buffer), at);
    buffer.unlock();
    return compiled.run(0, [buffer]).map((output) => {
      const place = output.lock(READ);
      const bytes = wasm.HEAPU8.slice(place, place + output.packedSize());
      output.unlock();
      output.delete();
      return new Values(bytes.buffer);
    });
  }
  return {input, run};
}
