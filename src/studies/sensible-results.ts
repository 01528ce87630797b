/**
 * Whether results make sense: a shape can be right and its numbers impossible, where a file was damaged or
 * edited. Numbers that are lost (NaN, of a run that diverged) are not a fault here: see sound-results.ts.
 */
import { LabError } from '../errors';
import type { CellPlan, SftRunPlan } from './plan';
import { planStudy } from './plan';
import type { CellResult, SftRunResult, StudyResults } from './study-results';

/** Throws an error of `study` that names the first job and value which cannot be. */
export function requireSense(results: StudyResults): void {
  const { trunks, cells, missing, config } = results;
  const plan = planStudy(config);
  const sftRuns = byId(plan.sftRuns);
  const plannedCells = byId(plan.cells);
  const trunkIds = trunks.map(({ set, seed }) => `${set}/${seed}`);
  requirePlanned(trunkIds, sftRuns);
  requirePlanned(
    [...cells, ...missing].map(({ id }) => id),
    plannedCells,
  );
  for (const trunk of trunks) checkSftRun(`${trunk.set}/${trunk.seed}`, trunk);
  for (const cell of cells) checkCell(cell, plannedCells.get(cell.id)!);
}

function byId<Plan extends SftRunPlan | CellPlan>(
  plans: readonly Plan[],
): ReadonlyMap<string, Plan> {
  return new Map(plans.map((plan) => [plan.id, plan]));
}

/** Each is of the study, and there once: those of another would be shown under this one's settings. */
function requirePlanned(ids: readonly string[], planned: ReadonlyMap<string, unknown>): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (!planned.has(id)) throw new LabError('study/results-stranger', { id });
    if (seen.has(id)) throw new LabError('study/results-twice', { id });
    seen.add(id);
  }
}

function checkSftRun(id: string, { validation, track, base }: SftRunResult): void {
  requireScores(id, [base.score, ...track.map(({ performance }) => performance)]);
  requireRising(id, 'SFT step', validation, ({ step }) => step);
  requireRising(id, 'compute', validation, ({ compute }) => compute);
}

function checkCell({ id, cell, track, ...at }: CellResult, plan: CellPlan): void {
  const { pSft, final, curve } = cell;
  if (cell.seed !== plan.seed) throw nonsense(id, 'seed', cell.seed, `is ${plan.seed}`);
  const heldOut = at.heldOut ? [at.heldOut.branch.score, at.heldOut.final.score] : [];
  const measured = [...curve, ...track].map(({ performance }) => performance);
  const ends = [pSft.value, final.value, at.atBranch.score, at.atEnd.score];
  requireScores(id, [...ends, ...heldOut, ...measured]);
  requireRising(id, 'RL compute', curve, ({ compute }) => compute);
}

function requireScores(id: string, scores: readonly number[]): void {
  const wrong = scores.find((score) => score < 0 || score > 100);
  if (wrong !== undefined) throw nonsense(id, 'score', wrong, 'is from 0 to 100');
}

function requireRising<T>(
  id: string,
  what: string,
  points: readonly T[],
  valueOf: (point: T) => number,
): void {
  const values = points.map(valueOf);
  const at = values.findIndex((value, i) => i > 0 && value <= values[i - 1]!);
  if (at < 0) return;
  throw nonsense(id, what, values[at]!, `rises: it stood at ${values[at - 1]} before`);
}

function nonsense(id: string, what: string, value: number, rule: string): LabError {
  return new LabError('study/results-nonsense', { id, what, value, rule });
}
