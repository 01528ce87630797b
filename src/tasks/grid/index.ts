import type { TaskEntry } from '../entry';
import { GRID_PRESETS, GRID_VARIANTS } from './presets';
import { gridSettings, type GridSettings } from './settings';
import { GridTask } from './task';

export const GRID: TaskEntry<GridSettings> = {
  kind: 'grid',
  settings: gridSettings,
  create: (settings) => new GridTask(settings),
  levelCount: ({ longestPerLevel }) => longestPerLevel.length,
  expert: {
    faults: ['wrong', 'verbose'],
    note: 'A wrong path ends beside the goal; a verbose one makes a detour, so it is not the shortest.',
  },
  presets: GRID_PRESETS,
  variants: GRID_VARIANTS,
};
