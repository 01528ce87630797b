/** The two ways to sample: the whole model in one kernel, or the training step's kernels in turn. */
import type { ModelConfig } from '../../model/config';
import { type LayerTensor, layerTensorName, tensorName } from '../../model/layout';
import { type DeviceLayout, deviceSlot } from './device-layout';
import type { Grid } from './kernel';
import {
  decodeAttention,
  decodeAttentionGrid,
  decodeDraw,
  decodeDrawGrid,
  decodeEmbed,
  decodeEmbedGrid,
} from './kernels/decode';
import { ROLLOUT_BYTES, ROW_WORDS } from './kernels/draw';
import { rollout, rolloutGrid, rolloutSizes, type RolloutSizes } from './kernels/rollout';
import type { BufferRange, BufferSet } from './memory';
import type { CompiledOperations } from './operations';
import {
  bind,
  type Buffers,
  type Dispatch,
  type Pipeline,
  type PipelineCache,
  Plan,
} from './pipelines';
import { CHUNK, type RolloutBuffers, type RolloutPath, UNIFORM_SLOT } from './sampler';
import { type Shape, shapeOf, STEP_BYTES, StepUniform } from './step-uniform';

/** Keys and values of at most this many bytes are held at once. */
const CACHE_BYTES = 128 * 2 ** 20;

/** Rows that are sampled at once: as many as the cache's limits allow. */
export function rowsAtOnce(
  { layers, contextLength, dModel }: ModelConfig,
  { maxStorageBufferBindingSize, maxBufferSize }: GPUSupportedLimits,
): number {
  const room = Math.min(CACHE_BYTES, maxStorageBufferBindingSize, maxBufferSize);
  return Math.max(1, Math.floor(room / (8 * layers * contextLength * dModel)));
}

/** Compiled kernels of the path that the model takes. */
export type SamplingKernels =
  | { readonly kind: 'whole'; readonly sizes: RolloutSizes; readonly kernel: Pipeline }
  | {
      readonly kind: 'stepwise';
      readonly embed: Pipeline;
      readonly attention: Pipeline;
      readonly draw: Pipeline;
    };

/**
 * Beyond this many parameters a workgroup that reads the whole model for four rows is slower than
 * products that read each weight once for 32 of them.
 */
const WHOLE_MODEL_PARAMETERS = 2 ** 21;

/**
 * How tokens are drawn: by one kernel for the whole model, with workgroups as GPUs or as software
 * adapters like them, or by kernels for each step.
 */
export type SamplingPath = 'whole' | 'narrow' | 'stepwise';

interface SamplingOptions {
  /** Workgroup memory that a kernel may use. */
  readonly workgroupBytes: number;
  /** Whether the device is a program on the CPU. */
  readonly software: boolean;
  /** Instead of the one that suits the model and the device. */
  readonly path?: SamplingPath;
}

/** Compiles the whole-model kernel where the model is small and fits, else the stepwise ones. */
export async function compileSampling(
  cache: PipelineCache,
  config: ModelConfig,
  layout: DeviceLayout,
  { workgroupBytes, software, path }: SamplingOptions,
): Promise<SamplingKernels> {
  const small = layout.size <= WHOLE_MODEL_PARAMETERS;
  const wanted = path ?? (small ? (software ? 'narrow' : 'whole') : 'stepwise');
  const sizes = rolloutSizes(config, workgroupBytes, wanted === 'narrow');
  if (sizes && wanted !== 'stepwise') {
    return { kind: 'whole', sizes, kernel: await cache.get(rollout(config, layout, sizes)) };
  }
  const [embed, attention, draw] = await Promise.all([
    cache.get(decodeEmbed(config)),
    cache.get(decodeAttention(config)),
    cache.get(decodeDraw(config)),
  ]);
  return { kind: 'stepwise', embed, attention, draw };
}

interface PathOptions {
  readonly device: GPUDevice;
  readonly config: ModelConfig;
  readonly layout: DeviceLayout;
  readonly operations: CompiledOperations;
  readonly sampling: SamplingKernels;
  readonly parameters: GPUBuffer;
  /** The set that the buffers join: the path frees it. */
  readonly buffers: BufferSet;
  readonly capacity: number;
}

/** Allocates a path for `capacity` rows; call within `withinMemory`. */
export function createPath(options: PathOptions): RolloutPath {
  const { sampling } = options;
  return sampling.kind === 'whole'
    ? new WholeModelPath(options, sampling)
    : new StepwisePath(options, sampling);
}

function rolloutBuffers(
  buffers: BufferSet,
  { contextLength }: ModelConfig,
  capacity: number,
): RolloutBuffers {
  const chunks = Math.ceil(contextLength / CHUNK);
  return {
    rowStates: buffers.storage('row states', capacity * ROW_WORDS),
    sequence: buffers.storage('sequence', capacity * contextLength),
    logProbs: buffers.storage('log-probabilities', capacity * contextLength),
    uniform: buffers.uniform('rollout', chunks * UNIFORM_SLOT),
  };
}

function uniformSlot({ uniform }: RolloutBuffers, chunk: number): BufferRange {
  return { buffer: uniform, offset: chunk * UNIFORM_SLOT, size: ROLLOUT_BYTES };
}

class WholeModelPath implements RolloutPath {
  readonly capacity: number;
  readonly buffers: RolloutBuffers;
  readonly #sizes: RolloutSizes;
  readonly #set: BufferSet;
  readonly #chunks: readonly Dispatch[];

  constructor(
    { device, config, parameters, buffers: set, capacity }: PathOptions,
    { sizes, kernel }: Extract<SamplingKernels, { kind: 'whole' }>,
  ) {
    const { layers, contextLength, dModel } = config;
    this.capacity = capacity;
    this.#sizes = sizes;
    this.#set = set;
    const buffers = rolloutBuffers(set, config, capacity);
    this.buffers = buffers;
    const cache = set.storage('keys and values', 2 * layers * capacity * contextLength * dModel);
    const { rowStates, sequence, logProbs } = buffers;
    this.#chunks = Array.from({ length: Math.ceil(contextLength / CHUNK) }, (_, chunk) =>
      bind(device, kernel, ({ rows }) => rolloutGrid(sizes, rows), {
        rollout: uniformSlot(buffers, chunk),
        parameters,
        rowStates,
        sequence,
        logProbs,
        cache,
      }),
    );
  }

  dispatches(_rows: number, positions: number): number {
    return Math.ceil(positions / CHUNK);
  }

  encode(pass: GPUComputePassEncoder, rows: number, chunk: number): void {
    const { pipeline, bindGroup } = this.#chunks[chunk]!;
    const [x, y, z]: Grid = rolloutGrid(this.#sizes, rows);
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(x, y, z);
  }

  destroy(): void {
    this.#set.destroy();
  }
}

class StepwisePath implements RolloutPath {
  readonly capacity: number;
  readonly buffers: RolloutBuffers;
  readonly #o: PathOptions;
  readonly #set: BufferSet;
  readonly #step: GPUBuffer;
  readonly #stepUniform = new StepUniform();
  /** All that happens at one position. */
  readonly #position: Plan;

  constructor(options: PathOptions, kernels: Extract<SamplingKernels, { kind: 'stepwise' }>) {
    const { buffers, config, capacity } = options;
    this.#o = options;
    this.capacity = capacity;
    this.#set = buffers;
    this.buffers = rolloutBuffers(buffers, config, capacity);
    this.#step = buffers.uniform('decode step', STEP_BYTES);
    this.#position = new Plan(this.#dispatches(kernels));
  }

  dispatches(_rows: number, positions: number): number {
    return positions * this.#position.length;
  }

  encode(pass: GPUComputePassEncoder, rows: number, _chunk: number, positions: number): void {
    const shape = shapeOf({ rows, length: 1 });
    this.#stepUniform.setShape(shape);
    this.#o.device.queue.writeBuffer(this.#step, 0, this.#stepUniform.bytes);
    for (let i = 0; i < positions; i++) this.#position.encode(pass, shape);
  }

  destroy(): void {
    this.#set.destroy();
  }

  #dispatches(kernels: Extract<SamplingKernels, { kind: 'stepwise' }>): Dispatch[] {
    const { device, config, layout, operations, parameters, capacity: R } = this.#o;
    const { dModel: D, layers, contextLength } = config;
    const set = this.#set;
    const { rowStates, sequence, logProbs } = this.buffers;
    const x = set.storage('decode x', R * D);
    const middle = set.storage('decode middle', R * D);
    const qkv = set.storage('decode qkv', 3 * R * D);
    const attended = set.storage('decode attended', R * D);
    const activated = set.storage('decode activated', 4 * R * D);
    const slopes = set.storage('decode slopes', 4 * R * D);
    const scales = set.storage('decode scales', R);
    const logits = set.storage('decode logits', R * deviceSlot(layout, tensorName('head')).stride);
    const weight = (name: string): BufferRange => {
      const { offset, size } = deviceSlot(layout, name);
      return { buffer: parameters, offset: 4 * offset, size: 4 * size };
    };
    const step = this.#step;
    const op = (name: 'qkv' | 'attentionOut' | 'up' | 'down' | 'logits', b: Buffers): Dispatch =>
      bind(device, operations[name].pipeline, operations[name].grid, { step, scales, ...b });
    const attentionGrid = (shape: Shape) => decodeAttentionGrid(config, shape);
    const layer = (l: number): Dispatch[] => {
      const of = (tensor: LayerTensor): BufferRange => weight(layerTensorName(l, tensor));
      const cache = set.storage(`keys and values ${l}`, 2 * R * contextLength * D);
      return [
        op('qkv', { a: x, b: of('qkv'), gain: of('norm1'), c: qkv }),
        bind(device, kernels.attention, attentionGrid, { step, rowStates, qkv, cache, attended }),
        op('attentionOut', { a: attended, b: of('attentionOut'), residual: x, c: middle }),
        op('up', { a: middle, b: of('up'), gain: of('norm2'), slopes, c: activated }),
        op('down', { a: activated, b: of('down'), residual: middle, c: x }),
      ];
    };
    return [
      bind(device, kernels.embed, (shape) => decodeEmbedGrid(config, shape), {
        step,
        rowStates,
        sequence,
        wte: weight(tensorName('tokens')),
        wpe: weight(tensorName('positions')),
        x,
      }),
      ...Array.from({ length: layers }, (_, l) => layer(l)).flat(),
      op('logits', {
        a: x,
        b: weight(tensorName('head')),
        gain: weight(tensorName('finalNorm')),
        c: logits,
      }),
      bind(device, kernels.draw, decodeDrawGrid, {
        rollout: uniformSlot(this.buffers, 0),
        logits,
        rowStates,
        sequence,
        logProbs,
      }),
    ];
  }
}
