/**
 * The buffers of a training step and the plan over them. Buffers are sized for a number of tokens;
 * any batch of at most that many uses them, since shapes come through the step's uniform.
 */
import type { ModelConfig } from '../../model/config';
import { type LayerTensor, layerTensorName, tensorName } from '../../model/layout';
import type { Tuning } from '../gpu-tuning';
import { BLOCK, type DeviceLayout, type DeviceSlot, deviceSlot, roundUp } from './device-layout';
import { EMBEDDING_SLICES } from './kernels/embedding';
import { NORM_BACKWARD_ROWS } from './kernels/gemm-context';
import { headGroups, METRIC_SUMS } from './kernels/head';
import { DECAY_BIT, RESULT_FLOATS } from './kernels/reduce';
import type { BufferRange, BufferSet } from './memory';
import { type CompiledOperations, gradientSplits, type OperationName } from './operations';
import { bind, type Buffers, type Dispatch, Plan } from './pipelines';
import { STEP_BYTES } from './step-uniform';
import { TOKEN_BYTES } from './token-upload';

/** The buffers that do not depend on the batch. */
export interface ModelBuffers {
  readonly parameters: GPUBuffer;
  readonly firstMoment: GPUBuffer;
  readonly secondMoment: GPUBuffer;
  readonly gradient: GPUBuffer;
}

/** Where the pieces of one tensor's gradient lie, in floats. */
interface PartialSlot {
  readonly offset: number;
  /** Floats from piece to piece. */
  readonly stride: number;
  /** Number of pieces; 0 where the batch decides. */
  readonly count: number;
  /** Floats of all pieces. */
  readonly size: number;
}

/** Activations of one layer that the backward pass reads. */
interface LayerBuffers {
  readonly input: GPUBuffer;
  readonly scales1: GPUBuffer;
  readonly qkv: GPUBuffer;
  readonly attended: GPUBuffer;
  readonly logSums: GPUBuffer;
  readonly middle: GPUBuffer;
  readonly scales2: GPUBuffer;
  readonly activated: GPUBuffer;
  readonly slopes: GPUBuffer;
}

interface WorkspaceOptions {
  readonly device: GPUDevice;
  readonly config: ModelConfig;
  readonly layout: DeviceLayout;
  readonly operations: CompiledOperations;
  readonly tuning: Tuning;
  readonly model: ModelBuffers;
  /** The set that the buffers join: {@link Workspace} frees it. */
  readonly buffers: BufferSet;
  /** Tokens of the largest batch. */
  readonly capacity: number;
}

/** Bytes of activations per token, for deciding how much is scored at once. */
export function bytesPerToken({ layers, dModel, heads, vocabSize }: ModelConfig): number {
  const perLayer = 14 * dModel + heads + 2;
  return 4 * (layers * perLayer + 11 * dModel + vocabSize);
}

export class Workspace {
  readonly capacity: number;
  readonly table: GPUBuffer;
  readonly uniform: GPUBuffer;
  readonly results: GPUBuffer;
  readonly scores: GPUBuffer;
  /** Forward, backward, gradient and metrics. */
  readonly gradientPlan: Plan;
  /** The same and the update. */
  readonly stepPlan: Plan;
  /** Forward and scores. */
  readonly scorePlan: Plan;
  readonly #o: WorkspaceOptions;
  readonly #buffers: BufferSet;
  readonly #partialSlots: ReadonlyMap<string, PartialSlot>;
  readonly #partials: GPUBuffer;
  readonly #blocks: GPUBuffer;
  readonly #layers: readonly LayerBuffers[];
  readonly #output: GPUBuffer;
  readonly #finalScales: GPUBuffer;
  readonly #logits: GPUBuffer;

  /** Call within `withinMemory`. */
  constructor(options: WorkspaceOptions) {
    this.#o = options;
    const { buffers, config, layout, capacity: N } = options;
    const { dModel: D, heads: H, layers: L } = config;
    const { stride: V } = deviceSlot(layout, tensorName('head'));
    this.capacity = N;
    this.#buffers = buffers;
    this.table = buffers.storage('token table', (N * TOKEN_BYTES) / 4);
    this.uniform = buffers.uniform('step', STEP_BYTES);
    this.results = buffers.storage('results', RESULT_FLOATS);
    this.scores = buffers.storage('scores', 2 * N);
    this.#layers = Array.from({ length: L }, (_, l) => ({
      input: buffers.storage(`input ${l}`, N * D),
      scales1: buffers.storage(`scales 1 ${l}`, N),
      qkv: buffers.storage(`qkv ${l}`, 3 * N * D),
      attended: buffers.storage(`attended ${l}`, N * D),
      logSums: buffers.storage(`log sums ${l}`, N * H),
      middle: buffers.storage(`middle ${l}`, N * D),
      scales2: buffers.storage(`scales 2 ${l}`, N),
      activated: buffers.storage(`activated ${l}`, 4 * N * D),
      slopes: buffers.storage(`slopes ${l}`, 4 * N * D),
    }));
    this.#output = buffers.storage('output', N * D);
    this.#finalScales = buffers.storage('final scales', N);
    this.#logits = buffers.storage('logits', N * V);
    const { slots, size } = partialSlots(options);
    this.#partialSlots = slots;
    this.#partials = buffers.storage('gradient partials', size);
    this.#blocks = this.#blockTable();
    const forward = this.#forward();
    const gradient = [...forward, ...this.#backward()];
    this.scorePlan = new Plan([...forward, this.#op('scores', { scores: this.scores })]);
    this.gradientPlan = new Plan(gradient);
    this.stepPlan = new Plan([...gradient, this.#update()]);
  }

  get bytes(): number {
    return this.#buffers.bytes;
  }

  destroy(): void {
    this.#buffers.destroy();
  }

  /** An operation bound to `buffers` and those that every one may ask for. */
  #op(name: OperationName, buffers: Buffers): Dispatch {
    const { pipeline, grid } = this.#o.operations[name];
    return bind(this.#o.device, pipeline, grid, {
      step: this.uniform,
      table: this.table,
      logits: this.#logits,
      partials: this.#partials,
      blocks: this.#blocks,
      results: this.results,
      ...this.#o.model,
      ...buffers,
    });
  }

  #weight(name: string): BufferRange {
    const { offset, size } = deviceSlot(this.#o.layout, name);
    return { buffer: this.#o.model.parameters, offset: 4 * offset, size: 4 * size };
  }

  #partial(name: string): BufferRange {
    const slot = this.#partialSlots.get(name)!;
    return { buffer: this.#partials, offset: 4 * slot.offset, size: 4 * slot.size };
  }

  #forward(): Dispatch[] {
    const first = this.#layers[0]!.input;
    const wte = this.#weight(tensorName('tokens'));
    const wpe = this.#weight(tensorName('positions'));
    return [
      this.#op('embed', { wte, wpe, x: first }),
      ...this.#layers.flatMap((layer, l) =>
        this.#layerForward(layer, l, this.#layers[l + 1]?.input ?? this.#output),
      ),
      this.#op('logits', {
        a: this.#output,
        b: this.#weight(tensorName('head')),
        gain: this.#weight(tensorName('finalNorm')),
        scales: this.#finalScales,
        c: this.#logits,
      }),
    ];
  }

  #layerForward(layer: LayerBuffers, l: number, output: GPUBuffer): Dispatch[] {
    const { input, scales1, qkv, attended, logSums, middle, scales2, activated, slopes } = layer;
    const weight = (tensor: LayerTensor): BufferRange => this.#weight(layerTensorName(l, tensor));
    return [
      this.#op('qkv', {
        a: input,
        b: weight('qkv'),
        gain: weight('norm1'),
        scales: scales1,
        c: qkv,
      }),
      this.#op('attention', { qkv, attended, logSums }),
      this.#op('attentionOut', {
        a: attended,
        b: weight('attentionOut'),
        residual: input,
        c: middle,
      }),
      this.#op('up', {
        a: middle,
        b: weight('up'),
        gain: weight('norm2'),
        scales: scales2,
        slopes,
        c: activated,
      }),
      this.#op('down', { a: activated, b: weight('down'), residual: middle, c: output }),
    ];
  }

  #backward(): Dispatch[] {
    const { capacity: N, config } = this.#o;
    const { dModel: D } = config;
    const storage = (label: string, floats: number): GPUBuffer =>
      this.#buffers.storage(label, floats);
    const metricPartials = storage('metric partials', headGroups(N) * METRIC_SUMS.length);
    const squares = storage('squares', this.#o.layout.size / BLOCK);
    const work: BackwardBuffers = {
      // The gradient of the residual stream goes back and forth between two buffers.
      stream: [storage('d stream 0', N * D), storage('d stream 1', N * D)],
      dHidden: storage('d hidden', 4 * N * D),
      dAttended: storage('d attended', N * D),
      dQkv: storage('d qkv', 3 * N * D),
    };
    const dispatches = [
      this.#op('objective', { metricPartials }),
      this.#op('headBackward', {
        a: this.#logits,
        b: this.#weight(tensorName('head')),
        x: this.#output,
        gain: this.#weight(tensorName('finalNorm')),
        scales: this.#finalScales,
        gainPartials: this.#partial(tensorName('finalNorm')),
        c: work.stream[0],
      }),
      this.#op('headGradient', {
        a: this.#output,
        gain: this.#weight(tensorName('finalNorm')),
        scales: this.#finalScales,
        b: this.#logits,
        c: this.#partial(tensorName('head')),
      }),
    ];
    for (let l = this.#layers.length - 1; l >= 0; l--) {
      dispatches.push(...this.#layerBackward(this.#layers[l]!, l, work));
    }
    dispatches.push(
      this.#op('embedBackward', {
        dx: work.stream[0],
        wtePartials: this.#partial(tensorName('tokens')),
        dWpe: this.#partial(tensorName('positions')),
      }),
      this.#op('reduce', { squares }),
      this.#op('finish', { squares, metricPartials }),
    );
    return dispatches;
  }

  /** From d(output) of the layer in stream[0] to d(input) there. */
  #layerBackward(layer: LayerBuffers, l: number, work: BackwardBuffers): Dispatch[] {
    const { input, scales1, qkv, attended, logSums, middle, scales2, activated, slopes } = layer;
    const { dHidden, dAttended, dQkv } = work;
    const [dOutput, dMiddle] = work.stream;
    const weight = (tensor: LayerTensor): BufferRange => this.#weight(layerTensorName(l, tensor));
    const partial = (tensor: LayerTensor): BufferRange => this.#partial(layerTensorName(l, tensor));
    const norm1 = { gain: weight('norm1'), scales: scales1 };
    const norm2 = { gain: weight('norm2'), scales: scales2 };
    return [
      this.#op('downBackward', { a: dOutput, b: weight('down'), slopes, c: dHidden }),
      this.#op('downGradient', { a: activated, b: dOutput, c: partial('down') }),
      this.#op('upBackward', {
        ...norm2,
        a: dHidden,
        b: weight('up'),
        residual: dOutput,
        x: middle,
        gainPartials: partial('norm2'),
        c: dMiddle,
      }),
      this.#op('upGradient', { ...norm2, a: middle, b: dHidden, c: partial('up') }),
      this.#op('attentionOutBackward', { a: dMiddle, b: weight('attentionOut'), c: dAttended }),
      this.#op('attentionOutGradient', { a: attended, b: dMiddle, c: partial('attentionOut') }),
      this.#op('attentionBackward', { qkv, attended, logSums, dAttended, dQkv }),
      this.#op('qkvBackward', {
        ...norm1,
        a: dQkv,
        b: weight('qkv'),
        residual: dMiddle,
        x: input,
        gainPartials: partial('norm1'),
        c: dOutput,
      }),
      this.#op('qkvGradient', { ...norm1, a: input, b: dQkv, c: partial('qkv') }),
    ];
  }

  #update(): Dispatch {
    return this.#op('adamW', {});
  }

  /** The table by which `reduceGradient` finds the pieces of each block of parameters. */
  #blockTable(): GPUBuffer {
    const { device, layout } = this.#o;
    const table = new Uint32Array((4 * layout.size) / BLOCK);
    for (const slot of layout.slots) {
      const { offset, stride, count } = this.#partialSlots.get(slot.name)!;
      for (let done = 0; done < slot.size; done += BLOCK) {
        const vectors = Math.min(BLOCK, slot.size - done) / 4;
        table.set(
          [(offset + done) / 4, stride / 4, count, vectors + (slot.decay ? DECAY_BIT : 0)],
          (4 * (slot.offset + done)) / BLOCK,
        );
      }
    }
    const buffer = this.#buffers.storage('blocks', table.length);
    device.queue.writeBuffer(buffer, 0, table);
    return buffer;
  }
}

interface BackwardBuffers {
  readonly stream: readonly [GPUBuffer, GPUBuffer];
  readonly dHidden: GPUBuffer;
  readonly dAttended: GPUBuffer;
  readonly dQkv: GPUBuffer;
}

/** Lays the pieces of all gradients out in one buffer. */
function partialSlots({ layout, capacity, tuning }: WorkspaceOptions): {
  slots: Map<string, PartialSlot>;
  size: number;
} {
  const slots = new Map<string, PartialSlot>();
  let offset = 0;
  for (const slot of layout.slots) {
    const { stride, count, pieces } = pieceCount(slot, capacity, tuning);
    const size = stride * pieces;
    slots.set(slot.name, { offset, stride, count, size });
    offset += roundUp(size, BLOCK);
  }
  return { slots, size: offset };
}

function pieceCount(
  { name, rows, stride, size }: DeviceSlot,
  capacity: number,
  tuning: Tuning,
): { stride: number; count: number; pieces: number } {
  const padded = roundUp(size, BLOCK);
  if (name === tensorName('tokens')) {
    return { stride: padded, count: EMBEDDING_SLICES, pieces: EMBEDDING_SLICES };
  }
  if (name === tensorName('positions')) return { stride: padded, count: 1, pieces: 1 };
  if (rows === 1) {
    const pieces = Math.ceil(capacity / NORM_BACKWARD_ROWS);
    return { stride: size, count: 0, pieces };
  }
  const pieces = gradientSplits(rows, stride, tuning);
  return { stride: padded, count: pieces, pieces };
}
