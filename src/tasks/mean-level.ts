import type { LevelMix } from './preset';

/** The mean level of a mix over so many levels, counted from 1. */
export function meanLevel(mix: LevelMix, levelCount: number): number {
  const weights = mix === 'balanced' ? Array<number>(levelCount).fill(1) : mix;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, level) => sum + weight * (level + 1), 0) / total;
}
