import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import { decompose, type Cell } from '../../../src/theory';
import { cell } from './cells';
import { simulateCurve } from './simulated-curves';

const SETTINGS = { seed: 1, draws: 60 };

function measured(seed: number, step: number, [pSft, aPost]: readonly [number, number]): Cell {
  const truth = { pSft, aPost, mid: 0.15, b: 1.5 };
  const random = Random.from(seed, 'decomposition', step);
  const noise = { std: 0.4, rho: 0.2 };
  const curve = simulateCurve(random, truth, noise, { evaluations: 20 });
  const plain = cell({ seed, step, aPost, pSft, loss: 0.4 + step / 1e4 });
  return { ...plain, pSft: curve.pSft, curve: curve.points };
}

const CELLS = [0, 1].flatMap((seed) => [
  measured(seed, 300, [54, 65]),
  measured(seed, 100, [50, 60]),
  measured(seed, 200, [53, 70]),
]);

describe('the decomposition of a set', () => {
  const [set] = decompose(CELLS, SETTINGS);

  it('has a branch point for each step, in order, over all seeds', () => {
    expect(set!.set).toBe('uniform');
    expect(set!.branches.map(({ branch }) => branch.step)).toEqual([100, 200, 300]);
    expect(set!.branches.every(({ runs }) => runs.length === 2)).toBe(true);
    expect(set!.missing).toEqual([]);
  });

  it('adds up: P_sft and PL_rl make A_post, each within its interval', () => {
    for (const { pSft, plRl, aPost } of set!.branches) {
      expect(pSft.value + plRl.value).toBeCloseTo(aPost.value, 10);
      for (const { value, low, high } of [pSft, plRl, aPost]) {
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high).toBeGreaterThan(low);
      }
    }
    const middle = set!.branches[1]!;
    expect(Math.abs(middle.aPost.value - 70)).toBeLessThan(1.5);
    expect(Math.abs(middle.pSft.value - 53)).toBeLessThan(1);
  });

  it('may group branch points otherwise than by step', () => {
    const moved = CELLS.map((each) =>
      each.seed === 1
        ? { ...each, branch: { ...each.branch!, step: each.branch!.step + 6 } }
        : each,
    );
    expect(decompose(moved, SETTINGS)[0]!.branches).toHaveLength(6);
    const key = ({ branch }: Cell): string => String(Math.floor(branch!.step / 100));
    const [grouped] = decompose(moved, SETTINGS, key);
    expect(grouped!.branches.map(({ branch }) => branch.step)).toEqual([103, 203, 303]);
  });

  it('names branch points that have no fit, and passes over runs without RL', () => {
    const short = { ...CELLS[0]!, curve: CELLS[0]!.curve.slice(0, 3) };
    const [only] = decompose([short, cell({ seed: 0, aPost: 60 })], SETTINGS);
    expect(only!.branches).toEqual([]);
    expect(only!.missing[0]!.reason).toMatchObject({
      code: 'ceiling/few-evaluations',
      facts: { evaluations: 3 },
    });
    expect(decompose([cell({ seed: 0, aPost: 60, set: null })], SETTINGS)).toEqual([]);
  });
});
