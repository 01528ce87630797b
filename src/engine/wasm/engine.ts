/** The CPU engine: hand-written SIMD kernels in WebAssembly, one thread, repeatable to the bit. */
import { power } from '../../elementary';
import { LabError } from '../../errors';
import { checkModelConfig, type ModelConfig } from '../../model/config';
import { parameterLayout, type ParameterLayout } from '../../model/layout';
import {
  checkBatch,
  checkOptimizer,
  checkParameters,
  checkSampleRequest,
  checkSequences,
} from '../check';
import type {
  EngineInfo,
  OptimizerSettings,
  OptimizerState,
  SampleRequest,
  SampleResult,
  StepMetrics,
  TokenScores,
} from '../engine';
import { activeTokens, evaluateObjective, metricsOf, type ObjectiveSums } from '../objective';
import { partsOf, usedLengths, type DivisibleEngine, type PartGradient } from '../parts';
import { placeRows } from '../rows';
import type { SequenceBatch, TokenBatch } from '../token-table';
import { Arena } from './arena';
import { instantiateKernels, type Address, type Kernels } from './kernels';
import { Network, type Panels } from './network';
import { packRows, type Rows } from './packed-rows';
import { Sampler } from './sampler';

/** Builds the engine; parameters are zero until {@link Engine.loadParameters}. */
export async function createWasmEngine(
  config: ModelConfig,
  module: WebAssembly.Module,
): Promise<DivisibleEngine> {
  checkModelConfig(config);
  const { kernels, memory } = await instantiateKernels(module);
  return new WasmEngine(config, kernels, new Arena(memory));
}

class WasmEngine implements DivisibleEngine {
  readonly info: EngineInfo = {
    name: 'wasm',
    description: 'WebAssembly SIMD, 1 thread',
    scoresWhatItDraws: true,
  };
  readonly config: ModelConfig;
  readonly #layout: ParameterLayout;
  readonly #kernels: Kernels;
  readonly #parameters: Address;
  readonly #gradient: Address;
  /** Of one part of a batch. */
  readonly #part: Address;
  readonly #firstMoment: Address;
  readonly #secondMoment: Address;
  #stepCount = 0;
  #resources: { arena: Arena; network: Network } | null;

  constructor(config: ModelConfig, kernels: Kernels, arena: Arena) {
    this.config = config;
    this.#kernels = kernels;
    this.#layout = parameterLayout(config);
    const { size } = this.#layout;
    this.#parameters = arena.allocate(size);
    this.#gradient = arena.allocate(size);
    this.#part = arena.allocate(size);
    this.#firstMoment = arena.allocate(size);
    this.#secondMoment = arena.allocate(size);
    arena.keep();
    const network = new Network(config, kernels, arena, this.#parameters, this.#part);
    this.#resources = { arena, network };
  }

  get #live(): { arena: Arena; network: Network } {
    if (this.#resources) return this.#resources;
    throw new LabError('engine/disposed');
  }

  #view(address: Address): Float32Array {
    return this.#live.arena.floats(address, this.#layout.size);
  }

  async loadParameters(parameters: Float32Array): Promise<void> {
    checkParameters(parameters, this.#layout.size);
    this.#view(this.#parameters).set(parameters);
    this.#view(this.#firstMoment).fill(0);
    this.#view(this.#secondMoment).fill(0);
    this.#stepCount = 0;
  }

  async readParameters(): Promise<Float32Array> {
    return this.#view(this.#parameters).slice();
  }

  async loadOptimizer(state: OptimizerState): Promise<void> {
    checkOptimizer(state, this.#layout.size);
    this.#view(this.#firstMoment).set(state.firstMoment);
    this.#view(this.#secondMoment).set(state.secondMoment);
    this.#stepCount = state.step;
  }

  async readOptimizer(): Promise<OptimizerState> {
    return {
      firstMoment: this.#view(this.#firstMoment).slice(),
      secondMoment: this.#view(this.#secondMoment).slice(),
      step: this.#stepCount,
    };
  }

  async step(batch: TokenBatch, settings: OptimizerSettings): Promise<StepMetrics> {
    const metrics = this.#backpropagate(batch);
    this.#update(settings, metrics);
    return metrics;
  }

  async gradient(batch: TokenBatch): Promise<{ gradient: Float32Array; metrics: StepMetrics }> {
    const metrics = this.#backpropagate(batch);
    return { gradient: this.#view(this.#gradient).slice(), metrics };
  }

  async partGradient(part: TokenBatch): Promise<PartGradient> {
    checkBatch(part, this.config);
    const { arena, network } = this.#live;
    arena.reset();
    const sums = this.#backpropagatePart(part, network.packWeights());
    return { gradient: this.#view(this.#part).slice(), sums };
  }

  async stepFrom(
    parts: readonly PartGradient[],
    settings: OptimizerSettings,
  ): Promise<StepMetrics> {
    const metrics = this.#addUp(parts, ({ gradient, sums }) => {
      this.#view(this.#part).set(gradient);
      return sums;
    });
    this.#update(settings, metrics);
    return metrics;
  }

  /** The gradient of a batch, part by part. */
  #backpropagate(batch: TokenBatch): StepMetrics {
    checkBatch(batch, this.config);
    const { arena, network } = this.#live;
    arena.reset();
    const panels = network.packWeights();
    const { top } = arena;
    return this.#addUp(partsOf(batch), (part) => {
      arena.reset(top);
      return this.#backpropagatePart(part, panels);
    });
  }

  /** Adds up the gradients that `compute` leaves in `part`, in their order: that of the sum has its bits. */
  #addUp<Part>(parts: readonly Part[], compute: (part: Part) => ObjectiveSums): StepMetrics {
    const { size } = this.#layout;
    this.#view(this.#gradient).fill(0);
    const sums = parts.map((part) => {
      const own = compute(part);
      this.#kernels.add(this.#gradient, this.#part, size);
      return own;
    });
    const squares = this.#kernels.sumOfSquares(this.#gradient, size);
    return { ...metricsOf(sums), gradNorm: Math.sqrt(squares) };
  }

  /** Leaves the gradient in `part`. */
  #backpropagatePart(batch: TokenBatch, panels: Panels): ObjectiveSums {
    const { arena, network } = this.#live;
    const active = activeTokens(batch);
    const rows = packRows(arena, batch, usedLengths(batch, active), this.config.dModel);
    const trace = network.forward(rows, panels, { keep: true });
    const targets = active.map((i) => batch.targets[i]!);
    const { temperature = 1 } = batch;
    const places = placesOf(batch, active, rows);
    const head = network.headForward(trace.output, panels, { targets, temperature }, places);
    const { slopes, entropyWeights, sums } = evaluateObjective(
      batch,
      active,
      arena.floats(head.targetLogProbs, head.count),
      arena.floats(head.entropies, head.count),
    );
    // The logits of the policy are the model's divided by its temperature; so are the slopes.
    const inModel = (column: Float32Array): Float32Array => column.map((x) => x / temperature);
    network.backward(trace, head, inModel(slopes), inModel(entropyWeights));
    return sums;
  }

  /** Leaves all as it is where loss or gradient is not finite. */
  #update(settings: OptimizerSettings, { loss, gradNorm }: StepMetrics): void {
    if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) return;
    const { learningRate, beta1, beta2, epsilon, weightDecay, maxGradNorm } = settings;
    this.#stepCount += 1;
    const clip = gradNorm > maxGradNorm ? maxGradNorm / gradNorm : 1;
    const rate = learningRate / (1 - power(beta1, this.#stepCount));
    const correction = 1 / (1 - power(beta2, this.#stepCount));
    for (const { offset, size, decay } of this.#layout.slots) {
      const bytes = offset * 4;
      this.#kernels.adamW(
        this.#parameters + bytes,
        this.#gradient + bytes,
        this.#firstMoment + bytes,
        this.#secondMoment + bytes,
        size,
        clip,
        beta1,
        beta2,
        epsilon,
        rate,
        correction,
        decay ? learningRate * weightDecay : 0,
      );
    }
  }

  async score(batch: SequenceBatch): Promise<TokenScores> {
    checkSequences(batch, this.config);
    const { arena, network } = this.#live;
    arena.reset();
    const { rows, length } = batch;
    const lengths = batch.lengths ?? new Int32Array(rows).fill(length);
    const packed = packRows(arena, batch, lengths, this.config.dModel);
    const panels = network.packWeights();
    const { output } = network.forward(packed, panels, { keep: false });
    const cells = Int32Array.from(batch.targets.keys()).filter(
      (cell) => cell % length < lengths[Math.floor(cell / length)]!,
    );
    const places = placesOf(batch, cells, packed);
    const targets = cells.map((cell) => batch.targets[cell]!);
    const { temperature } = batch;
    const head = network.headForward(output, panels, { targets, temperature }, places);
    const spread = (address: Address): Float32Array => {
      const whole = new Float32Array(rows * length);
      placeRows(whole, arena.floats(address, cells.length), cells);
      return whole;
    };
    return { logProbs: spread(head.targetLogProbs), entropies: spread(head.entropies) };
  }

  async sample(request: SampleRequest): Promise<SampleResult> {
    checkSampleRequest(request, this.config);
    const { arena, network } = this.#live;
    arena.reset();
    return new Sampler(network, request).run();
  }

  dispose(): void {
    this.#resources = null;
  }
}

/** Where cells of a batch lie among the packed positions. */
function placesOf({ length }: SequenceBatch, cells: Int32Array, { starts }: Rows): Int32Array {
  return cells.map((cell) => starts[Math.floor(cell / length)]! + (cell % length));
}
