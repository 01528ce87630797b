/**
 * The ceiling as a surface over the size and the difficulty of a trajectory set.
 *
 * Let R be the ceiling of RL alone and T the top that no set passes. Of the T − R points that RL alone
 * leaves to gain, a set of n trajectories and difficulty d leaves the share exp(−h):
 *
 *   A(n, d) = T − (T − R) · exp(−h(n, d)),   h = f + b · z(d) · f° · (f / f°)^κ,   f = f° · (n / n°)^α
 *
 * f is what scale gives, a power of n, so that A rises with n and bends towards T; n° is the middle of the
 * sizes and f° its value there; z(d) runs from −½ at the easiest to ½ at the hardest. b is how much more
 * the hardest gives than the easiest at n°, as a share of f°.
 *
 * κ is the interaction. At 1 the difference between hard and easy grows as f does: difficulty multiplies
 * what scale gives, and a hard trajectory is worth the same number of easy ones at every size. At 0 it is
 * the same at every size: difficulty adds to it.
 *
 * Why h, the logarithm of what is left, and not points: near the top every difference in points shrinks
 * to nothing, whatever causes it, so that all surfaces would seem to add less and less. Equal shares of
 * what is left are equal steps of h (in pharmacology, Bliss independence is adding on this scale), and
 * RL alone is its zero, without which there would be nothing to multiply.
 */
import { exp, log } from '../../elementary';

/** All in points or without a unit; sizes in trajectories. */
export interface SurfaceParameters {
  /** R: the ceiling of RL alone, in percent. */
  readonly zero: number;
  /** T, in percent: above `zero`, at most 100. */
  readonly top: number;
  /** ln f°. */
  readonly logMiddle: number;
  /** α, above 0. */
  readonly exponent: number;
  /** b. */
  readonly difficulty: number;
  /** κ. */
  readonly interaction: number;
  /** From −1 to 1: how much of the way from easy to hard is made by its middle; 0 for half of it. */
  readonly bend: number;
  /** Standard deviation between seeds, in points, of a ceiling at 50%. */
  readonly scatter: number;
}

/** What sizes and difficulties are measured against: the same for all draws of a fit. */
export interface SurfaceFrame {
  /** n°: the geometric mean of the smallest and the largest size. */
  readonly middleSize: number;
  readonly sizes: readonly number[];
  /** The easiest and the hardest. */
  readonly easiest: number;
  readonly hardest: number;
}

/** z of a difficulty: −½ for the easiest, ½ for the hardest; beyond them it goes on straight. */
export function difficultyPlace(
  { easiest, hardest }: SurfaceFrame,
  bend: number,
  difficulty: number,
): number {
  const share = (difficulty - easiest) / (hardest - easiest);
  const within = Math.max(0, Math.min(1, share));
  return share - 0.5 + bend * within * (1 - within);
}

/** ln (f / f°) at a size above 0. */
function logScale({ exponent }: SurfaceParameters, frame: SurfaceFrame, size: number): number {
  return exponent * (log(size) - log(frame.middleSize));
}

/** h at ln (f / f°) and z. */
function hazardAt(
  { logMiddle, difficulty, interaction }: SurfaceParameters,
  scale: number,
  place: number,
): number {
  return exp(logMiddle) * (exp(scale) + difficulty * place * exp(interaction * scale));
}

/** h: minus the logarithm of the share that is left of what RL alone leaves to gain. */
export function gainOnLogScale(
  parameters: SurfaceParameters,
  frame: SurfaceFrame,
  { size, difficulty }: { size: number; difficulty: number },
): number {
  const place = difficultyPlace(frame, parameters.bend, difficulty);
  return hazardAt(parameters, logScale(parameters, frame, size), place);
}

/** A, in percent. */
export function ceilingAt(
  parameters: SurfaceParameters,
  frame: SurfaceFrame,
  at: { size: number; difficulty: number },
): number {
  const { top, zero } = parameters;
  return top - (top - zero) * exp(-gainOnLogScale(parameters, frame, at));
}

/** Whether more trajectories never lower the ceiling from the smallest size to the largest. */
export function isMonotone(parameters: SurfaceParameters, frame: SurfaceFrame): boolean {
  const { difficulty, interaction } = parameters;
  const ends = [frame.sizes[0]!, frame.sizes.at(-1)!];
  return ends.every((size) => {
    const scale = logScale(parameters, frame, size);
    // The slope of h over f has this sign at z = ±½, and between both sizes it lies between both ends.
    return 1 - Math.abs(0.5 * difficulty * interaction) * exp((interaction - 1) * scale) > 0;
  });
}

/** Sizes further beyond the measured ones than so many times are not told apart. */
const FURTHEST = 100;

/** From the least to the largest size that {@link equalSize} tells. */
export function knownSizes({ sizes }: SurfaceFrame): { least: number; most: number } {
  return { least: sizes[0]! / FURTHEST, most: sizes.at(-1)! * FURTHEST };
}

/**
 * From the least to the largest ln size between which h rises at a difficulty. Between the measured sizes it
 * always does; far beyond them the term of difficulty may outgrow that of scale.
 */
function risingSizes(
  parameters: SurfaceParameters,
  frame: SurfaceFrame,
  difficulty: number,
): [low: number, high: number] {
  const { least, most } = knownSizes(frame);
  const [low, high] = [log(least), log(most)];
  const { interaction, exponent, bend } = parameters;
  const slope = parameters.difficulty * difficultyPlace(frame, bend, difficulty) * interaction;
  if (slope >= 0 || interaction === 1) return [low, high];
  // Where 1 + b z κ (f / f°)^(κ − 1) is 0.
  const turn = log(frame.middleSize) + log(-1 / slope) / (interaction - 1) / exponent;
  return interaction > 1 ? [low, Math.min(high, turn)] : [Math.max(low, turn), high];
}

/** The size at which a set of another difficulty has the same ceiling, within {@link knownSizes}. */
export function equalSize(
  parameters: SurfaceParameters,
  frame: SurfaceFrame,
  { from, size, to }: { from: number; size: number; to: number },
): number {
  const wanted = gainOnLogScale(parameters, frame, { size, difficulty: from });
  const { least, most } = knownSizes(frame);
  let [low, high] = risingSizes(parameters, frame, to);
  const isBelow = (logSize: number): boolean =>
    gainOnLogScale(parameters, frame, { size: exp(logSize), difficulty: to }) < wanted;
  if (!isBelow(low)) return least;
  if (isBelow(high)) return most;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return exp((low + high) / 2);
}
