import * as v from 'valibot';
import { count, countOrZero } from '../../schema/pieces';

export const gridSettings = v.object({
  kind: v.literal('grid'),
  /** Cells in a row and in a column. */
  side: count,
  walls: countOrZero,
  /** Most moves of each level's shortest paths, ascending; the first level begins at one move. */
  longestPerLevel: v.pipe(v.array(count), v.minLength(1), v.readonly()),
  /** Tokens of a completion's slot, the end token included. */
  responseLength: count,
});

export type GridSettings = Readonly<v.InferOutput<typeof gridSettings>>;
