/** The two grids that the lab has sets and settings for. */
import type { GridSettings } from './task';

/** Vocabulary 29, context 30. */
export const FULL_GRID: GridSettings = {
  kind: 'grid',
  side: 5,
  walls: 8,
  longestPerLevel: [2, 4, 6, 8, 10, 15],
  responseLength: 18,
};

/** Vocabulary 20, context 21. */
export const SMALL_GRID: GridSettings = {
  kind: 'grid',
  side: 4,
  walls: 5,
  longestPerLevel: [2, 4, 6, 10],
  responseLength: 12,
};
