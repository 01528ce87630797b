/**
 * Further RL for the cells whose doubt moves a finding most, once every cell has had its base budget.
 * It is dealt out in rounds: all cells are ranked, the first few get some steps more, and only when
 * all of these have had them are all ranked again. So what is found depends neither on the order in
 * which cells finish nor on how many work at a time.
 */
import { doubtSteps } from '../theory';
import { measurementOf, observationOf } from '../training/run-state';
import type { MissingReason } from './missing-reasons';
import type { CellEnding } from './results';
import { soundResults } from './sound-results';
import type { CellResult, StudyResults } from './study-results';
import type { StudyConfig } from './study-config';

/** Turns at further RL that a study has in all; 0 where it has none. */
export function turnsInAll({ furtherRl }: Pick<StudyConfig, 'furtherRl'>): number {
  return furtherRl ? Math.floor(furtherRl.total / furtherRl.steps) : 0;
}

/** Turns that a cell has been given by these rounds. */
export function turnsGiven(rounds: StudyResults['rounds'], id: string): number {
  return rounds.filter((round) => round.includes(id)).length;
}

/** Turns that a cell has had. */
export function turnsHad({ further }: Pick<CellResult, 'further'>): number {
  return further?.turns ?? 0;
}

/** The RL step at which a cell stands, all its turns included. */
export function lastRlStep({ further, track }: Pick<CellResult, 'further' | 'track'>): number {
  return further?.step ?? track.findLast(({ stage }) => stage === 'rl')?.step ?? 0;
}

function canGoOn({ status, further, branch }: CellResult): boolean {
  return status === 'finished' && branch !== null && !further?.failure;
}

/**
 * The cells that come next, by their ids; none where the total is used up or no doubt moves a finding.
 * To be asked when every cell has had the turns it was given. A step is one cell that is ranked.
 */
export function* nextRoundSteps(results: StudyResults): Generator<void, string[]> {
  const { config, rounds } = results;
  const left = turnsInAll(config) - rounds.flat().length;
  if (left <= 0) return [];
  const { cells } = soundResults(results);
  const able = new Set(cells.filter(canGoOn).map(({ id }) => id));
  const doubts = yield* doubtSteps(cells.map(({ cell }) => cell));
  return doubts
    .map(({ run }) => run)
    .filter((run) => able.has(run))
    .slice(0, Math.min(left, config.furtherRl!.cells));
}

/**
 * A cell after a turn. Its ceiling rests on all of its RL. What is compared at equal compute stays as it
 * was at the base budget: performance, track, held-out problems.
 */
export function afterTurn(
  before: CellResult,
  { measured, failure, seconds }: CellEnding,
): CellResult {
  if (failure !== null) return { ...withoutTurn(before, failure), seconds };
  const { curve, ceiling, compute, final, track, instabilities } = measured;
  return {
    ...before,
    cell: { ...before.cell, curve: curve.map(observationOf), ceiling },
    instabilities,
    seconds,
    further: {
      turns: turnsHad(before) + 1,
      step: lastRlStep({ further: null, track }),
      compute: compute.rl - before.compute.rl,
      final: measurementOf(final),
      failure: null,
    },
  };
}

/** A cell whose turn came to nothing: what it had found by then is as good as before. */
export function withoutTurn(before: CellResult, failure: MissingReason): CellResult {
  const further = before.further ?? ofBase(before);
  return { ...before, further: { ...further, turns: turnsHad(before) + 1, failure } };
}

function ofBase(cell: CellResult): NonNullable<CellResult['further']> {
  return { turns: 0, step: lastRlStep(cell), compute: 0, final: cell.cell.final, failure: null };
}
