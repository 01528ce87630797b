/** P_sft of a curve none of whose rows has compute 0: said by a person. */
import { LabError } from '../../errors';
import type { CurveObservation } from '../ceilings/data';

/** The first evaluation, or what was measured elsewhere, in percent. */
export type PSftChoice = 'first' | number;

export function checkPSft(choice: PSftChoice | null): void {
  if (typeof choice !== 'number' || (choice >= 0 && choice <= 100)) return;
  throw new LabError('curves/p-sft', { value: choice });
}

/**
 * The evaluation that stands for P_sft and those that come after it, in the order of compute; null where
 * nothing does. A row with compute 0 says it before anyone else; from a first evaluation on compute
 * counts anew.
 */
export function startedAt(
  ordered: readonly CurveObservation[],
  choice: PSftChoice | null,
): { start: CurveObservation; points: readonly CurveObservation[] } | null {
  const zero = ordered.find(({ compute }) => compute === 0);
  if (zero) return { start: zero, points: ordered.filter(({ compute }) => compute > 0) };
  if (typeof choice === 'number') {
    return { start: { compute: 0, performance: choice }, points: ordered };
  }
  const [first, ...rest] = ordered;
  if (choice === null || !first) return null;
  const points = rest.map((point) => ({ ...point, compute: point.compute - first.compute }));
  return { start: { ...first, compute: 0 }, points };
}
