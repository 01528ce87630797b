/** The GPU engine: hand-written fused WGSL on one device, a static plan replayed in one pass. */
import { log } from '../../elementary';
import { LabError } from '../../errors';
import { checkModelConfig, type ModelConfig } from '../../model/config';
import {
  checkBatch,
  checkOptimizer,
  checkParameters,
  checkSampleRequest,
  checkSequences,
} from '../check';
import {
  type Engine,
  type EngineInfo,
  type OptimizerSettings,
  type OptimizerState,
  type SampleRequest,
  type SampleResult,
  type StepMetrics,
  type TokenScores,
} from '../engine';
import { type Tuning, usesHalf } from '../gpu-tuning';
import { metricsOf } from '../objective';
import type { SequenceBatch, TokenBatch } from '../token-table';
import { gemmAbilities } from './abilities';
import { checkLimits, describeAdapter, DeviceWatch, isSoftware } from './device';
import { type DeviceLayout, deviceLayout, toDevice, toHost } from './device-layout';
import { METRIC_SUMS } from './kernels/head';
import { RESULT_FLOATS } from './kernels/reduce';
import { type BufferSet, type PendingRead, Readback, withinMemory } from './memory';
import {
  type CompiledOperations,
  checkTuning,
  compileOperations,
  defaultTuning,
  modelOperations,
} from './operations';
import { type Plan, PipelineCache } from './pipelines';
import {
  compileSampling,
  createPath,
  rowsAtOnce,
  type SamplingKernels,
  type SamplingPath,
} from './rollout-paths';
import { emptyResult } from '../sampling';
import { collectPiece, type RolloutPath, submitPiece } from './sampler';
import { type Shape, shapeOf, StepUniform } from './step-uniform';
import { TokenUpload } from './token-upload';
import { bytesPerToken, type ModelBuffers, Workspace } from './workspace';

export interface WebGpuEngineOptions {
  /** GEMM variants, as `tuneGemm` measured them on this adapter or as a run's record holds them. */
  readonly tuning?: Tuning;
  /** How tokens are drawn, where it fits; unless this says other, what suits model and device. */
  readonly sampling?: SamplingPath;
  /** Whether disposing of the engine destroys the device. */
  readonly ownsDevice?: boolean;
  /** Told how many kernels have been compiled. */
  readonly onCompile?: (done: number, total: number) => void;
}

/** Activations of at most this many bytes are made by scoring; longer batches are cut by rows. */
const SCORING_BYTES = 256 * 2 ** 20;

/**
 * Builds the engine on a device; parameters are zero until {@link Engine.loadParameters}.
 * @throws an error of `engine` if the device's limits are too low, a kernel does not compile, or
 * memory is full
 */
export async function createWebGpuEngine(
  config: ModelConfig,
  device: GPUDevice,
  {
    tuning = defaultTuning(device),
    sampling,
    ownsDevice = false,
    onCompile,
  }: WebGpuEngineOptions = {},
): Promise<Engine> {
  checkModelConfig(config);
  checkLimits(device.limits);
  const layout = deviceLayout(config);
  const abilities = gemmAbilities(device);
  const cache = new PipelineCache(device);
  const [operations, samplingKernels] = await Promise.all([
    compileOperations(
      cache,
      modelOperations(config, layout, checkTuning(tuning, abilities), abilities),
      onCompile,
    ),
    compileSampling(cache, config, layout, {
      workgroupBytes: abilities.workgroupBytes,
      software: isSoftware(device),
      path: sampling,
    }),
  ]);
  const { modelSet, model } = await withinMemory(device, (buffers) => ({
    modelSet: buffers,
    model: {
      parameters: buffers.storage('parameters', layout.size),
      firstMoment: buffers.storage('first moment', layout.size),
      secondMoment: buffers.storage('second moment', layout.size),
      gradient: buffers.storage('gradient', layout.size),
    },
  }));
  return new WebGpuEngine({
    config,
    device,
    layout,
    tuning,
    operations,
    sampling: samplingKernels,
    modelSet,
    model,
    ownsDevice,
  });
}

interface EngineParts {
  readonly config: ModelConfig;
  readonly device: GPUDevice;
  readonly layout: DeviceLayout;
  readonly tuning: Tuning;
  readonly operations: CompiledOperations;
  readonly sampling: SamplingKernels;
  /** Holds the buffers of `model`. */
  readonly modelSet: BufferSet;
  readonly model: ModelBuffers;
  readonly ownsDevice: boolean;
}

class WebGpuEngine implements Engine {
  readonly info: EngineInfo;
  readonly config: ModelConfig;
  readonly #parts: EngineParts;
  readonly #watch: DeviceWatch;
  readonly #readback: Readback;
  readonly #uniform = new StepUniform();
  readonly #upload = new TokenUpload();
  #workspace: Workspace | null = null;
  #path: RolloutPath | null = null;
  #stepCount = 0;
  #disposed = false;
  /** Work reaches the device in the order of the calls, even where one has to allocate first. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.config = parts.config;
    const adapter = describeAdapter(parts.device);
    const gpu = { adapter, tuning: parts.tuning };
    this.info = { name: 'webgpu', description: `WebGPU, ${adapter}`, gpu };
    this.#watch = new DeviceWatch(parts.device);
    this.#readback = new Readback(parts.device, this.#watch);
  }

  /** Runs `work` after all that was asked for before. */
  #inOrder<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#queue.then(async () => {
      if (this.#disposed) throw new LabError('engine/disposed');
      this.#watch.check();
      try {
        return await work();
      } catch (error) {
        // A device that is lost meanwhile makes WebGPU's calls fail in ways of their own.
        throw await this.#watch.behind(error);
      }
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async loadParameters(parameters: Float32Array): Promise<void> {
    const { layout, model } = this.#parts;
    checkParameters(parameters, layout.hostSize);
    const device = toDevice(layout, parameters);
    await this.#inOrder(() => {
      this.#write(model.parameters, device);
      this.#write(model.firstMoment, new Float32Array(layout.size));
      this.#write(model.secondMoment, new Float32Array(layout.size));
      this.#stepCount = 0;
    });
  }

  async readParameters(): Promise<Float32Array> {
    return this.#readVector(this.#parts.model.parameters);
  }

  async loadOptimizer(state: OptimizerState): Promise<void> {
    const { layout, model } = this.#parts;
    checkOptimizer(state, layout.hostSize);
    const firstMoment = toDevice(layout, state.firstMoment);
    const secondMoment = toDevice(layout, state.secondMoment);
    const { step } = state;
    await this.#inOrder(() => {
      this.#write(model.firstMoment, firstMoment);
      this.#write(model.secondMoment, secondMoment);
      this.#stepCount = step;
    });
  }

  async readOptimizer(): Promise<OptimizerState> {
    const { firstMoment, secondMoment } = this.#parts.model;
    const first = this.#readVector(firstMoment);
    const second = this.#readVector(secondMoment);
    const moments = await Promise.all([first, second]);
    return { firstMoment: moments[0], secondMoment: moments[1], step: this.#stepCount };
  }

  async step(batch: TokenBatch, settings: OptimizerSettings): Promise<StepMetrics> {
    const read = await this.#learn(batch, (workspace) => {
      this.#stepCount += 1;
      this.#uniform.setOptimizer(settings, this.#stepCount);
      return { plan: workspace.stepPlan, reads: [] };
    });
    const metrics = await readMetrics(read.results);
    // The GPU has left such a step out, so it does not count.
    if (!Number.isFinite(metrics.loss) || !Number.isFinite(metrics.gradNorm)) this.#stepCount -= 1;
    return metrics;
  }

  async gradient(batch: TokenBatch): Promise<{ gradient: Float32Array; metrics: StepMetrics }> {
    const { layout, model } = this.#parts;
    const read = await this.#learn(batch, (workspace) => ({
      plan: workspace.gradientPlan,
      reads: [model.gradient],
    }));
    const [metrics, bytes] = await Promise.all([
      readMetrics(read.results),
      read.others[0]!.bytes(),
    ]);
    return { gradient: toHost(layout, new Float32Array(bytes)), metrics };
  }

  /** Uploads a batch and runs a plan over it. */
  async #learn(
    batch: TokenBatch,
    choose: (workspace: Workspace) => { plan: Plan; reads: readonly GPUBuffer[] },
  ): Promise<{ results: PendingRead; others: PendingRead[] }> {
    checkBatch(batch, this.config);
    const shape = shapeOf(batch);
    return this.#inOrder(async () => {
      const workspace = await this.#workspaceFor(shape.tokens);
      this.#uniform.setShape(shape);
      this.#uniform.setObjective(batch.objective);
      this.#uniform.setTemperature(batch.temperature);
      if (usesHalf(this.#parts.tuning)) this.#uniform.setGradientScale(gradientScale(batch));
      const { plan, reads } = choose(workspace);
      this.#write(workspace.table, this.#upload.pack(batch));
      const encoder = this.#encode(workspace, plan, shape);
      const results = this.#readback.copy(encoder, workspace.results, 4 * RESULT_FLOATS);
      const others = reads.map((buffer) => this.#readback.copy(encoder, buffer, buffer.size));
      this.#parts.device.queue.submit([encoder.finish()]);
      return { results, others };
    });
  }

  async score(batch: SequenceBatch): Promise<TokenScores> {
    checkSequences(batch, this.config);
    const { rows, length } = batch;
    const capacity = Math.floor(SCORING_BYTES / bytesPerToken(this.config));
    const rowsAtOnce = Math.max(1, Math.floor(capacity / length));
    const logProbs = new Float32Array(rows * length);
    const entropies = new Float32Array(rows * length);
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const to = Math.min(from + rowsAtOnce, rows);
      const read = await this.#inOrder(() => this.#scoreRows(batch, from, to));
      const pairs = new Float32Array(await read.bytes());
      for (let i = 0; i < pairs.length / 2; i++) {
        logProbs[from * length + i] = pairs[2 * i]!;
        entropies[from * length + i] = pairs[2 * i + 1]!;
      }
    }
    return { logProbs, entropies };
  }

  async #scoreRows(batch: SequenceBatch, from: number, to: number): Promise<PendingRead> {
    const shape = shapeOf({ rows: to - from, length: batch.length });
    const workspace = await this.#workspaceFor(shape.tokens);
    this.#uniform.setShape(shape);
    this.#uniform.setTemperature(batch.temperature);
    this.#write(workspace.table, this.#upload.packIds(batch, from, to));
    const encoder = this.#encode(workspace, workspace.scorePlan, shape);
    const read = this.#readback.copy(encoder, workspace.scores, 8 * shape.tokens);
    this.#parts.device.queue.submit([encoder.finish()]);
    return read;
  }

  async sample(request: SampleRequest): Promise<SampleResult> {
    checkSampleRequest(request, this.config);
    const { rows } = request;
    const pieceRows = rowsAtOnce(this.config, this.#parts.device.limits);
    const result = emptyResult(request);
    for (let from = 0; from < rows; from += pieceRows) {
      const piece = { request, from, to: Math.min(from + pieceRows, rows) };
      const reads = await this.#inOrder(async () => {
        const path = await this.#pathFor(piece.to - piece.from);
        return submitPiece(this.#parts.device, this.config, path, this.#readback, piece);
      });
      await collectPiece(this.config, reads, piece, result);
    }
    return result;
  }

  dispose(): void {
    this.#disposed = true;
    this.#watch.stop();
    this.#workspace?.destroy();
    this.#workspace = null;
    this.#path?.destroy();
    this.#path = null;
    this.#readback.destroy();
    this.#parts.modelSet.destroy();
    if (this.#parts.ownsDevice) this.#parts.device.destroy();
  }

  /** The workspace, made anew where the batch has more tokens than any before. */
  async #workspaceFor(tokens: number): Promise<Workspace> {
    if (this.#workspace && this.#workspace.capacity >= tokens) return this.#workspace;
    this.#workspace?.destroy();
    this.#workspace = null;
    const { device } = this.#parts;
    const workspace = await withinMemory(
      device,
      (buffers) => new Workspace({ ...this.#parts, buffers, capacity: tokens }),
    );
    this.#workspace = workspace;
    return workspace;
  }

  /** The sampling path, made anew where a request has more rows than any before. */
  async #pathFor(rows: number): Promise<RolloutPath> {
    if (this.#path && this.#path.capacity >= rows) return this.#path;
    this.#path?.destroy();
    this.#path = null;
    const { device, model, ...parts } = this.#parts;
    const path = await withinMemory(device, (buffers) =>
      createPath({ ...parts, device, buffers, parameters: model.parameters, capacity: rows }),
    );
    this.#path = path;
    return path;
  }

  #write(buffer: GPUBuffer, data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void {
    this.#parts.device.queue.writeBuffer(buffer, 0, data);
  }

  #encode(workspace: Workspace, plan: Plan, shape: Shape): GPUCommandEncoder {
    const { device } = this.#parts;
    device.queue.writeBuffer(workspace.uniform, 0, this.#uniform.bytes);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    plan.encode(pass, shape);
    pass.end();
    return encoder;
  }

  async #readVector(buffer: GPUBuffer): Promise<Float32Array> {
    const { device, layout } = this.#parts;
    const read = await this.#inOrder(() => {
      const encoder = device.createCommandEncoder();
      const pending = this.#readback.copy(encoder, buffer, buffer.size);
      device.queue.submit([encoder.finish()]);
      return pending;
    });
    return toHost(layout, new Float32Array(await read.bytes()));
  }
}

/**
 * A power of two by which the largest gradient of a logit becomes about 1: with weights of one per
 * token gradients would be below what 16-bit floats resolve.
 */
function gradientScale(batch: TokenBatch): number {
  const { weights, advantages, entropyWeights, klWeights, objective } = batch;
  const { entropyCoefficient, klCoefficient } = objective;
  let largest = 0;
  for (let i = 0; i < weights.length; i++) {
    largest = Math.max(
      largest,
      Math.abs(weights[i]!) * Math.max(1, Math.abs(advantages[i]!)),
      Math.abs(entropyWeights[i]! * entropyCoefficient),
      Math.abs(klWeights[i]! * klCoefficient),
    );
  }
  // Also where nothing is learned from, or weights are not finite: the step then says so itself.
  const exponent = -Math.round(log(largest) * Math.LOG2E);
  return 2 ** Math.max(-MOST_EXPONENT, Math.min(MOST_EXPONENT, exponent || 0));
}

/** Powers of two whose reciprocals are normal 32-bit floats. */
const MOST_EXPONENT = 100;

async function readMetrics(read: PendingRead): Promise<StepMetrics> {
  const results = new Float32Array(await read.bytes());
  const sums = Object.fromEntries(METRIC_SUMS.map((name, i) => [name, results[i]!])) as Record<
    (typeof METRIC_SUMS)[number],
    number
  >;
  return { ...metricsOf([sums]), gradNorm: results[METRIC_SUMS.length]! };
}
