/** How high each trajectory set of a study leads, as the ceiling map shows it, in plain numbers. */
import type { StudyAnalysis } from '../studies/analysis';
import type { ReportedResults } from '../studies/study-results';
import { openPeak } from './open-ceilings';
import { isSized, setPictures } from './set-picture';

/** The highest ceiling of a set over its branch points. */
export interface SetCeiling {
  readonly set: string;
  /** Trajectories. */
  readonly size: number;
  /** Mean level of its problems. */
  readonly difficulty: number;
  readonly seeds: number;
  /** Whether it is known, or from below alone; `open` where not even that. */
  readonly is: 'identified' | 'at-least' | 'open';
  /** In percent: the ceiling, or what it is not below. */
  readonly value: number;
  /** Ends of its 90% interval; an open one may reach 100. */
  readonly low: number;
  readonly high: number;
}

/** In the order of the study; a set without a ceiling, a size or a difficulty is left out. */
export function setCeilings(results: ReportedResults, analysis: StudyAnalysis): SetCeiling[] {
  const sets = setPictures(results, analysis).filter(isSized);
  return sets.flatMap((set): SetCeiling[] => {
    const { name, size, difficulty, peak } = set;
    if (difficulty === null) return [];
    const about = { set: name, size, difficulty };
    const open = openPeak(set);
    if (open) {
      const { branch, from } = open;
      const is = branch.atLeast ? 'at-least' : 'open';
      const high = branch.atLeast?.atMost ?? 100;
      return [{ ...about, seeds: branch.seeds, is, value: from, low: from, high }];
    }
    if (!peak?.aPost) return [];
    const { value, low, high } = peak.aPost;
    const ends = { low: low ?? value, high: high ?? value };
    return [{ ...about, seeds: peak.seeds, is: 'identified', value, ...ends }];
  });
}
