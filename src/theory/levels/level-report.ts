/** What is kept of one level of a ceiling. */
import * as v from 'valibot';
import { measured, type DataOf } from '../../schema/pieces';

/** An estimate with the ends of its interval, as it is stored. */
export const interval = v.object({ value: measured, low: measured, high: measured });

const levelState = v.picklist(['reached', 'bending', 'rising', 'not-begun']);
export type LevelState = DataOf<typeof levelState>;

export const levelReport = v.object({
  /** Its name for people. */
  level: v.string(),
  state: levelState,
  /** Percent of its answers that were right at the last evaluation. */
  now: measured,
  /** Where its present wave leads, in percent of its answers; `high` with the waves that may still begin. */
  ceiling: interval,
});

/** One level over the seeds of a cell. */
export interface LevelReport extends DataOf<typeof levelReport> {}
