/** RL curves with a known ceiling and the noise of real ones, for the tests of the fit. The same bits everywhere. */
import { exp, log } from '../../../src/elementary';
import { Random } from '../../../src/random';
import type { RlCurve } from '../../../src/theory';

export interface CurveTruth {
  readonly pSft: number;
  readonly aPost: number;
  /** As a share of the compute observed. */
  readonly mid: number;
  readonly b: number;
}

interface CurveNoise {
  /** Standard deviation of an evaluation, in points. */
  readonly std: number;
  /** Correlation between neighbouring evaluations. */
  readonly rho: number;
}

interface SimulatedCurve {
  readonly truth: CurveTruth;
  readonly noise: CurveNoise;
  readonly curve: RlCurve;
}

/** Performance without noise after a share x of the compute. */
function truePerformance({ pSft, aPost, mid, b }: CurveTruth, x: number): number {
  return pSft + (aPost - pSft) / (1 + exp(b * log(mid / x)));
}

/** A curve of `evaluations` unevenly spaced evaluations; P_sft is measured with the same noise. */
export function simulateCurve(
  random: Random,
  truth: CurveTruth,
  { std, rho }: CurveNoise,
  { evaluations, compute = 1 }: { evaluations: number; compute?: number },
): RlCurve {
  let error = random.normal();
  let x = 0;
  const points = Array.from({ length: evaluations }, () => {
    x += (0.8 + 0.4 * random.uniform()) / evaluations;
    error = rho * error + Math.sqrt(1 - rho * rho) * random.normal();
    const performance = truePerformance(truth, x) + std * error;
    return { compute: x * compute, performance: Math.min(100, Math.max(0, performance)) };
  });
  return { pSft: { value: truth.pSft + std * random.normal(), standardError: null }, points };
}

/** Curves over the range of published ones: gains of 3 to 25 points, half of it early or late. */
export function simulateCurves(count: number, seed: number): SimulatedCurve[] {
  return Array.from({ length: count }, (_, i) => {
    const random = Random.from(seed, 'simulated-curve', i);
    const between = (low: number, high: number): number => low + (high - low) * random.uniform();
    const logBetween = (low: number, high: number): number => exp(between(log(low), log(high)));
    const pSft = between(40, 78);
    const truth = {
      pSft,
      aPost: Math.min(97, pSft + logBetween(3, 25)),
      mid: logBetween(0.05, 0.5),
      b: logBetween(0.8, 2.5),
    };
    const noise = { std: between(0.3, 1), rho: between(0, 0.7) };
    const evaluations = 12 + random.integer(29);
    return { truth, noise, curve: simulateCurve(random, truth, noise, { evaluations }) };
  });
}
