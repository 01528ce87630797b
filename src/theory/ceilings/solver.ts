/**
 * Least squares on the ceiling equation with A_post, log C_mid and log B free. Compute is given as a
 * share of the observed range, and every observation is divided by its noise before it reaches the
 * solver, so that one unit of cost means the same for a measurement and for a prior. The solver's own
 * weights are left alone: in version 5.1 they do not even lead to the weighted mean of two numbers.
 */
import { exp, log } from '../../elementary';
import { levenbergMarquardt } from 'ml-levenberg-marquardt';

/** What is fitted: A_post, log(C_mid / range), log B. */
export type CeilingVector = readonly [aPost: number, logMid: number, logB: number];

/** A prior on a logarithm: an observation of `mean` with standard deviation `std`. */
export interface LogPrior {
  readonly mean: number;
  readonly std: number;
}

export interface CeilingPriors {
  readonly mid: LogPrior;
  readonly b: LogPrior;
}

/** Measurements in columns. */
export interface CeilingData {
  /** Compute as a share of the observed range, above 0. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** P_sft of the run that the measurement belongs to. */
  readonly pSft: readonly number[];
  /** Standard deviation at which each measurement counts, in points. */
  readonly sd: readonly number[];
}

const BOUNDS = {
  low: [0, log(1e-3), log(0.2)],
  high: [100, log(20), log(8)],
};
/** The solver has no test of convergence of its own: it is called in rounds of this length. */
const ROUND = { iterations: 3, enough: 1e-3, most: 16 };

export function shareAt([, logMid, logB]: CeilingVector, x: number): number {
  return 1 / (1 + exp(exp(logB) * (logMid - log(x))));
}

/** Performance that the curve predicts at each measurement. */
export function predict(data: CeilingData, vector: CeilingVector): number[] {
  return data.x.map((x, i) => {
    const start = data.pSft[i]!;
    return start + (vector[0] - start) * shareAt(vector, x);
  });
}

/** The solver counts rows: first the measurements, then the prior on C_mid, then that on B. */
function whitened(data: CeilingData, priors: CeilingPriors) {
  const n = data.x.length;
  const logX = data.x.map(log);
  const y = data.y.map((value, i) => value / data.sd[i]!);
  y.push(priors.mid.mean / priors.mid.std, priors.b.mean / priors.b.std);
  const model = ([aPost, logMid, logB]: number[]) => {
    const b = exp(logB!);
    return (i: number): number => {
      if (i === n) return logMid! / priors.mid.std;
      if (i > n) return logB! / priors.b.std;
      const start = data.pSft[i]!;
      const share = 1 / (1 + exp(b * (logMid! - logX[i]!)));
      return (start + (aPost! - start) * share) / data.sd[i]!;
    };
  };
  const jacobian = ([aPost, logMid, logB]: number[]) => {
    const b = exp(logB!);
    return (i: number): number[] => {
      if (i === n) return [0, 1 / priors.mid.std, 0];
      if (i > n) return [0, 0, 1 / priors.b.std];
      const z = b * (logMid! - logX[i]!);
      const share = 1 / (1 + exp(z));
      const slope = ((data.pSft[i]! - aPost!) * share * (1 - share)) / data.sd[i]!;
      return [share / data.sd[i]!, slope * b, slope * z];
    };
  };
  return { rows: { x: y.map((_, i) => i), y }, model, jacobian };
}

/** The best vector from one start, and its cost: the sum of squared whitened residuals. */
export function solve(
  data: CeilingData,
  priors: CeilingPriors,
  start: CeilingVector,
): { vector: CeilingVector; cost: number } {
  const { rows, model, jacobian } = whitened(data, priors);
  let vector = start;
  let cost = Infinity;
  for (let round = 0; round < ROUND.most; round++) {
    const { parameterValues, parameterError } = levenbergMarquardt(rows, model, {
      initialValues: [...vector],
      minValues: BOUNDS.low,
      maxValues: BOUNDS.high,
      jacobianFunction: jacobian,
      damping: 1e-2,
      maxIterations: ROUND.iterations,
    });
    const gain = cost - parameterError;
    vector = [parameterValues[0]!, parameterValues[1]!, parameterValues[2]!];
    cost = Math.min(cost, parameterError);
    if (gain < ROUND.enough) break;
  }
  return { vector, cost };
}

/** The best of several starts. */
export function solveFromAll(
  data: CeilingData,
  priors: CeilingPriors,
  starts: readonly CeilingVector[],
): CeilingVector {
  const fits = starts.map((start) => solve(data, priors, start));
  return fits.reduce((best, fit) => (fit.cost < best.cost ? fit : best)).vector;
}
