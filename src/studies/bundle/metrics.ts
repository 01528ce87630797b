/** A study's measurements as CSV, for other programs. */
import { levelColumns } from '../../training/evaluation/level-columns';
import type { StudyResults } from '../study-results';

function csv(header: readonly string[], rows: readonly (string | number | null)[][]): string {
  return [header, ...rows].map((row) => row.join(',')).join('\n') + '\n';
}

/**
 * Every benchmark score of every cell, the shared SFT included, with what it counted on each level:
 * nothing where an earlier version of the lab measured.
 */
export function trackCsv({ cells }: StudyResults): string {
  const count = Math.max(0, ...cells.map(({ atEnd }) => atEnd.perLevel.length));
  const levels = Array.from({ length: count }, (_, level) => level);
  const header = [
    ...['run', 'paradigm', 'set', 'seed', 'stage', 'step', 'flops', 'score', 'samples'],
    ...levels.flatMap((level) => levelColumns(level, undefined).map(([name]) => name)),
  ];
  const rows = cells.flatMap(({ id, cell, track }) =>
    track.map(({ stage, step, compute, performance, samples, levels: counted }) => [
      ...[id, cell.paradigm, cell.set?.name ?? '', cell.seed],
      ...[stage, step, compute, performance, samples],
      ...levels.flatMap((level) => levelColumns(level, counted?.[level]).map(([, value]) => value)),
    ]),
  );
  return csv(header, rows);
}

/** Every validation loss of every SFT run with its sub-phase. */
export function validationCsv({ trunks }: StudyResults): string {
  const header = ['set', 'seed', 'step', 'flops', 'validation_loss', 'phase'];
  const rows = trunks.flatMap(({ set, seed, validation, phases }) =>
    validation.map(({ step, compute, loss }, i) => [
      ...[set, seed, step, compute, loss],
      phases[i] ?? '',
    ]),
  );
  return csv(header, rows);
}
