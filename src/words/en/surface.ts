/** What is said of the ceiling as a surface over size and difficulty. */
import type { Estimate, NoSurface, SurfaceOf } from '../../theory';
import { toDecimals } from '../../rounding';
import { counted } from './counted';

/** Why a study has no surface, and what would give it one. */
export function noSurfaceSentence(reason: NoSurface): string {
  switch (reason.because) {
    case 'no-sets':
      return 'There is no surface: no trajectory set has a ceiling yet.';
    case 'no-difficulty':
      return `There is no surface: the difficulty of ${reason.sets.join(', ')} is not known. Give each set its mean difficulty (column difficulty).`;
    case 'no-size':
      return `There is no surface: ${reason.sets.join(', ')} has no size above 0. Give each set its number of trajectories (column set_size).`;
    case 'one-size':
      return `There is no surface: all sets have ${reason.size.toLocaleString('en-US')} trajectories. It takes two sizes at least, each with sets of two difficulties.`;
    case 'one-difficulty':
      return `There is no surface: all sets have the same difficulty, ${toDecimals(reason.difficulty, 2)}. It takes two difficulties at least, at each of two sizes.`;
    case 'not-crossed':
      return reason.sizes.length === 0
        ? 'There is no surface: no size has sets of two difficulties, so that size and difficulty cannot be told apart. It takes two such sizes.'
        : `There is no surface: only at ${reason.sizes.map((size) => size.toLocaleString('en-US')).join(', ')} trajectories do sets differ in difficulty. It takes two such sizes to tell adding from multiplying.`;
    default:
      return reason satisfies never;
  }
}

/** Such as "Expected A_post of this set: 91.6 (89.1 to 93.2)". */
export function expectedSentence(of: SurfaceOf, { value, low, high }: Estimate): string {
  const [at, from, to] = [value, low, high].map((percent) => toDecimals(percent, 1));
  const what = of === 'ceiling' ? 'Expected A_post' : 'Expected after RL';
  return `${what} of this set: ${at}% (${from} to ${to}). As good as:`;
}

/** What a slider of the map stands at, for a screen reader. */
export function placeWords(size: number, difficultyTitle: string, difficulty: number): string {
  return `${counted(size, 'trajectory', 'trajectories')}, ${difficultyTitle} ${toDecimals(difficulty, 2)}`;
}
