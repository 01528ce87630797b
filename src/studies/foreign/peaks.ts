/** The highest ceiling of each set, with what is known of it. */
import { atLeastOf, groupBy, type CeilingFit } from '../../theory';
import type { StudyAnalysis } from '../analysis';

interface Peak {
  readonly set: string;
  readonly branch: string;
  readonly ceiling: CeilingFit;
}

/** How high a ceiling is as far as is known: one from below counts as high as it is at least. */
function heightOf(ceiling: CeilingFit): number {
  return atLeastOf(ceiling)?.atLeast ?? ceiling.aPost;
}

/**
 * The branch point of each set with the highest ceiling, whatever its verdict: to pass over those that are
 * open would put a set below its rank. Sets without a fit have none.
 */
export function peaksOf({ branches }: Pick<StudyAnalysis, 'branches'>): Peak[] {
  const known = branches.flatMap(({ set, name, fit }): Peak[] =>
    fit.ceiling ? [{ set, branch: name, ceiling: fit.ceiling }] : [],
  );
  return [...groupBy(known, ({ set }) => set).values()].map((ofSet) =>
    ofSet.reduce((top, next) => (heightOf(next.ceiling) > heightOf(top.ceiling) ? next : top)),
  );
}
