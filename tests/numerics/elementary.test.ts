import { describe, expect, it } from 'vitest';
import { arcTangent, cosineOfTurns, exp, hypotenuse, log, power } from '../../src/elementary';
import { Random } from '../../src/random';
import { EXACT, unitsInTheLastPlace } from './exact-functions';

const N = 400;

/** The largest error among random arguments, with the argument. */
function worst(
  name: Exclude<keyof typeof EXACT, 'power'>,
  found: (x: number) => number,
  draw: (random: Random, i: number) => number,
): { error: number; at: number } {
  const random = Random.from(11, name);
  const errors = Array.from({ length: N }, (_, i) => {
    const at = draw(random, i);
    return { error: unitsInTheLastPlace(found(at), EXACT[name](at)), at };
  });
  return errors.reduce((most, next) => (next.error > most.error ? next : most));
}

/** Numbers of every size between two powers of two. */
function ofAnySize(low: number, high: number) {
  return (random: Random): number =>
    (1 + random.uniform()) * 2 ** (low + random.integer(high - low));
}

describe('elementary functions lie less than one unit in the last place from the truth', () => {
  it.each([
    ['exp near zero', 'exp', exp, (r: Random) => 2 * r.uniform() - 1],
    ['exp of log-probabilities', 'exp', exp, (r: Random) => -40 * r.uniform()],
    ['exp of all that is finite', 'exp', exp, (r: Random) => 709.78 * (2 * r.uniform() - 1)],
    ['exp where it is subnormal', 'exp', exp, (r: Random) => -709 - 36 * r.uniform()],
    ['exp of little', 'exp', exp, (r: Random) => (r.chance(0.5) ? 1 : -1) * ofAnySize(-60, 0)(r)],
    ['log of uniform numbers', 'log', log, (r: Random) => 1 - r.uniform()],
    ['log near one', 'log', log, (r: Random) => 1 + 0.1 * (2 * r.uniform() - 1)],
    ['log right beside one', 'log', log, (r: Random) => 1 + 2 ** -20 * (2 * r.uniform() - 1)],
    ['log of every size', 'log', log, ofAnySize(-1074, 1023)],
    ['cosine of a turn', 'cosineOfTurns', cosineOfTurns, (r: Random) => r.uniform()],
    [
      'cosine near its zeros',
      'cosineOfTurns',
      cosineOfTurns,
      (r: Random) => (r.chance(0.5) ? 0.25 : 0.75) + 0.01 * (2 * r.uniform() - 1),
    ],
    ['arc tangent', 'arcTangent', arcTangent, (r: Random) => 3 * r.uniform()],
    ['arc tangent of every size', 'arcTangent', arcTangent, ofAnySize(-60, 60)],
  ] as const)('%s', (_, name, found, draw) => {
    const { error, at } = worst(name, found, draw);
    expect(error, `at ${at}`).toBeLessThan(1);
  });

  it('whole powers of a moment’s decay', () => {
    for (const base of [0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 10, 1000, 1.0000001]) {
      for (const n of [0, 1, 2, 3, 7, 10, 100, 643, 1000, 1001, 4096, 20_000]) {
        const [found, wanted] = [power(base, n), EXACT.power(base, n)];
        if (found < 1e-290 || found > 1e290) continue;
        expect(unitsInTheLastPlace(found, wanted), `${base} ** ${n}`).toBeLessThan(1);
      }
    }
  });
});

describe('elementary functions at their ends', () => {
  it('exp', () => {
    expect([0, -0, -Infinity, -746, 710, Infinity, NaN].map(exp)).toEqual([
      1,
      1,
      0,
      0,
      Infinity,
      Infinity,
      NaN,
    ]);
    expect(exp(709.782712893384)).toBeLessThan(Infinity);
    expect(exp(-745.1332191019411)).toBe(Number.MIN_VALUE);
  });

  it('log', () => {
    expect([0, 1, Infinity, -1, NaN].map(log)).toEqual([-Infinity, 0, Infinity, NaN, NaN]);
    expect(log(Number.MIN_VALUE)).toBe(-744.4400719213812);
    expect(log(Number.MAX_VALUE)).toBe(709.782712893384);
  });

  it('cosine, arc tangent, root of squares and powers', () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((turns) => cosineOfTurns(turns) + 0)).toEqual([
      1, 0, -1, 0, 1,
    ]);
    expect(cosineOfTurns(1 / 8)).toBe(Math.SQRT1_2);
    expect([0, 1, Infinity, NaN].map(arcTangent)).toEqual([0, Math.PI / 4, Math.PI / 2, NaN]);
    expect(hypotenuse(3, 4)).toBe(5);
    expect([power(0, 0), power(0.9, 1), power(0.999, 10_000_000)]).toEqual([1, 0.9, 0]);
  });
});
