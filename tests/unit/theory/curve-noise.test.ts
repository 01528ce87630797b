import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  correlationInflation,
  drawResiduals,
  estimateNoise,
  innovations,
  type NoisePrior,
} from '../../../src/theory/ceilings/noise';
import { mean, standardDeviation } from '../../../src/theory/statistics';

const PRIOR: NoisePrior = { scale: 1, least: 0.1, weight: 3, rho: 0.3, rhoWeight: 10 };

function series(name: string, length: number, { std, rho }: { std: number; rho: number }) {
  const random = Random.from(1, name);
  return drawResiduals(random, [], { noise: { scale: std, rho, degrees: 1 }, length });
}

function estimate(runs: readonly number[][]) {
  return estimateNoise(runs, { parameters: 3, prior: PRIOR, scale: 1 });
}

describe('the noise around a curve', () => {
  it.each([
    [0.5, 0],
    [0.5, 0.5],
    [2, 0.7],
  ])('is judged by its residuals: size %d, correlation %d', (std, rho) => {
    const runs = [0, 1, 2, 3].map((i) => series(`long ${rho} ${i}`, 500, { std, rho }));
    const noise = estimateNoise(runs, { parameters: 3, prior: PRIOR, scale: std });
    // Clipping residuals beyond 1.5 standard deviations costs some of both.
    expect(noise.scale / std).toBeGreaterThan(0.85);
    expect(noise.scale / std).toBeLessThan(1.1);
    expect(Math.abs(noise.rho - rho)).toBeLessThan(0.1);
  });

  it('is what was known beforehand where there are hardly any residuals', () => {
    const noise = estimate([[0.01, -0.01, 0.01, 0]]);
    expect(noise.rho).toBeCloseTo(0.3, 10);
    // Three observations' worth of scale 1 against one degree of freedom of nothing.
    expect(noise.scale).toBeCloseTo(Math.sqrt(3 / 4), 2);
  });

  it('is not blown up by a failed evaluation', () => {
    const residuals = series('outlier', 40, { std: 1, rho: 0 });
    const spoilt = residuals.map((value, i) => (i === 20 ? -30 : value));
    expect(estimate([spoilt]).scale).toBeLessThan(1.8 * estimate([residuals]).scale);
  });

  it('is drawn anew with the same size and correlation', () => {
    const noise = { scale: 2, rho: 0.6, degrees: 10 };
    const pool = innovations([series('pool', 400, { std: 2, rho: 0.6 })], noise);
    expect(mean(pool)).toBeCloseTo(0, 10);
    const drawn = drawResiduals(Random.from(2), pool, { noise, length: 20_000 });
    expect(standardDeviation(drawn) / 2).toBeGreaterThan(0.9);
    expect(standardDeviation(drawn) / 2).toBeLessThan(1.2);
    const neighbours = drawn.slice(1).map((value, i) => value * drawn[i]!);
    expect(mean(neighbours) / standardDeviation(drawn) ** 2).toBeCloseTo(0.6, 1);
  });

  it('of neighbours that agree widens the error of a mean: by √3 at correlation 0.5', () => {
    expect(correlationInflation({ rho: 0 })).toBe(1);
    expect(correlationInflation({ rho: 0.5 })).toBeCloseTo(Math.sqrt(3), 12);
  });
});
