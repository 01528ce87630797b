/** What `lab study` leaves in its folder beside the work itself. */
import path from 'node:path';
import { findingsText } from '../studies/findings-table';
import type { StudyResults } from '../studies/study-results';
import { writeWhole, type StudyFolder } from './study-folder';

export async function writeOutputs(
  out: string,
  { results }: { results: StudyResults; keeper: StudyFolder; isFinished: boolean },
): Promise<void> {
  await writeWhole(path.join(out, 'results.json'), `${JSON.stringify(results)}\n`);
  await writeWhole(path.join(out, 'findings.md'), findingsText(results));
}
