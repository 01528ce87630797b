import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

export const gridSettings = v.object({
  kind: v.literal('grid'),
  /** Cells in a row and in a column. */
  side: count,
  walls: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Most moves of each level's shortest paths, ascending; the first level begins at one move. */
  longestPerLevel: v.pipe(v.array(count), v.minLength(1), v.readonly()),
  /** Tokens of a response slot, the end token included. */
  responseLength: count,
});

export type GridSettings = Readonly<v.InferOutput<typeof gridSettings>>;
