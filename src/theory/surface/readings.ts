/**
 * What a surface says, each over its draws with a 90% interval: points per tenfold of data, the gain of
 * difficulty, whether difficulty multiplies or adds, and the exchange rate.
 */
import { log } from '../../elementary';
import { Random } from '../../random';
import type { Verdict } from '../findings';
import { centralInterval, mean, median, type Estimate } from '../statistics';
import { parametersOfFit, frameOf, type SurfaceFit } from './fit';
import {
  ceilingAt,
  equalSize,
  knownSizes,
  type SurfaceFrame,
  type SurfaceParameters,
} from './model';
import type { SurfaceData } from './points';
import { drawCeiling } from './posterior';

const CONFIDENCE = 0.9;

/** Halfway between adding (0) and multiplying (1). */
const HALFWAY = 0.5;

/** Seeds without which nothing is decided, as for every finding. */
const LEAST_SEEDS = 2;

export interface Interaction {
  /** κ: 0 where difficulty adds to what scale gives, 1 where it multiplies it. */
  readonly exponent: Estimate;
  /** b: the gain of the hardest over the easiest at the middle size, as a share of what scale gives there. */
  readonly difficulty: Estimate;
  /** Of the claim that difficulty multiplies. */
  readonly verdict: Verdict;
}

/** The size of another difficulty that leads as far, for a thousand trajectories. */
export interface ExchangeRate {
  /** Trajectories of the one difficulty in the set. */
  readonly size: number;
  /** So many of the other lead as far as a thousand of these. */
  readonly worth: Estimate;
  /** Whether a set of the other that leads as far would lie beyond the measured sizes. */
  readonly isBeyond: boolean;
  /** Ends of what can be told; an interval that reaches one of them is open there. */
  readonly told: { readonly least: number; readonly most: number };
}

/** A fitted surface that can be asked. */
export class Surface {
  readonly data: SurfaceData;
  readonly frame: SurfaceFrame;
  readonly #draws: readonly SurfaceParameters[];

  constructor(data: SurfaceData, fit: SurfaceFit) {
    this.data = data;
    this.frame = frameOf(data);
    this.#draws = parametersOfFit(fit);
  }

  /** The expected ceiling of a set, in percent. */
  at(size: number, difficulty: number): Estimate {
    return this.#over((draw) => ceilingAt(draw, this.frame, { size, difficulty }));
  }

  /** Where RL alone leads, in percent. */
  get zero(): Estimate {
    return this.#over(({ zero }) => zero);
  }

  /**
   * What the mean over seeds may come to, in percent, with their scatter.
   * @param errors standard errors of measuring each seed, in points
   */
  predicted(size: number, difficulty: number, errors: readonly number[]): Estimate {
    const random = Random.from(0, 'surface-prediction', size, String(difficulty));
    return this.#over((draw) => {
      const expected = ceilingAt(draw, this.frame, { size, difficulty });
      const seeds = errors.map(
        (error) => drawCeiling(random, draw, expected) + error * random.normal(),
      );
      return mean(seeds);
    });
  }

  /** Points per tenfold of data from the smallest size to the largest. */
  perTenfold(difficulty: number): Estimate {
    const [least, most] = [this.frame.sizes[0]!, this.frame.sizes.at(-1)!];
    const tenfolds = log(most / least) / Math.LN10;
    return this.#over(
      (draw) =>
        (this.#ceiling(draw, most, difficulty) - this.#ceiling(draw, least, difficulty)) / tenfolds,
    );
  }

  /** Points that the hardest sets of a size are above the easiest. */
  difficultyGain(size: number): Estimate {
    const { easiest, hardest } = this.frame;
    return this.#over(
      (draw) => this.#ceiling(draw, size, hardest) - this.#ceiling(draw, size, easiest),
    );
  }

  /** Decided where the 90% interval of κ lies on one side of the middle between adding and multiplying. */
  interaction(): Interaction {
    const exponent = this.#over(({ interaction }) => interaction);
    const difficulty = this.#over((draw) => draw.difficulty);
    const seeds = new Set(this.data.points.map(({ seed }) => seed)).size;
    const verdict =
      seeds < LEAST_SEEDS
        ? 'undecided'
        : exponent.low > HALFWAY
          ? 'supported'
          : exponent.high < HALFWAY
            ? 'contradicted'
            : 'undecided';
    return { exponent, difficulty, verdict };
  }

  /** How many trajectories of difficulty `to` are worth a thousand of difficulty `from`, in a set of that size. */
  exchange(size: number, from: number, to: number): ExchangeRate {
    const worths = this.#draws.map(
      (draw) => (1000 * equalSize(draw, this.frame, { from, size, to })) / size,
    );
    const worth = estimateOf(worths);
    const equal = (worth.value * size) / 1000;
    const isBeyond = equal < this.frame.sizes[0]! || equal > this.frame.sizes.at(-1)!;
    const { least, most } = knownSizes(this.frame);
    return {
      size,
      worth,
      isBeyond,
      told: { least: (1000 * least) / size, most: (1000 * most) / size },
    };
  }

  #ceiling(draw: SurfaceParameters, size: number, difficulty: number): number {
    return ceilingAt(draw, this.frame, { size, difficulty });
  }

  #over(of: (draw: SurfaceParameters) => number): Estimate {
    const values = this.#draws.map(of);
    return estimateOf(values);
  }
}

function estimateOf(values: readonly number[]): Estimate {
  return { value: median(values), ...centralInterval(values, CONFIDENCE) };
}
