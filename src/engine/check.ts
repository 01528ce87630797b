/** Checks that every engine makes before it touches a device. */
import { LabError } from '../errors';
import type { ModelConfig } from '../model/config';
import { type OptimizerState, type SampleRequest } from './engine';
import type { SequenceBatch, TokenBatch } from './token-table';

function checkIds(ids: Int32Array, config: ModelConfig, what: string): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (id < 0 || id >= config.vocabSize) {
      throw new LabError('engine/token-id', { what, index: i, id, largest: config.vocabSize - 1 });
    }
  }
}

function checkLength(values: { length: number }, expected: number, what: string): void {
  if (values.length !== expected) {
    throw new LabError('engine/length', { what, has: values.length, expected });
  }
}

/** Throws an error of `engine` unless the batch fits the model. */
export function checkSequences(batch: SequenceBatch, config: ModelConfig): void {
  if (!Number.isInteger(batch.rows) || batch.rows < 1) {
    throw new LabError('engine/batch-rows', { rows: batch.rows });
  }
  if (batch.length < 1 || batch.length > config.contextLength) {
    throw new LabError('engine/batch-length', {
      length: batch.length,
      context: config.contextLength,
    });
  }
  const { temperature = 1 } = batch;
  if (!(temperature > 0) || !Number.isFinite(temperature)) {
    throw new LabError('engine/policy-temperature', { temperature });
  }
  const count = batch.rows * batch.length;
  checkLength(batch.tokens, count, 'tokens');
  checkLength(batch.targets, count, 'targets');
  checkIds(batch.tokens, config, 'Input token');
  checkIds(batch.targets, config, 'Target token');
  if (batch.lengths) checkLength(batch.lengths, batch.rows, 'lengths');
}

/** Throws an error of `engine` unless batch and token table fit the model. */
export function checkBatch(batch: TokenBatch, config: ModelConfig): void {
  checkSequences(batch, config);
  const count = batch.rows * batch.length;
  for (const column of [
    'kinds',
    'weights',
    'entropyWeights',
    'klWeights',
    'advantages',
    'oldLogProbs',
    'referenceLogProbs',
  ] as const) {
    checkLength(batch[column], count, `Token table column ${column}`);
  }
  if (!(batch.objective.shapingGamma > 0)) {
    throw new LabError('engine/shaping', { gamma: batch.objective.shapingGamma });
  }
}

/** Throws an error of `engine` unless the request fits the model. */
export function checkSampleRequest(request: SampleRequest, config: ModelConfig): void {
  const { rows, promptLength, maxNewTokens, temperature } = request;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new LabError('engine/no-prompts', { rows });
  }
  if (promptLength < 1 || maxNewTokens < 1 || promptLength + maxNewTokens > config.contextLength) {
    throw new LabError('engine/sample-length', {
      promptLength,
      maxNewTokens,
      context: config.contextLength,
    });
  }
  if (!(temperature >= 0) || !Number.isFinite(temperature)) {
    throw new LabError('engine/temperature', { temperature });
  }
  checkLength(request.prompts, rows * promptLength, 'prompts');
  checkIds(request.prompts, config, 'Prompt token');
  checkIds(Int32Array.of(request.stopToken, request.padToken), config, 'Stop and pad token');
  if (!request.promptLengths) return;
  checkLength(request.promptLengths, rows, 'promptLengths');
  for (const length of request.promptLengths) {
    if (length < 1 || length > promptLength) {
      throw new LabError('engine/prompt-length', { length, most: promptLength });
    }
  }
}

/** Throws an error of `engine` unless there is one finite number for each parameter. */
export function checkParameters(parameters: Float32Array, size: number, what = 'parameters'): void {
  checkLength(parameters, size, what);
  const bad = parameters.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new LabError('engine/not-finite', { what, value: parameters[bad]!, index: bad });
}

/** Throws an error of `engine` unless the optimizer's state fits the model. */
export function checkOptimizer(state: OptimizerState, size: number): void {
  checkParameters(state.firstMoment, size, 'firstMoment');
  checkParameters(state.secondMoment, size, 'secondMoment');
  if (!Number.isInteger(state.step) || state.step < 0) {
    throw new LabError('engine/optimizer-step', { step: state.step });
  }
}
