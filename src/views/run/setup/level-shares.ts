import type { LevelMix } from '../../../tasks';

/** Share of each level in a set, easiest first; they sum to one. */
export function levelShares(mix: LevelMix, levels: number): number[] {
  const weights = mix === 'balanced' ? Array.from({ length: levels }, () => 1) : mix;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
