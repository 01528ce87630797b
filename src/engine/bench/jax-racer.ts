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
import type { ModelConfig } from '../../model/config';
import { EngineError, type SampleRequest } from '../engine';
import type { TokenBatch } from '../token-table';
import {
  compileSample,
  compileStep,
  emptyCache,
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
  throw new EngineError('jax-js returned numbers of a type that the benchmark does not know.');
}

/** Starts a backend of jax-js; throws {@link EngineError} where it does not start. */
export async function startJax(device: Extract<Device, 'wasm' | 'webgpu'>): Promise<void> {
  const started = await init(device);
  if (!started.includes(device)) {
    throw new EngineError(`jax-js could not start its backend ${device} on this device.`);
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
  async rollout({
    rows,
    promptLength,
    prompts,
    maxNewTokens,
    seed,
  }: SampleRequest): Promise<number> {
    defaultDevice(this.#device);
    let cache = emptyCache(this.#config, rows);
    let tokens = np.array(
      Int32Array.from({ length: rows }, (_, row) => prompts[row * promptLength]!),
    );
    let key = random.key(seed);
    const drawn: JaxArray[] = [];
    for (let place = 0; place < promptLength + maxNewTokens - 1; place++) {
      const [next, own] = random.split(key);
      key = next!;
      const { weights } = this.#loaded();
      [tokens, cache] = this.#sample(
        tree.ref(weights),
        cache,
        tokens,
        np.array(Int32Array.of(place)).reshape([]),
        own!,
      );
      if (place + 1 < promptLength) {
        tokens.dispose();
        tokens = np.array(
          Int32Array.from({ length: rows }, (_, row) => prompts[row * promptLength + place + 1]!),
        );
      } else drawn.push(tokens.ref);
    }
    tokens.dispose();
    key.dispose();
    tree.dispose(cache);
    return (await numbers(np.stack(drawn))).length;
  }

  dispose(): void {
    this.#free();
    this.#step.dispose();
    this.#sample.dispose();
  }

  #loaded(): Training {
    if (this.#training) return this.#training;
    throw new EngineError('The model of jax-js has no parameters yet: load them first.');
  }

  #free(): void {
    if (this.#training) tree.dispose(this.#training);
    this.#training = null;
  }
}
