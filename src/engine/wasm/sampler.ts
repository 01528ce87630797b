/**
 * Sampling with a cache of keys and values: the prompts in one pass, each once however many rows have
 * it, then one token per row and step. Rows that have ended leave the batch, so a long row does not make
 * short ones wait.
 */
import type { SampleRequest, SampleResult } from '../engine';
import { distinctPrompts, emptyResult, streamsOf } from '../sampling';
import type { Address } from './kernels';
import type { Network, Panels } from './network';

/** Keys and values of one layer for every row of the request. */
interface LayerCache {
  readonly keys: Address;
  readonly values: Address;
}

/** Buffers of one decoding step, for as many rows as the request has. */
interface StepBuffers {
  readonly ids: Address;
  readonly rows: Address;
  readonly places: Address;
  readonly streams: Address;
  readonly drawn: Address;
  readonly x: Address;
  readonly middle: Address;
  readonly normed: Address;
  readonly scales: Address;
  readonly qkv: Address;
  readonly attended: Address;
  readonly scores: Address;
  readonly hidden: Address;
  readonly activated: Address;
  readonly logits: Address;
}

export class Sampler {
  readonly #network: Network;
  readonly #request: SampleRequest;
  readonly #caches: readonly LayerCache[];
  readonly #buffers: StepBuffers;
  readonly #panels: Panels;
  readonly #streams: Uint32Array;
  readonly #context: number;
  /** Of the transposed keys. */
  readonly #paddedContext: number;

  constructor(network: Network, request: SampleRequest) {
    const { arena, stride } = network;
    const { dModel: D, layers } = network.config;
    const { rows, promptLength, maxNewTokens } = request;
    this.#network = network;
    this.#request = request;
    this.#streams = streamsOf(request);
    this.#context = promptLength + maxNewTokens;
    const paddedContext = Math.ceil(this.#context / 4) * 4;
    this.#paddedContext = paddedContext;
    this.#caches = Array.from({ length: layers }, () => ({
      keys: arena.allocate(rows * D * paddedContext),
      values: arena.allocate(rows * D * this.#context),
    }));
    this.#buffers = {
      ids: arena.allocate(rows),
      rows: arena.allocate(rows),
      places: arena.allocate(rows),
      streams: arena.allocate(rows),
      drawn: arena.allocate(rows),
      x: arena.matrix(rows, D),
      middle: arena.matrix(rows, D),
      normed: arena.matrix(rows, D),
      scales: arena.allocate(rows),
      qkv: arena.matrix(rows, 3 * D),
      attended: arena.matrix(rows, D),
      scores: arena.allocate(network.config.heads * paddedContext),
      hidden: arena.matrix(rows, 4 * D),
      activated: arena.matrix(rows, 4 * D),
      logits: arena.matrix(rows, stride),
    };
    this.#panels = network.packWeights();
  }

  run(): SampleResult {
    const { rows, promptLength, maxNewTokens, stopToken } = this.#request;
    const lengths = this.#request.promptLengths ?? new Int32Array(rows).fill(promptLength);
    const result = emptyResult(this.#request);
    this.#readPrompts(lengths);
    let active = Int32Array.from({ length: rows }, (_, row) => row);
    for (let step = 0; ; step++) {
      this.#draw(active, lengths, step, result);
      active = active.filter((row) => result.tokens[row * maxNewTokens + step] !== stopToken);
      if (step + 1 === maxNewTokens || active.length === 0) return result;
      this.#decode(active, lengths, step, result);
    }
  }

  /** Runs the prompts, fills the cache, and leaves each row's last output in `x`. */
  #readPrompts(lengths: Int32Array): void {
    const { arena, kernels: k, config } = this.#network;
    const { rows, promptLength, prompts } = this.#request;
    const { dModel: D } = config;
    const { firstRows, promptOf } = distinctPrompts(this.#request);
    const N = firstRows.length * promptLength;
    const read = new Int32Array(N);
    firstRows.forEach((row, i) => {
      const start = row * promptLength;
      read.set(prompts.subarray(start, start + promptLength), i * promptLength);
    });
    const laidOut = this.#network.layOut(read, firstRows.length, promptLength);
    const cacheRows = arena.store(
      Int32Array.from({ length: N }, (_, i) => firstRows[Math.floor(i / promptLength)]!),
    );
    // Padding of shorter prompts is cached too, and overwritten before any query reaches it.
    const { output } = this.#network.forward(laidOut, this.#panels, {
      keep: false,
      afterQkv: (layer, qkv) => {
        const { keys, values } = this.#caches[layer]!;
        k.cacheKeysValues(qkv, keys, values, cacheRows, laidOut.places, N, this.#context, D);
      },
    });
    const last = Int32Array.from(lengths, (n, row) => promptOf[row]! * promptLength + n - 1);
    k.gatherRows(output, arena.store(last), this.#buffers.x, rows, D);
    promptOf.forEach((prompt, row) => this.#copyPrompt(firstRows[prompt]!, row));
  }

  /** Gives row `to` what the cache holds of the prompt in row `from`. */
  #copyPrompt(from: number, to: number): void {
    if (from === to) return;
    const { arena, config } = this.#network;
    const { rows, promptLength } = this.#request;
    const { dModel: D } = config;
    const copy = (cache: Address, positions: number, held: number): void => {
      const start = from * positions * D;
      const all = arena.floats(cache, rows * positions * D);
      all.copyWithin(to * positions * D, start, start + held * D);
    };
    for (const { keys, values } of this.#caches) {
      // Keys lie in groups of four positions.
      copy(keys, this.#paddedContext, Math.ceil(promptLength / 4) * 4);
      copy(values, this.#context, promptLength);
    }
  }

  /** Draws the next token of every active row from its output in `x`. */
  #draw(active: Int32Array, lengths: Int32Array, step: number, result: SampleResult): void {
    const { arena, kernels: k, config, parameters, offsets, stride } = this.#network;
    const { maxNewTokens, temperature } = this.#request;
    const { x, normed, scales, logits, streams, places, ids, drawn } = this.#buffers;
    const { dModel: D, vocabSize: V } = config;
    const n = active.length;
    k.rmsNorm(x, parameters + offsets.finalNorm, normed, scales, n, D);
    k.matmul(normed, this.#panels.head, logits, n, stride, D);
    this.#fill(streams, active, (row) => this.#streams[row]!);
    this.#fill(places, active, (row) => lengths[row]! + step);
    k.drawTokens(logits, streams, places, ids, drawn, n, V, stride, temperature);
    const tokens = arena.integers(ids, n);
    const logProbs = arena.floats(drawn, n);
    for (let i = 0; i < n; i++) {
      const row = active[i]!;
      result.tokens[row * maxNewTokens + step] = tokens[i]!;
      result.logProbs[row * maxNewTokens + step] = logProbs[i]!;
      result.lengths[row]! += 1;
    }
  }

  /** Writes a number for each active row. */
  #fill(address: Address, active: Int32Array, value: (row: number) => number): void {
    const all = this.#network.arena.integers(address, active.length);
    for (let i = 0; i < active.length; i++) all[i] = value(active[i]!);
  }

  /** Runs the tokens just drawn through all layers and leaves the outputs in `x`. */
  #decode(active: Int32Array, lengths: Int32Array, step: number, { tokens }: SampleResult): void {
    const { kernels: k, config, parameters: p, offsets } = this.#network;
    const { dModel: D, heads: H } = config;
    const { maxNewTokens } = this.#request;
    const b = this.#buffers;
    const n = active.length;
    this.#fill(b.ids, active, (row) => tokens[row * maxNewTokens + step]!);
    this.#fill(b.rows, active, (row) => row);
    this.#fill(b.places, active, (row) => lengths[row]! + step);
    k.embed(p + offsets.tokens, p + offsets.positions, b.ids, b.places, b.x, n, D);
    offsets.layers.forEach((w, layer) => {
      const { keys, values } = this.#caches[layer]!;
      const weights = this.#panels.layers[layer]!;
      k.rmsNorm(b.x, p + w.norm1, b.normed, b.scales, n, D);
      k.matmul(b.normed, weights.qkv, b.qkv, n, 3 * D, D);
      k.cacheKeysValues(b.qkv, keys, values, b.rows, b.places, n, this.#context, D);
      const { attended, scores } = b;
      k.attentionDecode(
        b.qkv,
        keys,
        values,
        b.rows,
        b.places,
        attended,
        scores,
        n,
        this.#context,
        H,
        D,
      );
      k.matmul(attended, weights.attentionOut, b.middle, n, D, D);
      k.add(b.middle, b.x, n * D);
      k.rmsNorm(b.middle, p + w.norm2, b.normed, b.scales, n, D);
      k.matmul(b.normed, weights.up, b.hidden, n, 4 * D, D);
      k.gelu(b.hidden, b.activated, n * 4 * D);
      k.matmul(b.activated, weights.down, b.x, n, D, 4 * D);
      k.add(b.x, b.middle, n * D);
    });
  }
}
