/** A set as the library keeps it: what is known about it apart from its trajectories. */
import type { TaskSettings } from '../tasks';
import type { DifficultyMeasure } from './difficulty';
import type { SetOrigin } from './origin';
import type { SetStatistics } from './statistics';
import type { TrajectoryTable } from './table';

/** A measure without its numbers, one for each trajectory. */
export type MeasureSummary = Omit<DifficultyMeasure, 'values'>;

/** What a set is when it is made. */
export interface SetDraft {
  readonly name: string;
  readonly task: TaskSettings;
  readonly origin: SetOrigin;
  readonly statistics: SetStatistics;
  /** Of the content, see digest.ts. */
  readonly digest: string;
  /** Names of the columns that came with a file. */
  readonly extras: readonly string[];
}

export interface SetRecord extends SetDraft {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly measures: readonly MeasureSummary[];
}

/** A set whose record cannot be read, with the reason; it can be deleted. */
export interface DamagedSet {
  readonly id: string;
  readonly problem: string;
}

/** Keeps sets. All methods reject with an error for people and then have changed nothing. */
export interface SetStore {
  /** Stores a set whole, or nothing of it. */
  createSet(
    draft: SetDraft,
    tables: readonly TrajectoryTable[],
    measures?: readonly DifficultyMeasure[],
  ): Promise<SetRecord>;
  /** All sets but the deleted ones, newest first; reads no trajectory. */
  listSets(): Promise<SetRecord[]>;
  listDamaged(): Promise<DamagedSet[]>;
  readRecord(id: string): Promise<SetRecord>;
  /** The whole set. */
  readTable(id: string): Promise<TrajectoryTable>;
  /** Rows `from` … `to` − 1; reads only the chunks that hold them. */
  readRows(id: string, from: number, to: number): Promise<TrajectoryTable>;
  renameSet(id: string, name: string): Promise<SetRecord>;
  /** Takes a set out of the list; its trajectories stay until `purgeDeleted`. */
  deleteSet(id: string): Promise<void>;
  restoreSet(id: string): Promise<SetRecord>;
  /**
   * Frees what deleted sets take; they cannot be restored any more. Resolves to their number.
   * @param before only those deleted before this moment, in milliseconds since 1970
   */
  purgeDeleted(before?: number): Promise<number>;
  /** Stores a measure with one number for each trajectory; replaces the one with the same id. */
  saveMeasure(id: string, measure: DifficultyMeasure): Promise<SetRecord>;
  readMeasure(id: string, measureId: string): Promise<DifficultyMeasure>;
  usage(): Promise<{ used: number; quota: number } | null>;
}
