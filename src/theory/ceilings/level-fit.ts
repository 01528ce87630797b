/** What a ceiling keeps of its levels: where each stands, and the path of their mean. */
import * as v from 'valibot';
import { measured, type DataOf } from '../../schema/pieces';
import { interval, levelReport } from '../levels/level-report';

export const levelFit = v.object({
  levels: v.array(levelReport),
  /** Performance as an evaluation would measure it, over the observed compute and half as far again. */
  path: v.array(v.object({ compute: measured, ...interval.entries })),
});

/** What the levels of a curve say beside its ceiling. */
export interface LevelFit extends DataOf<typeof levelFit> {}

/** Performance on a path at RL compute x, linear between its points; null beyond its end. */
export function pathAt(path: LevelFit['path'], x: number, start: number): number | null {
  const next = path.findIndex(({ compute }) => compute >= x);
  if (next < 0) return null;
  const before = next === 0 ? { compute: 0, value: start } : path[next - 1]!;
  const { compute, value } = path[next]!;
  const share = (x - before.compute) / (compute - before.compute);
  return before.value + share * (value - before.value);
}
