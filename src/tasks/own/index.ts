import type { TaskEntry } from '../entry';
import { ownSettings, type OwnSettings } from './settings';
import { OwnTask } from './task';

/** Its sets come from files: none is made, and no base knows it. */
export const OWN: TaskEntry<OwnSettings> = {
  kind: 'own',
  settings: ownSettings,
  create: (settings) => new OwnTask(settings),
  levelCount: ({ levels }) => levels.length,
  expert: { faults: [], note: '' },
  presets: [],
  variants: [],
};
