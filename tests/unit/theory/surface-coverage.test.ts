/**
 * How often the finding on adding and multiplying is right, on simulated studies of known surfaces. The
 * figures of docs/experiments.md: `SURFACES=100 npx vitest run tests/unit/theory/surface-coverage`.
 */
import { expect, it } from 'vitest';
import { lastOf } from '../../../src/theory';
import { surfaceSteps } from '../../../src/theory/surface/fit';
import { Surface } from '../../../src/theory/surface/readings';
import { simulatedSurface, SIZES, trueCeiling, type TrueSurface } from './simulated-surfaces';

const STUDIES = Number(process.env['SURFACES'] ?? 6);
/** Share of the ceilings at 90% that are open; of what is measured none is. */
const OPEN = Number(process.env['OPEN'] ?? 0);

const KINDS = {
  multiplying: { difficulty: 1, interaction: 1 },
  adding: { difficulty: 1, interaction: 0 },
  flat: { difficulty: 0, interaction: 1 },
} as const;

/** About as the pilot of the preset `map` has it (docs/experiments.md), with a smaller effect of difficulty. */
const BASE = { middle: 0.9, exponent: 1, zero: 82, scatter: 4, open: OPEN };

interface Told {
  readonly verdict: string;
  /** Whether the expected ceiling at each corner and in the middle lies in its interval. */
  readonly held: readonly boolean[];
}

function told(truth: TrueSurface, seed: number): Told {
  const data = simulatedSurface(truth, seed);
  const surface = new Surface(data, lastOf(surfaceSteps(data, { seed: 0 })));
  const corners = [SIZES[0]!, SIZES[2]!, SIZES.at(-1)!].flatMap((size) =>
    [2.37, 3.5, 4.65].map((difficulty) => ({ size, difficulty })),
  );
  const held = corners.map(({ size, difficulty }) => {
    const { low, high } = surface.at(size, difficulty);
    const ceiling = trueCeiling(truth, size, difficulty);
    return ceiling >= low && ceiling <= high;
  });
  return { verdict: surface.interaction().verdict, held };
}

function count<T>(items: readonly T[], of: (item: T) => boolean): number {
  return items.filter(of).length;
}

it('the finding is seldom wrong and mostly decided, and the intervals hold the surface', () => {
  const results = Object.entries(KINDS).map(([kind, made]) => {
    const studies = Array.from({ length: STUDIES }, (_, i) => told({ ...BASE, ...made }, 100 + i));
    const of = (verdict: string): number => count(studies, (study) => study.verdict === verdict);
    const held = studies.flatMap((study) => study.held);
    const share = count(held, Boolean) / held.length;
    return { kind, supported: of('supported'), contradicted: of('contradicted'), held: share };
  });
  console.table(results);
  const [multiplying, adding, flat] = results;
  const most = Math.max(1, 0.05 * STUDIES);
  expect(multiplying!.contradicted).toBeLessThanOrEqual(most);
  expect(adding!.supported).toBeLessThanOrEqual(most);
  expect(flat!.supported + flat!.contradicted).toBeLessThanOrEqual(2 * most);
  expect(multiplying!.supported).toBeGreaterThanOrEqual(0.5 * STUDIES);
  expect(adding!.contradicted).toBeGreaterThanOrEqual(0.5 * STUDIES);
  for (const { held } of results) expect(held).toBeGreaterThan(0.75);
}, 3_600_000);
