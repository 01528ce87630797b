/** What a person should decide or know of a file of trajectories, in words. */
import type { LookRemark } from '../../../trajectories/files/mapping/remarks';

export function remarkSentence(remark: LookRemark): string {
  switch (remark.because) {
    case 'bare-answers':
      return `Column ${remark.column} has bare answers, without the steps that lead to them: SFT would learn to answer at once. Worked solutions, if you have them, are better demonstrations.`;
    case 'whole-text':
      return `Column ${remark.column} has each row once more, as one text in a trainer’s template.`;
    default:
      return remark satisfies never;
  }
}
