/**
 * An engine with helpers in other threads, which share out the rows of rollouts and of scores, and the parts
 * of training steps. What a row draws and how it is scored does not depend on the rows beside it, and the
 * parts of a step depend on its batch alone (`parts.ts`), so the numbers are the same to the bit for any
 * number of helpers, and where one is lost on the way.
 *
 * Each helper has a model of its own, and parameters travel to it when they have changed: unlike shared
 * memory, this works in every browser and on every host.
 */
import type { ModelConfig } from '../model/config';
import type {
  Engine,
  EngineInfo,
  OptimizerSettings,
  OptimizerState,
  SampleRequest,
  SampleResult,
  StepMetrics,
  TokenScores,
} from './engine';
import { checkBatch, checkSampleRequest, checkSequences } from './check';
import { partsOf, sequencesOf, type DivisibleEngine, type PartGradient } from './parts';
import { copyRows, placeRows } from './rows';
import { distinctPrompts, emptyResult, streamsOf } from './sampling';
import type { SequenceBatch, TokenBatch } from './token-table';

/** An engine elsewhere. Parameters come with the first call after they have changed; null otherwise. */
export interface EngineHelper {
  sample(request: SampleRequest, parameters: Float32Array | null): Promise<SampleResult>;
  score(batch: SequenceBatch, parameters: Float32Array | null): Promise<TokenScores>;
  gradients(parts: readonly TokenBatch[], parameters: Float32Array | null): Promise<PartGradient[]>;
}

/** A helper with an engine of its own. */
export function helperWith(engine: DivisibleEngine): EngineHelper {
  const take = async (parameters: Float32Array | null): Promise<void> => {
    if (parameters) await engine.loadParameters(parameters);
  };
  return {
    async sample(request, parameters) {
      await take(parameters);
      return engine.sample(request);
    },
    async score(batch, parameters) {
      await take(parameters);
      return engine.score(batch);
    },
    async gradients(parts, parameters) {
      await take(parameters);
      return gradientsOf(engine, parts);
    },
  };
}

async function gradientsOf(
  engine: DivisibleEngine,
  parts: readonly TokenBatch[],
): Promise<PartGradient[]> {
  const gradients: PartGradient[] = [];
  for (const part of parts) gradients.push(await engine.partGradient(part));
  return gradients;
}

/** Fewer rows for each than this are not worth their way. */
const LEAST_ROWS = 4;

export class TeamEngine implements Engine {
  readonly info: EngineInfo;
  readonly config: ModelConfig;
  readonly #own: DivisibleEngine;
  #helpers: readonly EngineHelper[];
  readonly #end: () => void;
  /** Whether the helpers have the parameters of now. */
  #isTold = false;

  /** @param end ends the helpers' threads */
  constructor(own: DivisibleEngine, helpers: readonly EngineHelper[], end: () => void) {
    this.#own = own;
    this.#helpers = helpers;
    this.#end = end;
    this.config = own.config;
    const threads = `${helpers.length + 1} threads`;
    this.info = { ...own.info, description: own.info.description.replace('1 thread', threads) };
  }

  async loadParameters(parameters: Float32Array): Promise<void> {
    this.#isTold = false;
    await this.#own.loadParameters(parameters);
  }

  readParameters(): Promise<Float32Array> {
    return this.#own.readParameters();
  }

  loadOptimizer(state: OptimizerState): Promise<void> {
    return this.#own.loadOptimizer(state);
  }

  readOptimizer(): Promise<OptimizerState> {
    return this.#own.readOptimizer();
  }

  async step(batch: TokenBatch, settings: OptimizerSettings): Promise<StepMetrics> {
    checkBatch(batch, this.config);
    const parts = partsOf(batch);
    const most = Math.min(this.#helpers.length + 1, parts.length);
    if (most < 2) {
      this.#isTold = false;
      return this.#own.step(batch, settings);
    }
    const shares = Array.from({ length: most }, (_, i) => parts.filter((_, p) => p % most === i));
    const computed = await this.#together(
      shares,
      (share) => gradientsOf(this.#own, share),
      (helper, share, parameters) => helper.gradients(share, parameters),
    );
    const inOrder = parts.map((_, p) => computed[p % most]![Math.floor(p / most)]!);
    this.#isTold = false;
    return this.#own.stepFrom(inOrder, settings);
  }

  gradient(batch: TokenBatch): Promise<{ gradient: Float32Array; metrics: StepMetrics }> {
    return this.#own.gradient(batch);
  }

  async sample(request: SampleRequest): Promise<SampleResult> {
    checkSampleRequest(request, this.config);
    const shares = this.#shares(request.rows, () => distinctPrompts(request).promptOf);
    if (shares.length < 2) return this.#own.sample(request);
    const parts = shares.map((rows) => partOfRequest(request, rows));
    const results = await this.#together(
      parts,
      (part) => this.#own.sample(part),
      (helper, part, parameters) => helper.sample(part, parameters),
    );
    const whole = emptyResult(request);
    results.forEach(({ tokens, logProbs, lengths }, i) => {
      placeRows(whole.tokens, tokens, shares[i]!);
      placeRows(whole.logProbs, logProbs, shares[i]!);
      placeRows(whole.lengths, lengths, shares[i]!);
    });
    return whole;
  }

  async score(batch: SequenceBatch): Promise<TokenScores> {
    checkSequences(batch, this.config);
    const shares = this.#shares(batch.rows);
    if (shares.length < 2) return this.#own.score(batch);
    const results = await this.#together(
      shares.map((rows) => sequencesOf(batch, rows)),
      (part) => this.#own.score(part),
      (helper, part, parameters) => helper.score(part, parameters),
    );
    const cells = batch.rows * batch.length;
    const whole = { logProbs: new Float32Array(cells), entropies: new Float32Array(cells) };
    results.forEach(({ logProbs, entropies }, i) => {
      placeRows(whole.logProbs, logProbs, shares[i]!);
      placeRows(whole.entropies, entropies, shares[i]!);
    });
    return whole;
  }

  dispose(): void {
    this.#helpers = [];
    this.#end();
    this.#own.dispose();
  }

  /**
   * Rows for this engine, then for each helper: turn by turn, since neighbours are often alike, and those
   * of one prompt together, so that it is read once.
   */
  #shares(rows: number, promptOf: () => Int32Array = () => new Int32Array()): number[][] {
    const most = Math.min(this.#helpers.length + 1, Math.floor(rows / LEAST_ROWS));
    if (most < 2) return [];
    const prompts = promptOf();
    const isOfPrompts = prompts.some((prompt) => prompt >= most - 1);
    const shares: number[][] = Array.from({ length: most }, () => []);
    for (let row = 0; row < rows; row++) {
      shares[(isOfPrompts ? prompts[row]! : row) % most]!.push(row);
    }
    return shares;
  }

  /** The first part is this engine's own; a part whose helper is lost comes back to it. */
  async #together<Part, Result>(
    [mine, ...theirs]: readonly Part[],
    own: (part: Part) => Promise<Result>,
    ask: (helper: EngineHelper, part: Part, parameters: Float32Array | null) => Promise<Result>,
  ): Promise<Result[]> {
    const parameters = this.#isTold ? null : await this.#own.readParameters();
    // All of them: one that has no part this time has the parameters for the next.
    this.#isTold = theirs.length === this.#helpers.length;
    const helpers = this.#helpers;
    const asked = theirs.map((part, i) =>
      ask(helpers[i]!, part, parameters).catch(() => {
        this.#helpers = this.#helpers.filter((helper) => helper !== helpers[i]);
        return own(part);
      }),
    );
    // After they have been asked: it computes without a break.
    return Promise.all([own(mine!), ...asked]);
  }
}

function partOfRequest(request: SampleRequest, rows: readonly number[]): SampleRequest {
  const { prompts, promptLength, promptLengths } = request;
  return {
    ...request,
    rows: rows.length,
    prompts: copyRows(new Int32Array(rows.length * promptLength), prompts, rows),
    ...(promptLengths && {
      promptLengths: copyRows(new Int32Array(rows.length), promptLengths, rows),
    }),
    streams: copyRows(new Uint32Array(rows.length), streamsOf(request), rows),
  };
}
