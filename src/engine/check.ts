/** Checks that every engine makes before it touches a device. */
import type { ModelConfig } from '../model/config';
import { EngineError, type OptimizerState, type SampleRequest } from './engine';
import type { SequenceBatch, TokenBatch } from './token-table';

function checkIds(ids: Int32Array, config: ModelConfig, what: string): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (id < 0 || id >= config.vocabSize) {
      throw new EngineError(
        `${what} ${i} is id ${id}; the vocabulary has ids 0 to ${config.vocabSize - 1}. Encode the text with the model's own tokenizer.`,
      );
    }
  }
}

function checkLength(values: { length: number }, expected: number, what: string): void {
  if (values.length !== expected) {
    throw new EngineError(`${what} has ${values.length} entries; ${expected} were expected.`);
  }
}

/** Throws {@link EngineError} unless the batch fits the model. */
export function checkSequences(batch: SequenceBatch, config: ModelConfig): void {
  if (!Number.isInteger(batch.rows) || batch.rows < 1) {
    throw new EngineError(`The batch has ${batch.rows} rows; it needs at least 1.`);
  }
  if (batch.length < 1 || batch.length > config.contextLength) {
    throw new EngineError(
      `The batch is ${batch.length} tokens long; the model's context allows 1 to ${config.contextLength}.`,
    );
  }
  const count = batch.rows * batch.length;
  checkLength(batch.tokens, count, 'tokens');
  checkLength(batch.targets, count, 'targets');
  checkIds(batch.tokens, config, 'Input token');
  checkIds(batch.targets, config, 'Target token');
}

/** Throws {@link EngineError} unless batch and token table fit the model. */
export function checkBatch(batch: TokenBatch, config: ModelConfig): void {
  checkSequences(batch, config);
  const count = batch.rows * batch.length;
  for (const column of [
    'kinds',
    'weights',
    'advantages',
    'oldLogProbs',
    'referenceLogProbs',
  ] as const) {
    checkLength(batch[column], count, `Token table column ${column}`);
  }
  if (!(batch.objective.shapingGamma > 0)) {
    throw new EngineError(
      `The shaping constant γ is ${batch.objective.shapingGamma}; it must be above 0 (LUFFY uses 0.1).`,
    );
  }
}

/** Throws {@link EngineError} unless the request fits the model. */
export function checkSampleRequest(request: SampleRequest, config: ModelConfig): void {
  const { rows, promptLength, maxNewTokens, temperature } = request;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new EngineError(`The request has ${rows} prompts; it needs at least 1.`);
  }
  if (promptLength < 1 || maxNewTokens < 1 || promptLength + maxNewTokens > config.contextLength) {
    throw new EngineError(
      `${promptLength} prompt tokens and ${maxNewTokens} new ones were asked for; both must be at least 1 and together at most the context of ${config.contextLength}.`,
    );
  }
  if (!(temperature >= 0) || !Number.isFinite(temperature)) {
    throw new EngineError(`The temperature is ${temperature}; it must be 0 (greedy) or above.`);
  }
  checkLength(request.prompts, rows * promptLength, 'prompts');
  checkIds(request.prompts, config, 'Prompt token');
  checkIds(Int32Array.of(request.stopToken, request.padToken), config, 'Stop and pad token');
  if (!request.promptLengths) return;
  checkLength(request.promptLengths, rows, 'promptLengths');
  for (const length of request.promptLengths) {
    if (length < 1 || length > promptLength) {
      throw new EngineError(`A prompt is ${length} tokens long; 1 to ${promptLength} are allowed.`);
    }
  }
}

/** Throws {@link EngineError} unless there is one finite number for each parameter. */
export function checkParameters(parameters: Float32Array, size: number, what = 'parameters'): void {
  checkLength(parameters, size, what);
  const bad = parameters.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new EngineError(`${what} holds ${parameters[bad]} at index ${bad}.`);
}

/** Throws {@link EngineError} unless the optimizer's state fits the model. */
export function checkOptimizer(state: OptimizerState, size: number): void {
  checkParameters(state.firstMoment, size, 'firstMoment');
  checkParameters(state.secondMoment, size, 'secondMoment');
  if (!Number.isInteger(state.step) || state.step < 0) {
    throw new EngineError(`The optimizer's step is ${state.step}; it must be 0 or above.`);
  }
}
