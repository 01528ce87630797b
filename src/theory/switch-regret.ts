/**
 * What a rule for the switch would have lost, judged after the fact: each SFT run is replayed under
 * the rule, and the ceiling where it turns to RL is held against the best one that was measured.
 */
import { ceilingOutcome, groupBy, SEQUENTIAL, type Cell } from './cells';
import { contrastOf, varianceOf, type SeedEffect } from './contrasts';
import { mean, type Estimate } from './statistics';
import type { LossPoint, SubPhaseSettings } from './sub-phases';
import { replayPolicy, switchRegret, type SwitchPolicy, type SwitchRegret } from './switch-rule';

/** When SFT ends: by the sub-phase as loss comes in, at a step, or when its steps are used up. */
export type SwitchRule = SwitchPolicy | { readonly step: number } | 'end';

/** The validation loss of one set's SFT run in one seed, in the order of its steps; not empty. */
export interface SftSeries {
  readonly set: string;
  readonly seed: number;
  readonly points: readonly LossPoint[];
}

export interface RuleRegret {
  readonly rule: SwitchRule;
  /**
   * Points below the best branch point, over the seeds; null where nothing can be judged. The best of
   * several is lucky as well as good, so that it is an upper estimate.
   */
  readonly regret: Estimate | null;
  readonly seeds: number;
  /** SFT runs that were judged: those with the ceilings of two branch points or more. */
  readonly runs: number;
  /** SFT runs with fewer ceilings. */
  readonly leftOut: number;
  /** Of these: the rule came to the best branch point. */
  readonly best: number;
}

export function switchStep(
  rule: SwitchRule,
  points: readonly LossPoint[],
  settings: SubPhaseSettings,
): number {
  if (rule === 'end') return Math.max(...points.map(({ step }) => step));
  return 'step' in rule ? rule.step : replayPolicy(points, rule, settings).at.step;
}

/** Ceilings of the branch points of one SFT run, where at least two can be compared. */
function rivals(cells: readonly Cell[], { set, seed }: SftSeries) {
  const branches = cells.flatMap((cell) => {
    const aPost = ceilingOutcome(cell);
    const isOwn =
      cell.paradigm === SEQUENTIAL && cell.set?.name === set && cell.seed === seed && cell.branch;
    return isOwn && aPost ? [{ step: isOwn.step, aPost }] : [];
  });
  return branches.length >= 2 ? branches : [];
}

/** The regret of each rule over the same SFT runs: mean over the sets of a seed, then over seeds. */
export function ruleRegrets(
  cells: readonly Cell[],
  series: readonly SftSeries[],
  rules: readonly SwitchRule[],
  { subPhases, confidence }: { subPhases: SubPhaseSettings; confidence: number },
): RuleRegret[] {
  const judged = series.map((run) => ({ run, branches: rivals(cells, run) }));
  return rules.map((rule) => {
    const regrets = judged.flatMap(({ run, branches }) => {
      const judgement = switchRegret(branches, switchStep(rule, run.points, subPhases));
      return judgement ? [{ seed: run.seed, ...judgement }] : [];
    });
    const effects = [...groupBy(regrets, ({ seed }) => seed)].map(effectOf);
    return {
      rule,
      regret: contrastOf('regret', effects, { confidence }).effect,
      seeds: effects.length,
      runs: regrets.length,
      leftOut: series.length - regrets.length,
      best: regrets.filter(({ chosen, best }) => chosen === best).length,
    };
  });
}

function effectOf([seed, regrets]: [number, readonly SwitchRegret[]]): SeedEffect {
  return {
    seed,
    value: mean(regrets.map(({ regret }) => regret.value)),
    variance: mean(regrets.map(({ regret }) => varianceOf(regret))) / regrets.length,
    runs: [],
  };
}
