/** Chapter 5: one SFT run, and RL that branches off it early, in time and late. */
import * as v from 'valibot';
import { count, seed, type DataOf } from '../../schema/pieces';
import { branchCheckpoint, branchConfig, type SftCheckpoint } from '../../training/branches';
import type { RunConfig } from '../../training/configuration/run-config';
import type { RunEvent } from '../../training/events';
import { trainRun, trainSftRun } from '../../training/run';
import { LESSON_CONFIG, type LiveContext } from '../context';
import { phasesConfig, SFT_STEPS } from './phases';

export const BRANCH_NAMES = ['early', 'in-time', 'late'] as const;
export type BranchName = (typeof BRANCH_NAMES)[number];

/** Percentages that the chart shows. */
export const SHOWN_PERCENT = [40, 100] as const;
const [LOW, HIGH] = SHOWN_PERCENT;
const shownPercent = v.pipe(
  v.number(),
  v.minValue(LOW, `from ${LOW} to ${HIGH}`),
  v.maxValue(HIGH, `from ${LOW} to ${HIGH}`),
);

/** What is predicted, in percent and SFT steps. */
export const switchSettings = v.object({
  seed,
  /** The branch that ends highest, and its success rate there. */
  best: v.picklist(BRANCH_NAMES),
  ends: shownPercent,
  /** The step of the lowest validation loss, where the branch in time begins, and P_sft there. */
  switchStep: v.pipe(count, v.maxValue(SFT_STEPS, `from 1 to ${SFT_STEPS}`)),
  pSft: shownPercent,
});

export interface SwitchSettings extends DataOf<typeof switchSettings> {}

export const SWITCH_DEFAULTS: SwitchSettings = {
  seed: 0,
  best: 'early',
  ends: 70,
  switchStep: 90,
  pSft: 60,
};

/** RL steps of each branch. */
export const BRANCH_STEPS = 32;
const EVALUATE_EVERY = 4;
const PROBLEMS_PER_LEVEL = 40;
/** Before this step SFT has hardly begun. */
const EARLY_STEP = 8;

/** As chapter 3 trains, but measured on more problems, and with RL small enough to wait for. */
export function switchConfig({ seed: chosen }: Pick<SwitchSettings, 'seed'>): RunConfig {
  const config = phasesConfig({ seed: chosen });
  return {
    ...config,
    sft: { ...config.sft, evaluations: 16 },
    rl: {
      ...LESSON_CONFIG.rl,
      steps: BRANCH_STEPS,
      promptsPerStep: 8,
      maxRounds: 1,
      evaluateEvery: EVALUATE_EVERY,
    },
    evaluation: {
      ...config.evaluation,
      problemsPerLevel: PROBLEMS_PER_LEVEL,
      samples: 2,
      trackingSamples: 1,
    },
  };
}

/** A measurement of the benchmark. Compute is in FLOPs since the base. */
export interface SwitchNews {
  readonly type: 'measured';
  /** null in SFT. */
  readonly branch: BranchName | null;
  readonly step: number;
  readonly compute: number;
  /** In percent, with its standard error in points. */
  readonly score: number;
  readonly standardError: number;
  /** Whether the branch ends here. */
  readonly isLast: boolean;
}

function newsOf(event: RunEvent, branch: BranchName | null): SwitchNews | null {
  if (event.type !== 'benchmark') return null;
  const { step, compute, purpose, result } = event;
  const { score, standardError } = result;
  const isLast = purpose === 'final';
  return { type: 'measured', branch, step, compute, score, standardError, isLast };
}

/** Where the branches start: soon, at the lowest validation loss, and at the last step. */
function branchPoints(points: readonly SftCheckpoint[]): Record<BranchName, SftCheckpoint> {
  const lossAt = ({ state }: SftCheckpoint): number => state.validation.at(-1)!.loss;
  const trained = points.filter(({ state }) => state.step > 0);
  const early = trained.findLast(({ state }) => state.step <= EARLY_STEP) ?? trained[0]!;
  const inTime = trained.reduce((least, point) => (lossAt(point) < lossAt(least) ? point : least));
  return { early, 'in-time': inTime, late: trained.at(-1)! };
}

export async function* branches(
  context: LiveContext,
  settings: Pick<SwitchSettings, 'seed'>,
): AsyncGenerator<SwitchNews, void> {
  const config = switchConfig(settings);
  const requests = { switchNow: false };
  const points: SftCheckpoint[] = [];
  for await (const event of trainSftRun(config, { ...context, resumeFrom: null, requests })) {
    if (event.type === 'branch-point') {
      points.push(event.point);
      continue;
    }
    const news = newsOf(event, null);
    if (news) yield news;
  }
  const starts = branchPoints(points);
  for (const name of BRANCH_NAMES) {
    const point = starts[name];
    const run = trainRun(branchConfig(config, point), {
      ...context,
      resumeFrom: branchCheckpoint(point),
      requests,
    });
    for await (const event of run) {
      const news = newsOf(event, name);
      if (news) yield news;
    }
  }
}
