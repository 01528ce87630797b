/** What a thread that helps an engine does: it owns an engine of the same model. */
import { LabError } from '../../errors';
import type { SampleRequest, SampleResult, TokenScores } from '../../engine/engine';
import type { DivisibleEngine, PartGradient } from '../../engine/parts';
import { helperWith, type EngineHelper } from '../../engine/team';
import type { SequenceBatch, TokenBatch } from '../../engine/token-table';
import type { ModelConfig } from '../../model/config';

export interface HelperApi extends EngineHelper {
  /** Makes the engine; before anything else. */
  open(config: ModelConfig): Promise<void>;
}

export class HelperHost implements HelperApi {
  readonly #createEngine: (config: ModelConfig) => Promise<DivisibleEngine>;
  #helper: EngineHelper | null = null;

  constructor(createEngine: (config: ModelConfig) => Promise<DivisibleEngine>) {
    this.#createEngine = createEngine;
  }

  async open(config: ModelConfig): Promise<void> {
    this.#helper = helperWith(await this.#createEngine(config));
  }

  async sample(request: SampleRequest, parameters: Float32Array | null): Promise<SampleResult> {
    return this.#opened.sample(request, parameters);
  }

  async score(batch: SequenceBatch, parameters: Float32Array | null): Promise<TokenScores> {
    return this.#opened.score(batch, parameters);
  }

  async gradients(
    parts: readonly TokenBatch[],
    parameters: Float32Array | null,
  ): Promise<PartGradient[]> {
    return this.#opened.gradients(parts, parameters);
  }

  get #opened(): EngineHelper {
    if (this.#helper) return this.#helper;
    throw new LabError('fault/helper-idle');
  }
}
