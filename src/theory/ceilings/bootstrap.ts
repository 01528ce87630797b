/**
 * The bootstrap behind a ceiling's interval: curves that could have been measured instead. Everything
 * uncertain is drawn anew: the noise along each run, P_sft, the difference between seeds, and the
 * centres of the priors, which are observations like any other (randomised maximum likelihood;
 * Oliver, He and Reynolds 1996).
 */
import { square } from '../../elementary';
import { Random } from '../../random';
import type { CeilingColumns, Measurement } from './data';
import { predict, solve } from './solver';
import type { CeilingPriors, CeilingVector, LogPrior } from './solver';
import { drawResiduals, huberWeight, innovations, type NoiseModel } from './noise';
import { noiseAt, PRIORS, type Fitted } from './robust-fit';
import { measuredEnd } from './signs';
import { mean, median, studentFactor } from '../statistics';

/** Factor on the priors' standard deviations that gives them half their weight. */
const HALF_WEIGHT = Math.SQRT2;
/** Seeds of one cell differ by a point or two; worth two seeds. */
const SEED_SPREAD = { std: 1.5, weight: 2 };

/** Standard deviation between seeds, from each one's departure from their mean. */
function spreadBetween(departures: readonly number[]): { std: number; degrees: number } {
  const { std, weight } = SEED_SPREAD;
  const degrees = weight + departures.length - 1;
  const squares = departures.reduce((sum, departure) => sum + square(departure), 0);
  return { std: Math.sqrt((weight * square(std) + squares) / degrees), degrees };
}

function widened({ mean: centre, std }: LogPrior): LogPrior {
  return { mean: centre, std: HALF_WEIGHT * std };
}

export interface Draw {
  readonly aPost: number;
  readonly pSft: number;
}

/** Draws ceilings around a fit in which the priors have half their weight. */
export class Bootstrap {
  readonly #columns: CeilingColumns;
  readonly #noise: NoiseModel;
  readonly #random: Random;
  readonly #priors: CeilingPriors = { mid: widened(PRIORS.mid), b: widened(PRIORS.b) };
  readonly #centre: CeilingVector;
  readonly #rises: boolean;
  readonly #expected: readonly number[];
  readonly #innovations: readonly number[];
  readonly #betweenCeilings: ReturnType<typeof spreadBetween>;
  readonly #betweenStarts: ReturnType<typeof spreadBetween>;

  constructor(columns: CeilingColumns, fit: Fitted, seed: number) {
    this.#columns = columns;
    this.#noise = fit.noise;
    this.#random = Random.from(seed, 'ceiling-bootstrap');
    this.#centre = solve(fit.data, this.#priors, fit.vector).vector;
    this.#rises = this.#centre[0] >= mean(columns.spans.map(({ pSft }) => pSft.value));
    this.#expected = predict(fit.data, this.#centre);
    const runs = columns.spans.map(({ from, to }) => fit.residuals.slice(from, to));
    this.#innovations = innovations(runs, fit.noise);
    this.#betweenCeilings = spreadBetween(fit.departures);
    const starts = columns.spans.map(({ pSft }) => pSft.value);
    this.#betweenStarts = spreadBetween(starts.map((start) => start - mean(starts)));
  }

  draw(): Draw {
    const { y, pSft, starts, weights, priors, shift, ends, startsShift } = this.#sample();
    const sd = noiseAt(this.#columns, this.#noise, weights);
    const { x } = this.#columns;
    const { vector } = solve({ x, y, pSft, sd }, priors, this.#centre);
    const aPost = vector[0] + shift;
    return {
      aPost: this.#rises ? Math.max(aPost, measuredEnd(this.#columns, y, ends)) : aPost,
      pSft: mean(starts) + startsShift,
    };
  }

  /** P_sft of the same draws as {@link draw}, without the fit that takes nearly all of its time. */
  drawStart(): number {
    const { starts, startsShift } = this.#sample();
    return mean(starts) + startsShift;
  }

  /** Curves that could have been measured, and all else that is uncertain. */
  #sample() {
    const { nominal, spans } = this.#columns;
    const random = this.#random;
    const y: number[] = [];
    const pSft: number[] = [];
    const weights: number[] = [];
    const factor = studentFactor(random, this.#noise.degrees);
    const starts = spans.map((span) => this.#start(span.pSft));
    spans.forEach(({ from, to }, run) => {
      const length = to - from;
      const residuals = drawResiduals(random, this.#innovations, { noise: this.#noise, length });
      residuals.forEach((residual, j) => {
        const i = from + j;
        y.push(this.#expected[i]! + factor * residual * nominal[i]!);
        pSft.push(starts[run]!);
        weights.push(huberWeight((factor * residual) / this.#noise.scale));
      });
    });
    const priors = this.#drawPriors();
    const shift = this.#shift(this.#betweenCeilings);
    const ends = spans.map(({ end }) => end && this.#start(end));
    const startsShift = this.#shift(this.#betweenStarts);
    return { y, pSft, starts, weights, priors, shift, ends, startsShift };
  }

  #start({ value, standardError }: Measurement): number {
    const error = standardError ?? this.#noise.scale * median(this.#columns.nominal);
    return value + error * this.#random.normal();
  }

  /** Mean departure of as many new seeds; a single seed cannot tell how others would differ. */
  #shift({ std, degrees }: ReturnType<typeof spreadBetween>): number {
    const { length } = this.#columns.spans;
    if (length === 1) return 0;
    const factor = studentFactor(this.#random, degrees);
    return (factor * std * this.#random.normal()) / Math.sqrt(length);
  }

  #drawPriors(): CeilingPriors {
    const { mid, b } = this.#priors;
    const [, logMid, logB] = this.#centre;
    return {
      mid: { mean: logMid + mid.std * this.#random.normal(), std: mid.std },
      b: { mean: logB + b.std * this.#random.normal(), std: b.std },
    };
  }
}
