/** Reads a study's results back, from a folder, the database or a bundle: outside data until checked. */
import { LabError } from '../errors';
import { issueOf } from '../schema/issues';
import { readStored, storedAs } from '../schema/stored';
import { parseStudy } from './parse-study';
import { planStudy } from './plan';
import { studyResults, type StudyResults } from './study-results';

const RESULTS = storedAs('results', studyResults);

/** Reads results; throws an error of `study` naming the place. */
export function parseResults(input: unknown): StudyResults {
  const result = readStored(RESULTS, input);
  if (result.success) {
    const study = { ...result.output, config: parseStudy(result.output.config) };
    requirePlanned(study);
    return study;
  }
  throw new LabError('study/results', issueOf(result.issues));
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
  throw new LabError('study/results-stranger', { id: stranger });
}
