/** Experiences of three-token completions, small enough to be worked by hand. */
import { evaluateObjective, activeTokens } from '../../../src/engine/objective';
import type { TokenBatch } from '../../../src/engine/token-table';
import type { Experience } from '../../../src/training/methods';
import { presetNamed } from '../../../src/training/configuration/presets';
import type { RlSettings } from '../../../src/training/configuration/run-config';

/** The micro preset's RL settings with changes. */
export function settings(changes: Partial<RlSettings>): RlSettings {
  return { ...presetNamed('micro').config.rl, ...changes };
}

export interface ExampleRow {
  readonly expert: number;
  readonly reward: number;
  readonly advantage: number;
  /** Probability of each of the three tokens under the policy before the step. */
  readonly old: readonly [number, number, number];
  readonly entropies?: readonly [number, number, number];
}

/** One prompt token and three completion tokens per row. */
export function experienceOf(rows: readonly ExampleRow[]): Experience {
  const flat = (pick: (row: ExampleRow) => readonly number[]): Float32Array =>
    Float32Array.from(rows.flatMap((row) => [...pick(row)]));
  return {
    sequences: {
      promptLength: 1,
      completionLength: 3,
      prompts: new Int32Array(rows.length).fill(1),
      completions: Int32Array.from(rows.flatMap(() => [2, 3, 4])),
      completionLengths: new Int32Array(rows.length).fill(3),
    },
    expertLengths: Int32Array.from(rows, (row) => row.expert),
    rewards: Float32Array.from(rows, (row) => row.reward),
    advantages: Float32Array.from(rows, (row) => row.advantage),
    oldLogProbs: flat((row) => row.old).map(Math.log),
    entropies: flat((row) => row.entropies ?? [0, 0, 0]),
    referenceLogProbs: null,
  };
}

/**
 * d(loss)/d(log π) of every token of the table's rows, 0 where a token does not count.
 * @param now probability of each row's three tokens under the policy being updated
 */
export function coefficients(batch: TokenBatch, now: readonly (readonly number[])[]): number[][] {
  const active = activeTokens(batch);
  const at = (cell: number): number => now[Math.floor(cell / batch.length)]![cell % batch.length]!;
  const logProbs = Float32Array.from(active, (cell) => Math.log(at(cell)));
  const entropies = new Float32Array(active.length);
  const { slopes } = evaluateObjective(batch, active, logProbs, entropies);
  const rows = Array.from({ length: batch.rows }, () => [0, 0, 0]);
  active.forEach((cell, n) => {
    rows[Math.floor(cell / batch.length)]![cell % batch.length] = slopes[n]!;
  });
  return rows;
}

/** A column of the table, row by row. */
export function columnRows({ rows, length }: TokenBatch, column: Float32Array): number[][] {
  return Array.from({ length: rows }, (_, row) => [
    ...column.subarray(row * length, (row + 1) * length),
  ]);
}
