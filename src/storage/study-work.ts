/** The records of a study's work, and how they lie together. */

/** Kinds of a study's records, by which they lie together. */
export type Kind =
  | 'trunk'
  | 'cell'
  | 'missing'
  | 'round'
  | 'checkpoint'
  | 'point'
  | 'weights'
  | 'set'
  | 'engine'
  | 'fits';

/** Rounds and fits belong to no job. */
export const ROUND_JOB = 'rounds';
export const FITS_JOB = 'fits';

/** A record of `studyWork`. */
export interface WorkRecord {
  readonly studyId: string;
  readonly kind: Kind;
  /** Of the kind `set`, the digest of the set; of the kind `engine`, its description. */
  readonly job: string;
  /** SFT step of a branch point, or the number of a round; 0 otherwise. */
  readonly step: number;
  readonly value: unknown;
}

/** All of a study's records, or those of one kind, or of one job of that kind. */
export function keysOf(studyId: string, ...rest: string[]): IDBKeyRange {
  return IDBKeyRange.bound([studyId, ...rest], [studyId, ...rest, []]);
}
