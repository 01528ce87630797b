/** What the chapter on scale and difficulty says of a study, and of a map that was predicted. */
import type { SetCeiling } from '../../figures/set-ceilings';
import { toDecimals } from '../../rounding';

function points(value: number): string {
  return toDecimals(value, 1);
}

/** Such as "hard 99.6% (99.4 to 100.0)" or "tiny at least 86.1%". */
export function setWords({ set, is, value, low, high }: SetCeiling): string {
  return is === 'identified'
    ? `${set} ${points(value)}% (${points(low)} to ${points(high)})`
    : `${set} at least ${points(value)}%`;
}

/** All that is known, the highest first. */
export function studySentence(known: readonly SetCeiling[]): string {
  const [{ seeds } = { seeds: 0 }] = known;
  const sets = known.toSorted((a, b) => b.value - a.value).map(setWords);
  return `Highest A_post of each set, over ${seeds} seeds: ${sets.join('; ')}.`;
}

/** The step from one set to another: what was expected, and between what the study leaves it. */
function stepSentence([from, to]: readonly [SetCeiling, SetCeiling], expected: number): string {
  const [least, most] = [to.low - from.high, to.high - from.low];
  const verdict =
    expected < least
      ? 'more than you expected'
      : expected > most
        ? 'less than you expected'
        : 'as you expected';
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${points(Math.abs(value))}`;
  return `From ${from.set} to ${to.set} you expected ${signed(expected)} points; the study leaves ${signed(least)} to ${signed(most)}: ${verdict}.`;
}

/**
 * Why a map missed, in its two directions: scale, between the smallest and the largest set, and
 * difficulty, between the easiest and the hardest set of one size.
 * @param heightOf what was predicted of a set
 */
export function mapBecause(
  known: readonly SetCeiling[],
  heightOf: (set: SetCeiling) => number,
): string | null {
  const steps = [ends(known, 'size', 'difficulty'), ends(known, 'difficulty', 'size')];
  const said = steps.flatMap((pair) =>
    pair ? [stepSentence(pair, heightOf(pair[1]) - heightOf(pair[0]))] : [],
  );
  return said.length > 0 ? said.join(' ') : null;
}

/** The two sets that lie farthest apart in one direction, at the same place in the other. */
function ends(
  known: readonly SetCeiling[],
  along: 'size' | 'difficulty',
  same: 'size' | 'difficulty',
): [SetCeiling, SetCeiling] | null {
  const pairs = known.flatMap((from) =>
    known
      .filter((to) => to[along] > from[along] && isSame(to[same], from[same]))
      .map((to): [SetCeiling, SetCeiling] => [from, to]),
  );
  const reach = ([from, to]: [SetCeiling, SetCeiling]): number => to[along] / from[along];
  return pairs.reduce<[SetCeiling, SetCeiling] | null>(
    (top, pair) => (top && reach(top) >= reach(pair) ? top : pair),
    null,
  );
}

/** Two sets drawn with the same mix of levels differ a little in their mean. */
function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 0.05 * Math.max(a, b);
}
