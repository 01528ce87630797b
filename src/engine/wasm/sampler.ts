/**
 * Sampling with a cache of keys and values: one token per row and step, of prompts first, in which what
 * several rows begin with is read once. Rows that have ended leave the batch, so a long row does not make
 * short ones wait.
 */
import type { SampleRequest, SampleResult } from '../engine';
import { emptyResult, streamsOf } from '../sampling';
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

  /**
   * Reads the prompts position by position, what several of them begin with once; fills the cache, and
   * leaves each row's last output in `x`.
   */
  #readPrompts(lengths: Int32Array): void {
    const { arena, kernels: k, config } = this.#network;
    const { rows, prompts, promptLength } = this.#request;
    const { dModel: D } = config;
    const { x, attended, ids } = this.#buffers;
    const all = Array.from(lengths.keys());
    const last = arena.matrix(rows, D);
    /** The first row that begins as each row does: its cache has what they share. */
    const readerOf = new Int32Array(rows);
    const tokenOf = (t: number) => (row: number) => prompts[row * promptLength + t]!;
    for (let t = 0; t < promptLength; t++) {
      const within = all.filter((row) => t < lengths[row]!);
      const readers = this.#findReaders(within, readerOf, { t, tokenOf: tokenOf(t) });
      this.#fillStep(readers, tokenOf(t), () => t);
      this.#runStep(readers.length);
      const placeOf = new Map(readers.map((row, place) => [row, place]));
      const ending = within.filter((row) => t === lengths[row]! - 1);
      this.#fill(ids, ending, (row) => placeOf.get(readerOf[row]!)!);
      k.gatherRows(x, ids, attended, ending.length, D);
      this.#fill(ids, ending, (row) => row);
      k.scatterRows(attended, ids, last, ending.length, D);
    }
    for (const row of all) this.#copyCache(readerOf[row]!, row, lengths[row]!);
    arena.floats(x, rows * D).set(arena.floats(last, rows * D));
  }

  /**
   * The rows that read position `t`: the first of those that begin alike up to there. One that no longer
   * begins as another does takes over what that one has read.
   */
  #findReaders(
    rows: readonly number[],
    readerOf: Int32Array,
    { t, tokenOf }: { t: number; tokenOf: (row: number) => number },
  ): number[] {
    const known = new Map<number, number>();
    const readers: number[] = [];
    for (const row of rows) {
      const before = readerOf[row]!;
      const beginning = before * this.#network.config.vocabSize + tokenOf(row);
      const reader = known.get(beginning) ?? row;
      if (reader === row) {
        known.set(beginning, row);
        readers.push(row);
        this.#copyCache(before, row, t);
      }
      readerOf[row] = reader;
    }
    return readers;
  }

  /** Gives row `to` what the cache holds of the first positions of row `from`. */
  #copyCache(from: number, to: number, positions: number): void {
    if (from === to || positions === 0) return;
    const { arena, config } = this.#network;
    const { rows } = this.#request;
    const { dModel: D } = config;
    const copy = (cache: Address, room: number, held: number): void => {
      const start = from * room * D;
      const all = arena.floats(cache, rows * room * D);
      all.copyWithin(to * room * D, start, start + held * D);
    };
    for (const { keys, values } of this.#caches) {
      // Keys lie in groups of four positions.
      copy(keys, this.#paddedContext, Math.ceil(positions / 4) * 4);
      copy(values, this.#context, positions);
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

  /** Writes a number for each of some rows. */
  #fill(address: Address, rows: ArrayLike<number>, value: (row: number) => number): void {
    const all = this.#network.arena.integers(address, rows.length);
    for (let i = 0; i < rows.length; i++) all[i] = value(rows[i]!);
  }

  /** Lays out a token of each of some rows for {@link #runStep}. */
  #fillStep(
    rows: ArrayLike<number>,
    token: (row: number) => number,
    place: (row: number) => number,
  ): void {
    const { ids, rows: cacheRows, places } = this.#buffers;
    this.#fill(ids, rows, token);
    this.#fill(cacheRows, rows, (row) => row);
    this.#fill(places, rows, place);
  }

  /** Runs the tokens just drawn through all layers and leaves the outputs in `x`. */
  #decode(active: Int32Array, lengths: Int32Array, step: number, { tokens }: SampleResult): void {
    const { maxNewTokens } = this.#request;
    this.#fillStep(
      active,
      (row) => tokens[row * maxNewTokens + step]!,
      (row) => lengths[row]! + step,
    );
    this.#runStep(active.length);
  }

  /** Runs n tokens through all layers, behind what the cache holds of their rows. */
  #runStep(n: number): void {
    const { kernels: k, config, parameters: p, offsets } = this.#network;
    const { dModel: D, heads: H } = config;
    const b = this.#buffers;
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
