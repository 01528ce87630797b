import type { TaskEntry } from '../entry';
import { ARITHMETIC_PRESETS } from './presets';
import { arithmeticSettings, type ArithmeticSettings } from './settings';
import { ArithmeticTask } from './task';

export const ARITHMETIC: TaskEntry<ArithmeticSettings> = {
  kind: 'arithmetic',
  settings: arithmeticSettings,
  create: (settings) => new ArithmeticTask(settings),
  levelCount: ({ operatorsPerLevel }) => operatorsPerLevel.length,
  // Every answer is one of as many digits.
  chance: ({ operatorsPerLevel, modulus }) => operatorsPerLevel.map(() => 1 / modulus),
  expert: {
    faults: ['skip', 'wrong', 'verbose'],
    note: 'A wrong trajectory has one wrong value, which carries on to the answer; a verbose one adds steps that change nothing, where there is room. Longest problems have none.',
  },
  presets: ARITHMETIC_PRESETS,
  variants: [],
};
