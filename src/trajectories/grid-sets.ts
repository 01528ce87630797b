/** The trajectory sets of RECIPE B. Easy sets have the two lowest levels, hard ones the two highest. */
import type { ExpertSettings, GridSettings } from '../tasks';
import type { SetRecipe } from './trajectory-set';

const SHORTEST_PATHS: ExpertSettings = { skip: 0, error: 0, answerOnly: 0 };

interface GridSizes {
  readonly tiny: number;
  readonly medium: number;
  readonly large: number;
}

function setsOf(levels: number, { tiny, medium, large }: GridSizes): SetRecipe[] {
  const weights = (has: (level: number) => boolean): number[] =>
    Array.from({ length: levels }, (_, level) => (has(level) ? 1 : 0));
  const all = weights(() => true);
  const set = (name: string, size: number, mix: number[]): SetRecipe => ({
    name,
    size,
    levels: mix,
    expert: SHORTEST_PATHS,
  });
  return [
    set('uniform', medium, all),
    set('tiny', tiny, all),
    set(
      'easy',
      medium,
      weights((level) => level < 2),
    ),
    set(
      'hard',
      medium,
      weights((level) => level >= levels - 2),
    ),
    set('large', large, all),
  ];
}

/** Sets for a grid: the sizes of the recipe's small grid up to 4 × 4, those of its full grid above. */
export function gridSets({ side, longestPerLevel }: GridSettings): SetRecipe[] {
  const sizes =
    side <= 4 ? { tiny: 32, medium: 256, large: 4096 } : { tiny: 128, medium: 2048, large: 16_384 };
  return setsOf(longestPerLevel.length, sizes);
}
