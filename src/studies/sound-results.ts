/**
 * Results without what is not a number: a run that diverges may measure NaN, which no mean, fit or
 * picture can hold. A cell whose own scores are lost counts as failed, so that it is still named.
 */
import type { CellResult, MissingCell, ReportedResults, SftRunResult } from './study-results';

function isSound({ cell, atBranch, atEnd, heldOut }: CellResult): boolean {
  const { pSft, final, minValidationLoss, branch } = cell;
  return [
    pSft.value,
    final.value,
    minValidationLoss ?? 0,
    branch?.validationLoss ?? 0,
    ...atBranch.perLevel,
    ...atEnd.perLevel,
    heldOut?.branch.score ?? 0,
    heldOut?.final.score ?? 0,
  ].every(Number.isFinite);
}

function lost({ id, cell, branch, failure }: CellResult): MissingCell {
  return {
    id,
    set: cell.set?.name ?? null,
    branch: branch ?? cell.paradigm,
    seed: cell.seed,
    status: 'failed',
    reason: failure ?? { because: 'scores-lost' },
  };
}

function soundSftRun(sftRun: SftRunResult): SftRunResult {
  const known = sftRun.validation.map(({ loss }) => Number.isFinite(loss));
  return {
    ...sftRun,
    validation: sftRun.validation.filter((_, i) => known[i]),
    phases: sftRun.phases.filter((_, i) => known[i]),
    track: sftRun.track.filter(({ performance }) => Number.isFinite(performance)),
  };
}

function soundCell(result: CellResult): CellResult {
  const { cell, track } = result;
  const curve = cell.curve.filter(({ performance }) => Number.isFinite(performance));
  return {
    ...result,
    cell: { ...cell, curve },
    track: track.filter(({ performance }) => Number.isFinite(performance)),
  };
}

export function soundResults(results: ReportedResults): ReportedResults {
  const lostCells = results.cells.filter((cell) => !isSound(cell));
  return {
    ...results,
    trunks: results.trunks.map(soundSftRun),
    cells: results.cells.filter(isSound).map(soundCell),
    missing: [...results.missing, ...lostCells.map(lost)],
  };
}
