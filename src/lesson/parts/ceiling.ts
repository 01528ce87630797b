/** Chapter 6: one RL curve is measured; its ceiling is drawn by hand, then fitted. */
import * as v from 'valibot';
import { seed, type DataOf } from '../../schema/pieces';
import type { CurveObservation, Measurement } from '../../theory';
import { evaluationOf, measurementOf, observationOf } from '../../training/run-state';
import type { RunConfig } from '../../training/configuration/run-config';
import { trainRun } from '../../training/run';
import { presetNamed, setNamed } from '../../training/configuration/presets';
import { LESSON_CONFIG, type LiveContext } from '../context';

/** With the last level, which RL hardly begins to learn here, and without it. */
export const LEVEL_CHOICES = [3, 4] as const;

/** Within which the hand moves a curve: points, percent of the compute, steepness. */
export const HAND_LIMITS = { aPost: [50, 100], cMid: [2, 75], b: [0.4, 6] } as const;

function between([low, high]: readonly [number, number]) {
  const words = `from ${low} to ${high}`;
  return v.pipe(v.number(), v.minValue(low, words), v.maxValue(high, words));
}

export const ceilingSettings = v.object({
  seed,
  /** The curve that is drawn by hand: its ceiling in points. */
  aPost: between(HAND_LIMITS.aPost),
  /** RL compute of half the gain, in percent of the run's. */
  cMid: between(HAND_LIMITS.cMid),
  /** Its steepness. */
  b: between(HAND_LIMITS.b),
  /** The levels of the benchmark that count, from the first on. */
  levels: v.picklist(LEVEL_CHOICES),
  /** What of the measured curve is shown. */
  shown: v.picklist(['half', 'all']),
  /** Whether the lab's own fit to what is shown lies beside it. */
  fit: v.picklist(['hidden', 'shown']),
});

export interface CeilingSettings extends DataOf<typeof ceilingSettings> {}

export const CEILING_DEFAULTS: CeilingSettings = {
  seed: 0,
  aPost: 90,
  cMid: 50,
  b: 1,
  levels: 4,
  shown: 'half',
  fit: 'hidden',
};

/** RL steps of the curve, and those between two evaluations. */
export const CEILING_STEPS = 64;
const EVALUATE_EVERY = 2;
/** SFT that is over before it overfits: RL has something to gain. */
const SFT_STEPS = 60;

export function ceilingConfig({ seed: chosen }: Pick<CeilingSettings, 'seed'>): RunConfig {
  return {
    ...LESSON_CONFIG,
    seed: chosen,
    trajectories: setNamed(presetNamed(LESSON_CONFIG.preset), 'tiny'),
    switch: { at: 'end' },
    sft: { ...LESSON_CONFIG.sft, steps: SFT_STEPS, evaluations: 2 },
    rl: {
      ...LESSON_CONFIG.rl,
      steps: CEILING_STEPS,
      promptsPerStep: 8,
      maxRounds: 1,
      evaluateEvery: EVALUATE_EVERY,
    },
    evaluation: { ...LESSON_CONFIG.evaluation, problemsPerLevel: 60, validationSize: 40 },
  };
}

/** Compute is counted from the branch point, in FLOPs. */
export type CeilingNews =
  | { readonly type: 'branch'; readonly pSft: Measurement }
  | { readonly type: 'measured'; readonly step: number; readonly point: CurveObservation }
  | { readonly type: 'end'; readonly compute: number; readonly end: Measurement };

export async function* ceiling(
  context: LiveContext,
  settings: Pick<CeilingSettings, 'seed'>,
): AsyncGenerator<CeilingNews, void> {
  const run = trainRun(ceilingConfig(settings), {
    ...context,
    resumeFrom: null,
    requests: { switchNow: false },
  });
  let start = 0;
  for await (const event of run) {
    if (event.type !== 'benchmark') continue;
    const { purpose, stage, step, result } = event;
    const compute = event.compute - start;
    if (purpose === 'branch') {
      start = event.compute;
      yield { type: 'branch', pSft: measurementOf(result) };
    } else if (purpose === 'final') {
      yield { type: 'end', compute, end: measurementOf(result) };
    } else if (stage === 'rl') {
      yield { type: 'measured', step, point: observationOf({ compute, ...evaluationOf(result) }) };
    }
  }
}
