/** jax-js in the race: for the terminal's benchmark only, never for the page. */
// Node 20 has no iterator helpers, which jax-js uses.
import 'core-js/actual/iterator/index.js';
import {
  defaultDevice,
  init,
  numpy as np,
  random,
  tree,
  type Array as JaxArray,
  type Device,
} from '@jax-js/jax';
import { LabError } from '../errors';
import type { ModelConfig } from '../model/config';
import { type SampleRequest } from '../engine/engine';
import type { TokenBatch } from '../engine/token-table';
import {
  compileSample,
  compileStep,
  emptyRollout,
  splitParameters,
  type Training,
  zerosLike,
} from './jax-model';
import type { Racer } from './racer';
import { BENCH_OPTIMIZER } from './workloads';

/** The array's numbers, once they have been computed. */
async function numbers(array: JaxArray): Promise<Float32Array | Int32Array | Uint32Array> {
  // Its type names Float16Array, which this project's library lacks.
  const data: unknown = await array.data();
  const isKnown =
    data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint32Array;
  if (isKnown) return data;
  throw new LabError('engine/jax-type');
}

/** Starts a backend of jax-js; throws an error of `engine` where it does not start. */
export async function startJax(device: Extract<Device, 'wasm' | 'webgpu'>): Promise<void> {
  const started = await init(device);
  if (!started.includes(device)) {
    throw new LabError('engine/jax-backend', { backend: device });
  }
}

/** The lab's model in jax-js, on a backend that has been started. */
export class JaxRacer implements Racer {
  readonly description: string;
  readonly #config: ModelConfig;
  readonly #device: Device;
  readonly #step: ReturnType<typeof compileStep>;
  readonly #sample: ReturnType<typeof compileSample>;
  #training: Training | null = null;
  #steps = 0;

  constructor(config: ModelConfig, device: Extract<Device, 'wasm' | 'webgpu'>) {
    this.#config = config;
    this.#device = device;
    this.description = `jax-js on ${device}, jitted`;
    this.#step = compileStep(config, BENCH_OPTIMIZER);
    this.#sample = compileSample(config);
  }

  async load(parameters: Float32Array): Promise<void> {
    defaultDevice(this.#device);
    this.#free();
    const weights = splitParameters(this.#config, parameters);
    this.#training = { weights, first: zerosLike(weights), second: zerosLike(weights) };
    this.#steps = 0;
  }

  async step({ rows, length, tokens, targets, weights }: TokenBatch): Promise<number> {
    defaultDevice(this.#device);
    this.#steps += 1;
    const matrix = (values: Int32Array | Float32Array): JaxArray =>
      np.array(values).reshape([rows, length]);
    const [loss, training] = this.#step(
      this.#loaded(),
      matrix(tokens),
      matrix(targets),
      matrix(weights),
      np.array(Float32Array.of(this.#steps)).reshape([]),
    );
    this.#training = training;
    return (await numbers(loss))[0]!;
  }

  /** Draws the whole length for every row: a stop would need another shape. */
  async rollout({ rows, prompts, maxNewTokens, seed }: SampleRequest): Promise<number> {
    defaultDevice(this.#device);
    // The race's prompts are one token long.
    let rollout = emptyRollout(this.#config, prompts.slice());
    let key = random.key(seed);
    for (let place = 0; place < maxNewTokens; place++) {
      const [next, own] = random.split(key);
      key = next!;
      const weights = tree.ref(this.#loaded().weights);
      const at = np.array(Int32Array.of(place)).reshape([]);
      rollout = this.#sample(weights, rollout, at, own!);
    }
    const { cache, tokens, drawn } = rollout;
    tree.dispose(cache);
    [tokens, key].forEach((array) => array.dispose());
    await numbers(drawn);
    return rows * maxNewTokens;
  }

  dispose(): void {
    this.#free();
    this.#step.dispose();
    this.#sample.dispose();
  }

  #loaded(): Training {
    if (this.#training) return this.#training;
    throw new LabError('engine/jax-empty');
  }

  #free(): void {
    if (this.#training) tree.dispose(this.#training);
    this.#training = null;
  }
}
