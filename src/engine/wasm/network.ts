/** Forward and backward pass of the transformer: which kernel runs on what, in which order. */
import type { ModelConfig } from '../../model/config';
import { layerTensorName, parameterLayout, slotNamed, tensorName } from '../../model/layout';
import type { SequenceBatch } from '../token-table';
import type { Arena } from './arena';
import type { Address, Kernels } from './kernels';
import { largestOf, type Block, type Rows } from './packed-rows';

/** Offsets of the tensors in the flat parameter vector, in bytes. */
interface LayerOffsets {
  readonly norm1: number;
  readonly qkv: number;
  readonly attentionOut: number;
  readonly norm2: number;
  readonly up: number;
  readonly down: number;
}

interface Offsets {
  readonly tokens: number;
  readonly positions: number;
  readonly layers: readonly LayerOffsets[];
  readonly finalNorm: number;
  readonly head: number;
}

function offsetsOf(config: ModelConfig): Offsets {
  const layout = parameterLayout(config);
  const offset = (name: string): number => slotNamed(layout, name).offset * 4;
  return {
    tokens: offset(tensorName('tokens')),
    positions: offset(tensorName('positions')),
    layers: Array.from({ length: config.layers }, (_, l) => ({
      norm1: offset(layerTensorName(l, 'norm1')),
      qkv: offset(layerTensorName(l, 'qkv')),
      attentionOut: offset(layerTensorName(l, 'attentionOut')),
      norm2: offset(layerTensorName(l, 'norm2')),
      up: offset(layerTensorName(l, 'up')),
      down: offset(layerTensorName(l, 'down')),
    })),
    finalNorm: offset(tensorName('finalNorm')),
    head: offset(tensorName('head')),
  };
}

/** Activations of one layer, each [N, …]. */
interface LayerActivations {
  readonly input: Address;
  readonly scales1: Address;
  readonly normed1: Address;
  readonly qkv: Address;
  readonly attended: Address;
  readonly lse: Address;
  readonly middle: Address;
  readonly scales2: Address;
  readonly normed2: Address;
  /** Before GELU, [N, 4D]. */
  readonly hidden: Address;
}

/** Addresses of a layer's weights as the products read them: in panels of columns. */
interface LayerPanels {
  readonly qkv: Address;
  readonly attentionOut: Address;
  readonly up: Address;
  readonly down: Address;
}

/** All weights in panels; the head's columns are padded to whole vectors. */
export interface Panels {
  readonly layers: readonly LayerPanels[];
  readonly head: Address;
}

/** The same from a row on. */
function activationsFrom(
  a: LayerActivations,
  row: number,
  { dModel: D, heads }: ModelConfig,
): LayerActivations {
  const from = (address: Address, width: number): Address => address + 4 * row * width;
  return {
    input: from(a.input, D),
    scales1: from(a.scales1, 1),
    normed1: from(a.normed1, D),
    qkv: from(a.qkv, 3 * D),
    attended: from(a.attended, D),
    lse: from(a.lse, heads),
    middle: from(a.middle, D),
    scales2: from(a.scales2, 1),
    normed2: from(a.normed2, D),
    hidden: from(a.hidden, 4 * D),
  };
}

/** What the backward pass needs of the forward pass. */
interface Trace {
  readonly rows: Rows;
  readonly layers: readonly LayerActivations[];
  /** Output of the last layer, [N, D]. */
  readonly output: Address;
}

/** The final norm and the logits of some rows. */
interface HeadTrace {
  readonly count: number;
  /** Addresses of `count` integers. */
  readonly active: Address;
  readonly targets: Address;
  readonly gathered: Address;
  readonly normed: Address;
  readonly scales: Address;
  /** [count, stride]: log-probabilities, padded to whole vectors. */
  readonly logProbs: Address;
  readonly targetLogProbs: Address;
  readonly entropies: Address;
}

/** What the backward pass of one block writes, and scratch of its kernels. */
interface BackwardBuffers {
  readonly activated: Address;
  readonly dHidden: Address;
  readonly dNormed: Address;
  readonly dAttended: Address;
  readonly dQkv: Address;
  readonly attention: Address;
  readonly sums: Address;
}

/** Rows that a weight's gradient is summed over at a time: the scratch of matmulTransposedA. */
const SUM_BLOCK = 128;

export class Network {
  readonly offsets: Offsets;
  /** Vocabulary rounded up to whole vectors. */
  readonly stride: number;

  constructor(
    readonly config: ModelConfig,
    readonly kernels: Kernels,
    readonly arena: Arena,
    readonly parameters: Address,
    readonly gradient: Address,
  ) {
    this.offsets = offsetsOf(config);
    this.stride = Math.ceil(config.vocabSize / 4) * 4;
  }

  #layerActivations(N: number): LayerActivations {
    const { arena } = this;
    const { dModel: D, heads } = this.config;
    return {
      input: arena.matrix(N, D),
      scales1: arena.allocate(N),
      normed1: arena.matrix(N, D),
      qkv: arena.matrix(N, 3 * D),
      attended: arena.matrix(N, D),
      lse: arena.allocate(N * heads),
      middle: arena.matrix(N, D),
      scales2: arena.allocate(N),
      normed2: arena.matrix(N, D),
      hidden: arena.matrix(N, 4 * D),
    };
  }

  /** Lays the weights out as they are now; good until they change or the arena is reset. */
  packWeights(): Panels {
    const { arena, kernels: k, parameters: p, offsets } = this;
    const { dModel: D, vocabSize: V } = this.config;
    const pack = (offset: number, rows: number, columns: number): Address => {
      const panels = arena.allocate(rows * Math.ceil(columns / 4) * 4);
      k.packRows(p + offset, panels, rows, columns, columns);
      return panels;
    };
    return {
      layers: offsets.layers.map((w) => ({
        qkv: pack(w.qkv, D, 3 * D),
        attentionOut: pack(w.attentionOut, D, D),
        up: pack(w.up, D, 4 * D),
        down: pack(w.down, 4 * D, D),
      })),
      head: pack(offsets.head, D, V),
    };
  }

  /**
   * Runs all layers.
   * @param keep whether each layer's activations are kept for the backward pass
   */
  forward(rows: Rows, panels: Panels, { keep }: { keep: boolean }): Trace {
    const { arena, kernels: k, parameters: p, offsets } = this;
    const { dModel: D, heads: H, layers: L } = this.config;
    const { N, blocks } = rows;
    const largest = largestOf(blocks);
    const first = this.#layerActivations(N);
    // Without a trace two residual streams take turns: nothing reads older ones again.
    const second = { ...first, input: arena.matrix(N, D) };
    const layers = Array.from({ length: L }, (_, l) => {
      if (keep) return l === 0 ? first : this.#layerActivations(N);
      return l % 2 === 0 ? first : second;
    });
    const output = keep || L % 2 === 1 ? second.input : first.input;
    const activated = arena.matrix(largest.N, 4 * D);
    const scratch = arena.allocate(((2 * D) / H + 4) * (largest.T + 3));
    k.embed(p + offsets.tokens, p + offsets.positions, rows.ids, rows.places, first.input, N, D);
    layers.forEach((a, l) => {
      const next = layers[l + 1]?.input ?? output;
      for (const block of blocks) {
        this.#layerForward(l, panels.layers[l]!, a, next, block, activated, scratch);
      }
    });
    return { rows, layers, output };
  }

  /** Runs one block through a layer. */
  #layerForward(
    layer: number,
    weights: LayerPanels,
    all: LayerActivations,
    next: Address,
    { first, B, T }: Block,
    activated: Address,
    scratch: Address,
  ): void {
    const { kernels: k, parameters: p } = this;
    const { dModel: D, heads: H } = this.config;
    const w = this.offsets.layers[layer]!;
    const a = activationsFrom(all, first, this.config);
    const output = next + 4 * first * D;
    const n = B * T;
    k.rmsNorm(a.input, p + w.norm1, a.normed1, a.scales1, n, D);
    k.matmul(a.normed1, weights.qkv, a.qkv, n, 3 * D, D);
    k.attentionForward(a.qkv, a.attended, a.lse, scratch, B, T, H, D);
    k.matmul(a.attended, weights.attentionOut, a.middle, n, D, D);
    k.add(a.middle, a.input, n * D);
    k.rmsNorm(a.middle, p + w.norm2, a.normed2, a.scales2, n, D);
    k.matmul(a.normed2, weights.up, a.hidden, n, 4 * D, D);
    k.gelu(a.hidden, activated, n * 4 * D);
    k.matmul(activated, weights.down, output, n, D, 4 * D);
    k.add(output, a.middle, n * D);
  }

  /** Log-probabilities and entropies at the rows `active` of the output. */
  headForward(
    output: Address,
    panels: Panels,
    { targets, temperature = 1 }: Pick<SequenceBatch, 'targets' | 'temperature'>,
    active: Int32Array,
  ): HeadTrace {
    const { arena, kernels: k, stride } = this;
    const { vocabSize: V, dModel: D } = this.config;
    const count = active.length;
    const trace: HeadTrace = {
      count,
      active: arena.store(active),
      targets: arena.store(targets),
      gathered: arena.matrix(count, D),
      normed: arena.matrix(count, D),
      scales: arena.allocate(count),
      logProbs: arena.matrix(count, stride),
      targetLogProbs: arena.allocate(count),
      entropies: arena.allocate(count),
    };
    k.gatherRows(output, trace.active, trace.gathered, count, D);
    const gain = this.parameters + this.offsets.finalNorm;
    k.rmsNorm(trace.gathered, gain, trace.normed, trace.scales, count, D);
    k.matmul(trace.normed, panels.head, trace.logProbs, count, stride, D);
    const { logProbs, targetLogProbs, entropies } = trace;
    if (temperature !== 1) {
      arena.floats(logProbs, count * stride).forEach((z, i, all) => (all[i] = z / temperature));
    }
    const scratch = arena.allocate(stride);
    k.headForward(logProbs, trace.targets, targetLogProbs, entropies, scratch, count, V, stride);
    return trace;
  }

  /** Gradient of everything into the flat gradient vector, from the slopes of the active rows. */
  backward(
    trace: Trace,
    head: HeadTrace,
    slopes: Float32Array,
    entropyWeights: Float32Array,
  ): void {
    const { arena, kernels: k } = this;
    const { dModel: D } = this.config;
    const { rows } = trace;
    const { N } = rows;
    const { size } = parameterLayout(this.config);
    arena.floats(this.gradient, size).fill(0);
    const dx = this.#headBackward(trace, head, slopes, entropyWeights);
    this.#layersBackward(trace, dx);
    const dTokens = this.gradient + this.offsets.tokens;
    const dPositions = this.gradient + this.offsets.positions;
    k.embedBackward(dTokens, dPositions, rows.ids, rows.places, dx, N, D);
  }

  #headBackward(
    trace: Trace,
    head: HeadTrace,
    slopes: Float32Array,
    entropyWeights: Float32Array,
  ): Address {
    const { arena, kernels: k, stride, offsets } = this;
    const { vocabSize: V, dModel: D } = this.config;
    const { count } = head;
    const { N } = trace.rows;
    const slopeColumn = arena.allocate(count);
    const entropyColumn = arena.allocate(count);
    const dHead = arena.allocate(D * stride);
    const headT = arena.allocate(stride * D);
    const scratch = arena.allocate(SUM_BLOCK * (D + stride));
    const dNormed = arena.matrix(count, D);
    const dGathered = arena.matrix(count, D);
    const dx = arena.matrix(N, D);
    arena.floats(slopeColumn, count).set(slopes);
    arena.floats(entropyColumn, count).set(entropyWeights);
    for (const [address, size] of [
      [dHead, D * stride],
      [dGathered, count * D],
      [dx, N * D],
    ] as const) {
      arena.floats(address, size).fill(0);
    }
    const { logProbs, targets, entropies } = head;
    k.headBackward(
      logProbs,
      targets,
      slopeColumn,
      entropyColumn,
      entropies,
      scratch,
      count,
      V,
      stride,
    );
    k.matmulTransposedA(head.normed, logProbs, dHead, scratch, D, stride, count);
    const gradient = arena.floats(this.gradient + offsets.head, D * V);
    const padded = arena.floats(dHead, D * stride);
    for (let d = 0; d < D; d++) {
      gradient.set(padded.subarray(d * stride, d * stride + V), d * V);
    }
    k.packColumns(this.parameters + offsets.head, headT, V, D, V);
    k.matmul(logProbs, headT, dNormed, count, D, stride);
    const gain = this.parameters + offsets.finalNorm;
    const dGain = this.gradient + offsets.finalNorm;
    k.rmsNormBackward(dNormed, head.gathered, gain, head.scales, dGathered, dGain, count, D);
    k.scatterRows(dGathered, head.active, dx, count, D);
    return dx;
  }

  /** Turns `dx`, the gradient of the last layer's output, into that of the first one's input. */
  #layersBackward({ rows, layers }: Trace, dx: Address): void {
    const { arena, kernels: k, parameters: p } = this;
    const { dModel: D, heads: H } = this.config;
    const { blocks } = rows;
    const { N, T } = largestOf(blocks);
    const buffers: BackwardBuffers = {
      activated: arena.matrix(N, 4 * D),
      dHidden: arena.matrix(N, 4 * D),
      dNormed: arena.matrix(N, D),
      dAttended: arena.matrix(N, D),
      dQkv: arena.matrix(N, 3 * D),
      attention: arena.allocate(((5 * D) / H + 2 * T + 14) * (T + 3)),
      sums: arena.allocate(SUM_BLOCK * 5 * D),
    };
    const transposed: LayerPanels = {
      qkv: arena.allocate(3 * D * D),
      attentionOut: arena.allocate(D * D),
      up: arena.allocate(4 * D * D),
      down: arena.allocate(4 * D * D),
    };
    for (let l = layers.length - 1; l >= 0; l--) {
      const w = this.offsets.layers[l]!;
      k.packColumns(p + w.qkv, transposed.qkv, 3 * D, D, 3 * D);
      k.packColumns(p + w.attentionOut, transposed.attentionOut, D, D, D);
      k.packColumns(p + w.up, transposed.up, 4 * D, D, 4 * D);
      k.packColumns(p + w.down, transposed.down, D, 4 * D, D);
      for (const block of blocks) {
        this.#layerBackward(l, transposed, layers[l]!, dx, block, buffers);
      }
    }
  }

  /** Takes one block back through a layer. */
  #layerBackward(
    layer: number,
    transposed: LayerPanels,
    all: LayerActivations,
    dOutput: Address,
    { first, B, T }: Block,
    { activated, dHidden, dNormed, dAttended, dQkv, attention, sums }: BackwardBuffers,
  ): void {
    const { kernels: k, parameters: p, gradient: g } = this;
    const { dModel: D, heads: H } = this.config;
    const w = this.offsets.layers[layer]!;
    const a = activationsFrom(all, first, this.config);
    const dx = dOutput + 4 * first * D;
    const n = B * T;
    k.matmul(dx, transposed.down, dHidden, n, 4 * D, D);
    k.geluBackward(a.hidden, activated, dHidden, n * 4 * D);
    k.matmulTransposedA(activated, dx, g + w.down, sums, 4 * D, D, n);
    k.matmulTransposedA(a.normed2, dHidden, g + w.up, sums, D, 4 * D, n);
    k.matmul(dHidden, transposed.up, dNormed, n, D, 4 * D);
    k.rmsNormBackward(dNormed, a.middle, p + w.norm2, a.scales2, dx, g + w.norm2, n, D);
    k.matmulTransposedA(a.attended, dx, g + w.attentionOut, sums, D, D, n);
    k.matmul(dx, transposed.attentionOut, dAttended, n, D, D);
    k.attentionBackward(a.qkv, a.attended, a.lse, dAttended, dQkv, attention, B, T, H, D);
    k.matmulTransposedA(a.normed1, dQkv, g + w.qkv, sums, D, 3 * D, n);
    k.matmul(dQkv, transposed.qkv, dNormed, n, D, 3 * D);
    k.rmsNormBackward(dNormed, a.input, p + w.norm1, a.scales1, dx, g + w.norm1, n, D);
  }
}
