/** Forward and backward pass of the transformer: which kernel runs on what, in which order. */
import type { ModelConfig } from '../../model/config';
import { parameterLayout, slotNamed } from '../../model/layout';
import type { Arena } from './arena';
import type { Address, Kernels } from './kernels';

/** Offsets of the tensors in the flat parameter vector, in bytes. */
interface LayerOffsets {
  readonly norm1: number;
  readonly qkv: number;
  readonly attentionOut: number;
  readonly norm2: number;
  readonly up: number;
  readonly down: number;
}

export interface Offsets {
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
    tokens: offset('wte.weight'),
    positions: offset('wpe.weight'),
    layers: Array.from({ length: config.layers }, (_, l) => ({
      norm1: offset(`h.${l}.ln_1.weight`),
      qkv: offset(`h.${l}.attn.c_attn.weight`),
      attentionOut: offset(`h.${l}.attn.c_proj.weight`),
      norm2: offset(`h.${l}.ln_2.weight`),
      up: offset(`h.${l}.mlp.c_fc.weight`),
      down: offset(`h.${l}.mlp.c_proj.weight`),
    })),
    finalNorm: offset('ln_f.weight'),
    head: offset('lm_head.weight'),
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

/** Rows of a batch laid out for the kernels. */
export interface Rows {
  /** Sequences and tokens per sequence; N = B · T. */
  readonly B: number;
  readonly T: number;
  /** Token ids and positions, N integers each. */
  readonly ids: Address;
  readonly places: Address;
}

/** What the backward pass needs of the forward pass. */
export interface Trace {
  readonly rows: Rows;
  readonly layers: readonly LayerActivations[];
  /** Output of the last layer, [N, D]. */
  readonly output: Address;
}

/** The final norm and the logits of some rows. */
export interface HeadTrace {
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

  /** Puts a batch's ids into memory, with positions 0 … length − 1 in every row. */
  layOut(tokens: Int32Array, rows: number, length: number): Rows {
    const places = Int32Array.from({ length: rows * length }, (_, i) => i % length);
    return {
      B: rows,
      T: length,
      ids: this.arena.store(tokens),
      places: this.arena.store(places),
    };
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
   * @param afterQkv called with each layer's projection, before attention
   */
  forward(
    rows: Rows,
    panels: Panels,
    { keep, afterQkv }: { keep: boolean; afterQkv?: (layer: number, qkv: Address) => void },
  ): Trace {
    const { arena, kernels: k, parameters: p, offsets } = this;
    const { dModel: D, heads: H, layers: L } = this.config;
    const { B, T } = rows;
    const N = B * T;
    const first = this.#layerActivations(N);
    const layers = Array.from({ length: L }, (_, l) =>
      keep && l > 0 ? this.#layerActivations(N) : first,
    );
    // Without a trace the residual stream is updated in place: nothing reads the old one again.
    const output = keep ? arena.matrix(N, D) : first.input;
    const activated = arena.matrix(N, 4 * D);
    const scratch = arena.allocate(((2 * D) / H + 4) * (T + 3));
    k.embed(p + offsets.tokens, p + offsets.positions, rows.ids, rows.places, first.input, N, D);
    layers.forEach((a, l) => {
      const w = offsets.layers[l]!;
      const weights = panels.layers[l]!;
      const next = layers[l + 1]?.input ?? output;
      k.rmsNorm(a.input, p + w.norm1, a.normed1, a.scales1, N, D);
      k.matmul(a.normed1, weights.qkv, a.qkv, N, 3 * D, D);
      afterQkv?.(l, a.qkv);
      k.attentionForward(a.qkv, a.attended, a.lse, scratch, B, T, H, D);
      k.matmul(a.attended, weights.attentionOut, a.middle, N, D, D);
      k.add(a.middle, a.input, N * D);
      k.rmsNorm(a.middle, p + w.norm2, a.normed2, a.scales2, N, D);
      k.matmul(a.normed2, weights.up, a.hidden, N, 4 * D, D);
      k.gelu(a.hidden, activated, N * 4 * D);
      k.matmul(activated, weights.down, next, N, D, 4 * D);
      k.add(next, a.middle, N * D);
    });
    return { rows, layers, output };
  }

  /** Log-probabilities and entropies at the rows `active` of the output. */
  headForward(output: Address, panels: Panels, active: Int32Array, targets: Int32Array): HeadTrace {
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
    const N = rows.B * rows.T;
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
    const N = trace.rows.B * trace.rows.T;
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
  #layersBackward({ rows: { B, T }, layers }: Trace, dx: Address): void {
    const { arena, kernels: k, parameters: p, gradient: g } = this;
    const { dModel: D, heads: H } = this.config;
    const N = B * T;
    const activated = arena.matrix(N, 4 * D);
    const dHidden = arena.matrix(N, 4 * D);
    const dNormed = arena.matrix(N, D);
    const dAttended = arena.matrix(N, D);
    const dQkv = arena.matrix(N, 3 * D);
    const weightT = arena.allocate(4 * D * D);
    const attentionScratch = arena.allocate(((5 * D) / H + 2 * T + 14) * (T + 3));
    const scratch = arena.allocate(SUM_BLOCK * 5 * D);
    for (let l = layers.length - 1; l >= 0; l--) {
      const a = layers[l]!;
      const w = this.offsets.layers[l]!;
      k.packColumns(p + w.down, weightT, D, 4 * D, D);
      k.matmul(dx, weightT, dHidden, N, 4 * D, D);
      k.geluBackward(a.hidden, activated, dHidden, N * 4 * D);
      k.matmulTransposedA(activated, dx, g + w.down, scratch, 4 * D, D, N);
      k.matmulTransposedA(a.normed2, dHidden, g + w.up, scratch, D, 4 * D, N);
      k.packColumns(p + w.up, weightT, 4 * D, D, 4 * D);
      k.matmul(dHidden, weightT, dNormed, N, D, 4 * D);
      k.rmsNormBackward(dNormed, a.middle, p + w.norm2, a.scales2, dx, g + w.norm2, N, D);
      k.matmulTransposedA(a.attended, dx, g + w.attentionOut, scratch, D, D, N);
      k.packColumns(p + w.attentionOut, weightT, D, D, D);
      k.matmul(dx, weightT, dAttended, N, D, D);
      const { qkv, attended, lse } = a;
      k.attentionBackward(qkv, attended, lse, dAttended, dQkv, attentionScratch, B, T, H, D);
      k.matmulTransposedA(a.normed1, dQkv, g + w.qkv, scratch, D, 3 * D, N);
      k.packColumns(p + w.qkv, weightT, 3 * D, D, 3 * D);
      k.matmul(dQkv, weightT, dNormed, N, D, 3 * D);
      k.rmsNormBackward(dNormed, a.input, p + w.norm1, a.scales1, dx, g + w.norm1, N, D);
    }
  }
}
