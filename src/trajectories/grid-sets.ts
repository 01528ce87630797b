/**
 * The trajectory sets of the full grid. Easy ones have the two lowest levels, hard ones the two
 * highest.
 */
import type { ExpertSettings } from '../tasks';
import type { LevelMix, SetRecipe } from './trajectory-set';

const SHORTEST_PATHS: ExpertSettings = { skip: 0, error: 0, answerOnly: 0 };
const UNIFORM = [1, 1, 1, 1, 1, 1];

function set(name: string, size: number, levels: LevelMix): SetRecipe {
  return { name, size, levels, expert: SHORTEST_PATHS };
}

export const FULL_GRID_SETS: readonly SetRecipe[] = [
  set('tiny', 128, UNIFORM),
  set('easy', 2048, [1, 1, 0, 0, 0, 0]),
  set('uniform', 2048, UNIFORM),
  set('hard', 2048, [0, 0, 0, 0, 1, 1]),
  set('large', 16_384, UNIFORM),
];
