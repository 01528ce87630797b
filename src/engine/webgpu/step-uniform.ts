/** The numbers of one step that every kernel of the training plan may read: one small uniform. */
import { power } from '../../elementary';
import type { OptimizerSettings } from '../engine';
import type { ObjectiveSettings } from '../token-table';
import { uniform } from './kernel';

/**
 * Binds the uniform as `step`. Batch shapes live here and not in the code, so that a batch of another
 * size, such as the kept groups of a rollout, needs no new pipeline.
 */
export const STEP = uniform('step', {
  name: 'Step',
  members: `rows: u32, length: u32, tokens: u32, gradientScale: f32,
  clipLow: f32, clipHigh: f32, shapingGamma: f32, entropyCoefficient: f32,
  klCoefficient: f32, rate: f32, beta1: f32, beta2: f32,
  epsilon: f32, decay: f32, correction: f32, maxGradNorm: f32,
  inverseTemperature: f32,`,
});

/** 17 numbers, rounded up to what every adapter binds. */
export const STEP_BYTES = 80;

/** A batch's rows, tokens per row, and their product. */
export interface Shape {
  readonly rows: number;
  readonly length: number;
  readonly tokens: number;
}

export function shapeOf({ rows, length }: { rows: number; length: number }): Shape {
  return { rows, length, tokens: rows * length };
}

/** Writable view of the uniform. */
export class StepUniform {
  readonly bytes = new ArrayBuffer(STEP_BYTES);
  readonly #integers = new Uint32Array(this.bytes);
  readonly #floats = new Float32Array(this.bytes);

  constructor() {
    this.setGradientScale(1);
    this.setTemperature(1);
  }

  setShape({ rows, length, tokens }: Shape): void {
    this.#integers.set([rows, length, tokens]);
  }

  /** @param scale power of two that brings gradients into the range of 16-bit floats */
  setGradientScale(scale: number): void {
    this.#floats[3] = scale;
  }

  /** @param temperature of the policy: see `SequenceBatch` */
  setTemperature(temperature = 1): void {
    this.#floats[16] = 1 / temperature;
  }

  setObjective(o: ObjectiveSettings): void {
    this.#floats.set(
      [o.clipLow, o.clipHigh, o.shapingGamma, o.entropyCoefficient, o.klCoefficient],
      4,
    );
  }

  /** @param step number of this update, from 1 */
  setOptimizer(settings: OptimizerSettings, step: number): void {
    const { learningRate, beta1, beta2, epsilon, weightDecay, maxGradNorm } = settings;
    this.#floats.set(
      [
        learningRate / (1 - power(beta1, step)),
        beta1,
        beta2,
        epsilon,
        learningRate * weightDecay,
        1 / (1 - power(beta2, step)),
        // WGSL may assume that no infinity exists.
        Math.min(maxGradNorm, 3e38),
      ],
      9,
    );
  }
}
