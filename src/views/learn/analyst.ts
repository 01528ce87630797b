/** The analyst of the lesson: one for all visits to it, so that no chapter begins another worker. */
import type { AnalystApi } from '../../runtime/ceilings/api';
import type { Lab } from '../lab';

const opened = new WeakMap<Lab, Promise<AnalystApi>>();

export function lessonAnalyst(lab: Lab): Promise<AnalystApi> {
  const known = opened.get(lab);
  if (known) return known;
  const opening = lab.openAnalyst();
  opened.set(lab, opening);
  // Another one may be opened where this one could not.
  opening.catch(() => opened.delete(lab));
  return opening;
}
