/**
 * Learning rates of paradigms, swept on equal terms: each paradigm is run with every factor on its rates,
 * the factor with the best mean score is chosen, and the verdict is measured on seeds that the choice
 * never saw. A score that was the best of several would otherwise be luck in part.
 */
import { LabError } from '../errors';
import { mean } from '../theory';
import type { RunConfig } from '../training/configuration/run-config';

/** The factors, and the seeds on which one of them is chosen. */
export interface RateSweep {
  readonly factors: readonly number[];
  readonly seeds: readonly number[];
}

/** Throws an error of `study` where the choice would be none, or be made on the verdict's seeds. */
export function checkSweep({ factors, seeds }: RateSweep, verdictSeeds: readonly number[]): void {
  if (new Set(factors).size < 2 || new Set(factors).size < factors.length) {
    throw new LabError('study/sweep-factors', { factors: factors.join(',') });
  }
  const shared = seeds.find((seed) => verdictSeeds.includes(seed));
  if (shared !== undefined) throw new LabError('study/sweep-seed', { seed: shared });
}

/** The run with both stages' learning rates times a factor. */
export function withRates(run: RunConfig, factor: number): RunConfig {
  const { sft, rl } = run;
  return {
    ...run,
    sft: { ...sft, learningRate: factor * sft.learningRate },
    rl: { ...rl, learningRate: factor * rl.learningRate },
  };
}

/** What a paradigm reached with a factor on one seed. */
export interface SweptScore {
  readonly paradigm: string;
  readonly factor: number;
  /** In percent. */
  readonly final: number;
}

/** A paradigm's mean score with each factor, and the factor with the best. */
export interface ChosenRate {
  readonly paradigm: string;
  readonly factor: number;
  readonly means: readonly { readonly factor: number; readonly final: number }[];
}

/** The choice for each paradigm, in their order; of equals the factor that comes first. */
export function chosenRates(scores: readonly SweptScore[]): ChosenRate[] {
  const names = [...new Set(scores.map(({ paradigm }) => paradigm))];
  return names.map((paradigm) => {
    const own = scores.filter((score) => score.paradigm === paradigm);
    const factors = [...new Set(own.map(({ factor }) => factor))];
    const means = factors.map((factor) => ({
      factor,
      final: mean(own.filter((score) => score.factor === factor).map(({ final }) => final)),
    }));
    const [first, ...others] = means;
    const best = others.reduce((a, b) => (b.final > a.final ? b : a), first!);
    return { paradigm, factor: best.factor, means };
  });
}
