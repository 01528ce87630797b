/** Keeping sets: what is kept of one apart from its trajectories, and the port to whoever keeps it. */
import * as v from 'valibot';
import { type DataOf, type Failure } from '../../schema/pieces';
import { taskSettings } from '../../tasks/schema';
import { measureSummary, type DifficultyMeasure } from '../../trajectories/difficulty';
import { setOrigin } from '../../trajectories/origin';
import { setStatistics } from '../../trajectories/statistics';
import type { TrajectoryTable } from '../../trajectories/table';

const setDraft = v.object({
  name: v.string(),
  task: taskSettings,
  origin: setOrigin,
  statistics: setStatistics,
  /** Of the content, see digest.ts. */
  digest: v.string(),
  /** Names of the columns that came with a file. */
  extras: v.array(v.string()),
});

/** What a set is when it is made. */
export interface SetDraft extends DataOf<typeof setDraft> {}

export const setRecord = v.object({
  ...setDraft.entries,
  id: v.string(),
  /** Milliseconds since 1970. */
  createdAt: v.number(),
  measures: v.array(measureSummary),
});

export interface SetRecord extends DataOf<typeof setRecord> {}

/** A set whose record cannot be read, with the reason; it can be deleted. */
export interface DamagedSet {
  readonly id: string;
  readonly problem: Failure;
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
