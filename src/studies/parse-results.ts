/** Reads a study's results back, from a folder, the database or a bundle: outside data until checked. */
import { strToU8 } from 'fflate';
import { LabError } from '../errors';
import { issueOf } from '../schema/issues';
import { readStored, storedAs } from '../schema/stored';
import { stamped } from '../schema/upgrades';
import { crc32 } from '../files/crc32';
import { parseStudy } from './parse-study';
import { requireSense } from './sensible-results';
import { studyResults, type StudyResults } from './study-results';

const RESULTS = storedAs('results', studyResults);

/** Results as a file of their own: JSON with the checksum of what it says. */
export function resultsText(results: StudyResults): string {
  const content = stamped(results);
  return `${JSON.stringify({ checksum: checksumOf(content), ...content })}\n`;
}

/** Of the values, not of the text: a file that is only laid out otherwise is still the same. */
function checksumOf(content: object): number {
  return crc32(strToU8(JSON.stringify(content)));
}

/** Reads results; throws an error of `study` naming the place. */
export function parseResults(input: unknown): StudyResults {
  const result = readStored(RESULTS, withoutChecksum(input));
  if (result.success) {
    const study = { ...result.output, config: parseStudy(result.output.config) };
    requireSense(study);
    return study;
  }
  throw new LabError('study/results', issueOf(result.issues));
}

/** What the checksum is of; files of earlier versions have none. */
function withoutChecksum(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('checksum' in input)) return input;
  const { checksum, ...content } = input;
  if (checksum === checksumOf(content)) return content;
  throw new LabError('study/results-checksum', {});
}
