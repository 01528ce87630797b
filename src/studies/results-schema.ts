/** Reads a study's results back, from a folder, the database or a bundle: outside data until checked. */
import { describeIssue } from '../schema/issues';
import { readStored, storedAs } from '../schema/stored';
import { parseStudy, StudyError } from './parse-study';
import { planStudy } from './plan';
import { studyResults, type StudyResults } from './study-results';

const RESULTS = storedAs('results', studyResults);

/** Reads results; throws {@link StudyError} naming the place. */
export function parseResults(input: unknown): StudyResults {
  const result = readStored(RESULTS, input);
  if (result.success) {
    const study = { ...result.output, config: parseStudy(result.output.config) };
    requirePlanned(study);
    return study;
  }
  throw new StudyError(`The results cannot be read: ${describeIssue(result.issues, 'the file')}.`);
}

/** Results of another study would be shown under this one's settings. */
function requirePlanned({ config, trunks, cells, missing }: StudyResults): void {
  const planned = new Set(planStudy(config).order.map(({ id }) => id));
  const ids = [
    ...trunks.map(({ set, seed }) => `${set}/${seed}`),
    ...[...cells, ...missing].map(({ id }) => id),
  ];
  const stranger = ids.find((id) => !planned.has(id));
  if (stranger === undefined) return;
  throw new StudyError(
    `The results have "${stranger}", which the study's configuration does not have: they belong to another study.`,
  );
}
