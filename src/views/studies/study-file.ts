/** Files of studies that are not bundles: loaded with the first, since most visits open none. */
import { LabError, messageOf } from '../../errors';
import { parseResults } from '../../studies/parse-results';
import type { StudyResults } from '../../studies/study-results';

export { parseStudyText } from '../../studies/parse-study';

/** Results as the terminal writes them; null where the file is a study to be run. */
export function parsedResults(text: string): StudyResults | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LabError('page/file-json', { reason: messageOf(error) }, { cause: error });
  }
  const isResults = typeof value === 'object' && value !== null && 'cells' in value;
  return isResults ? parseResults(value) : null;
}
