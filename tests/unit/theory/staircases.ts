/** RL that learns one level after another, with a known ceiling, for the tests of ceilings by level. */
import { Random } from '../../../src/random';
import type { LevelResult } from '../../../src/theory';
import type { LevelCurve } from '../../../src/theory/levels/series';

interface Level {
  readonly start: number;
  readonly ceiling: number;
  /** Share of the compute at which it takes off, and how long the rise takes. */
  readonly from: number;
  readonly width: number;
}

interface Staircase {
  readonly curve: LevelCurve;
  /** Where all levels end, in points. */
  readonly truth: number;
  /** Levels that never take off. */
  readonly never: number;
}

const LEVELS = 6;
const PROBLEMS = 150;
const CHANCE = 0.2;
/** Correlation of the policy's wandering, and its size in standard errors of an evaluation. */
const WANDER = { rho: 0.6, size: 0.6 };

export function rateAt({ start, ceiling, from, width }: Level, x: number): number {
  if (x <= from) return start;
  return start + (ceiling - start) * (1 - 1 / (1 + ((x - from) / width) ** 2));
}

function count(random: Random, rate: number, samples: number): number {
  let right = 0;
  for (let i = 0; i < samples; i++) if (random.uniform() < rate) right += 1;
  return right;
}

function randomLevel(random: Random, isLearned: boolean): Level {
  const start = isLearned ? 0.15 + 0.45 * random.uniform() : CHANCE;
  const top = random.chance(0.5) ? 1 : 0.6 + 0.4 * random.uniform();
  const ceiling = isLearned ? Math.max(start, top) : start;
  return { start, ceiling, from: 0.9 * random.uniform(), width: 0.03 + 0.17 * random.uniform() };
}

function meanOf(counts: readonly LevelResult[]): number {
  return (100 / counts.length) * counts.reduce((sum, c) => sum + c.successes / c.samples, 0);
}

/** Evaluations of the given levels at compute 1, 2 … `evaluations`, with autocorrelated noise. */
export function curveOfLevels(
  random: Random,
  levels: readonly Level[],
  evaluations: number,
): LevelCurve {
  const atStart = levels.map(({ start }, i) => ({
    level: i,
    samples: 4 * PROBLEMS,
    problems: PROBLEMS,
    successes: count(random, start, 4 * PROBLEMS),
  }));
  const wander = levels.map(() => random.normal());
  const points = Array.from({ length: evaluations }, (_, j) => {
    const counts = levels.map((level, i) => {
      const rate = rateAt(level, (j + 1) / evaluations);
      const { rho, size } = WANDER;
      wander[i] = rho * wander[i]! + Math.sqrt(1 - rho * rho) * random.normal();
      const error = size * Math.sqrt(Math.max(1e-4, rate * (1 - rate)) / PROBLEMS);
      const wandered = Math.min(1, Math.max(0, rate + error * wander[i]));
      return {
        level: i,
        samples: PROBLEMS,
        problems: PROBLEMS,
        successes: count(random, wandered, PROBLEMS),
      };
    });
    return { compute: j + 1, performance: meanOf(counts), levels: counts };
  });
  return { pSft: { value: meanOf(atStart), standardError: null, levels: atStart }, points };
}

/** Levels that take off at random times, up to three of them never. */
export function staircase(seed: number, evaluations = 40): Staircase {
  const random = Random.from(seed, 'staircase');
  const never = random.integer(4);
  const levels = Array.from({ length: LEVELS }, (_, i) => randomLevel(random, i < LEVELS - never));
  const truth = (100 / LEVELS) * levels.reduce((sum, { ceiling }) => sum + ceiling, 0);
  return { curve: curveOfLevels(random, levels, evaluations), truth, never };
}
