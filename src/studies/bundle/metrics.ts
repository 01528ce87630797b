/** A study's measurements as CSV, for other programs. */
import type { StudyResults } from '../study-results';

function csv(header: readonly string[], rows: readonly (string | number)[][]): string {
  return [header, ...rows].map((row) => row.join(',')).join('\n') + '\n';
}

/** Every benchmark score of every cell, the shared SFT included. */
export function trackCsv({ cells }: StudyResults): string {
  const header = ['run', 'paradigm', 'set', 'seed', 'stage', 'step', 'flops', 'score', 'samples'];
  const rows = cells.flatMap(({ id, cell, track }) =>
    track.map(({ stage, step, compute, performance, samples }) => [
      ...[id, cell.paradigm, cell.set?.name ?? '', cell.seed],
      ...[stage, step, compute, performance, samples],
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
