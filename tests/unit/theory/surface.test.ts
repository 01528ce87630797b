import { beforeAll, describe, expect, it } from 'vitest';
import { lastOf } from '../../../src/theory';
import { surfaceSteps } from '../../../src/theory/surface/fit';
import { leaveOneOutSteps } from '../../../src/theory/surface/leave-one-out';
import {
  ceilingAt,
  equalSize,
  isMonotone,
  type SurfaceFrame,
  type SurfaceParameters,
} from '../../../src/theory/surface/model';
import { isSurfaceData, surfaceData, type SurfaceData } from '../../../src/theory/surface/points';
import { Surface } from '../../../src/theory/surface/readings';
import { cell } from './cells';
import { DIFFICULTIES, simulatedSurface, SIZES, trueCeiling } from './simulated-surfaces';

const FRAME: SurfaceFrame = { middleSize: 800, sizes: SIZES, easiest: 2, hardest: 4 };
const MULTIPLYING: SurfaceParameters = {
  zero: 80,
  top: 100,
  logMiddle: 0,
  exponent: 0.5,
  difficulty: 1,
  interaction: 1,
  bend: 0,
  scatter: 4,
};
const ADDING = { ...MULTIPLYING, interaction: 0 };

function setOf(size: number, difficulty: number | null) {
  return { name: `${size}-${difficulty}`, size, difficulty };
}

/** Cells of these sets, two seeds each. */
function cellsOf(...sets: readonly (readonly [size: number, difficulty: number | null])[]) {
  return sets.flatMap(([size, difficulty]) =>
    [0, 1].map((seed) => cell({ seed, set: setOf(size, difficulty), aPost: 80 })),
  );
}

describe('the formula of a surface', () => {
  it('leaves the share exp(−f) at the middle, and nothing of very many trajectories', () => {
    const middle = ceilingAt(MULTIPLYING, FRAME, { size: 800, difficulty: 3 });
    expect(middle).toBeCloseTo(100 - 20 * Math.exp(-1), 10);
    expect(ceilingAt(MULTIPLYING, FRAME, { size: 1e9, difficulty: 3 })).toBeCloseTo(100, 6);
    expect(ceilingAt(MULTIPLYING, FRAME, { size: 1e-6, difficulty: 3 })).toBeCloseTo(80, 2);
  });

  it('gives a hard trajectory the same worth at every size where difficulty multiplies', () => {
    const worths = SIZES.map(
      (size) => equalSize(MULTIPLYING, FRAME, { from: 4, size, to: 2 }) / size,
    );
    // f^½ · 1.5 = (worth · f)^½ · 0.5
    for (const worth of worths) expect(worth).toBeCloseTo(9, 6);
    const adding = SIZES.map((size) => equalSize(ADDING, FRAME, { from: 4, size, to: 2 }) / size);
    for (let i = 1; i < adding.length; i++) expect(adding[i]).toBeLessThan(adding[i - 1]!);
  });

  it('finds a worth where difficulty, far beyond the sets, would outgrow scale', () => {
    const steeper = { ...MULTIPLYING, interaction: 1.05 };
    const worth = equalSize(steeper, FRAME, { from: 4, size: 800, to: 2 }) / 800;
    expect(worth).toBeGreaterThan(9);
    expect(worth).toBeLessThan(15);
  });

  it('leaves out surfaces on which more trajectories would lower the ceiling', () => {
    expect(isMonotone(MULTIPLYING, FRAME)).toBe(true);
    expect(isMonotone({ ...MULTIPLYING, difficulty: 2.5 }, FRAME)).toBe(false);
  });
});

describe('the points of a surface', () => {
  it.each([
    ['no-sets', []],
    ['one-size', cellsOf([80, 1], [80, 2])],
    ['one-difficulty', cellsOf([80, 1], [800, 1])],
    ['no-difficulty', cellsOf([80, null], [800, null])],
    ['no-size', cellsOf([0, 1], [0, 2])],
    ['not-crossed', cellsOf([80, 1], [800, 1], [800, 2], [4000, 1])],
  ])('are none, with the reason: %s', (because, cells) => {
    expect(surfaceData(cells)).toMatchObject({ because });
  });

  it('come in order, whatever order the cells have, and name what has no place', () => {
    const cells = cellsOf([800, 2], [80, 1], [800, 1], [80, 2], [0, 1]);
    const data = surfaceData(cells) as SurfaceData;
    expect(isSurfaceData(data)).toBe(true);
    expect(data.sizes).toEqual([80, 800]);
    expect(data.points.map(({ set }) => set).filter((_, i) => i % 2 === 0)).toEqual([
      '80-1',
      '80-2',
      '800-1',
      '800-2',
    ]);
    expect(data.leftOut).toEqual(['0-1']);
  });

  it('take open ceilings as intervals, and what was measured as numbers', () => {
    const sets = cellsOf([80, 1], [80, 2], [800, 1]);
    const open = cell({ seed: 0, set: setOf(800, 2), aPost: 90, reach: 6, identified: false });
    const ceilings = surfaceData([...sets, open], 'ceiling') as SurfaceData;
    expect(ceilings.points.at(-1)).toMatchObject({ isOpen: true, ceiling: { high: 96 } });
    const ends = surfaceData([...sets, open], 'end') as SurfaceData;
    expect(ends.points.at(-1)).toMatchObject({ isOpen: false, ceiling: { value: 90 } });
  });

  it('hold RL alone at no more RL than the sets had', () => {
    const point = (compute: number, performance: number) => ({ compute, performance });
    const sets = cellsOf([80, 1], [80, 2], [800, 1], [800, 2]).map((each) => ({
      ...each,
      curve: [point(10, 80)],
    }));
    const alone = {
      ...cell({ seed: 0, set: null, paradigm: 'dapo', aPost: 90 }),
      branch: null,
      curve: [point(5, 60), point(10, 70), point(20, 90)],
    };
    const { zero } = surfaceData([...sets, alone], 'end') as SurfaceData;
    expect(zero.map(({ ceiling }) => ceiling.value)).toEqual([70]);
  });
});

describe('a fitted surface', () => {
  const truth = {
    middle: 1,
    exponent: 0.6,
    difficulty: 1,
    interaction: 1,
    zero: 82,
    scatter: 4,
    open: 0.2,
  };
  const data = simulatedSurface(truth, 1);
  let surface: Surface;
  beforeAll(() => {
    surface = new Surface(data, lastOf(surfaceSteps(data, { seed: 0 })));
  });

  it('is the same for the same points', () => {
    expect(lastOf(surfaceSteps(data, { seed: 0 }))).toEqual(
      lastOf(surfaceSteps(data, { seed: 0 })),
    );
  });

  it('lies near the truth, rises with size and finds that difficulty multiplies', () => {
    for (const difficulty of DIFFICULTIES) {
      const line = SIZES.map((size) => surface.at(size, difficulty));
      line.forEach(({ value, low, high }, i) => {
        expect(Math.abs(value - trueCeiling(truth, SIZES[i]!, difficulty))).toBeLessThan(2.5);
        expect(low <= value && value <= high).toBe(true);
        if (i > 0) expect(value).toBeGreaterThanOrEqual(line[i - 1]!.value);
      });
    }
    expect(surface.interaction().verdict).toBe('supported');
    const [small, large] = [surface.difficultyGain(80), surface.difficultyGain(800)];
    expect(large.value).toBeGreaterThan(small.value);
  });

  it('decides nothing from one seed', () => {
    const points = data.points.filter(({ seed }) => seed === 0);
    const one = { ...data, points };
    const alone = new Surface(one, lastOf(surfaceSteps(one, { seed: 0 })));
    expect(alone.interaction().verdict).toBe('undecided');
  });

  it('foretells cells that it has not seen', () => {
    const known = simulatedSurface({ ...truth, open: 0 }, 2);
    const left = lastOf(leaveOneOutSteps(known, { seed: 0 }));
    expect(left).toHaveLength(15);
    expect(left.filter(({ isHeld }) => isHeld).length).toBeGreaterThanOrEqual(12);
  });
});
