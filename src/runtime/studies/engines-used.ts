/** Which engines did a study's work, as its bundle says. */
import type { StudyWork } from '../stores/studies';

/** Stands for the engine of work that was kept before engines were. */
export const UNRECORDED_ENGINE = 'not recorded: computed by an earlier version of the lab';

/** The engines of a study's work, in words; work that names none has an unrecorded one. */
export function enginesUsed({ engines, trunks, cells }: StudyWork): readonly string[] {
  const isOlder = engines.length === 0 && trunks.length + cells.length > 0;
  return isOlder ? [UNRECORDED_ENGINE] : engines;
}

/** One line of a bundle about the engines. */
export function enginesInWords(work: StudyWork): string {
  return enginesUsed(work).join('; ');
}
