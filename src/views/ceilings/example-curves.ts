/**
 * Curves to try the page with: simulated from the ceiling equation with noise that is correlated
 * along a run, as that of real evaluations is. None of them was ever measured.
 */
import { square } from '../../elementary';
import { Random } from '../../random';
import { ceilingCurve } from '../../theory';

interface ExampleRun {
  readonly run: string;
  readonly pSft: number;
  readonly aPost: number;
  /** As a share of the compute spent. */
  readonly mid: number;
  readonly b: number;
  readonly seeds: number;
  /** Share of the compute at which RL collapses; absent where it does not. */
  readonly collapseAt?: number;
}

/** What a reader should see once: an easy case, a slow one, one that cannot be told, a collapse. */
const RUNS: readonly ExampleRun[] = [
  { run: 'bends early', pSft: 52, aPost: 74, mid: 0.12, b: 1.4, seeds: 1 },
  { run: 'bends late', pSft: 61, aPost: 78, mid: 0.4, b: 1.9, seeds: 1 },
  { run: 'still rising', pSft: 38, aPost: 84, mid: 1.6, b: 1.6, seeds: 1 },
  { run: 'collapses', pSft: 45, aPost: 66, mid: 0.15, b: 1.5, seeds: 1, collapseAt: 0.72 },
  { run: 'three seeds', pSft: 57, aPost: 70, mid: 0.2, b: 1.5, seeds: 3 },
  { run: 'little to gain', pSft: 71, aPost: 75, mid: 0.18, b: 1.3, seeds: 1 },
];

const SEED = 7;
/** FLOPs. */
const COMPUTE = 4e18;
const EVALUATIONS = 24;
/** Noise of an evaluation in points, and its correlation with the one before. */
const NOISE = { std: 0.6, rho: 0.4 };
/** Points that a collapse costs within two evaluations. */
const FALL = 22;

interface ExampleRow {
  readonly compute: number;
  readonly performance: number;
}

function simulate(example: ExampleRun, seed: number): ExampleRow[] {
  const random = Random.from(SEED, 'example-curve', example.run, seed);
  const { std, rho } = NOISE;
  const truth = { ...example, cMid: example.mid * COMPUTE };
  let error = random.normal();
  return Array.from({ length: EVALUATIONS + 1 }, (_, i) => {
    const share = i === 0 ? 0 : (i + 0.3 * (random.uniform() - 0.5)) / EVALUATIONS;
    error = rho * error + Math.sqrt(1 - square(rho)) * random.normal();
    const since = example.collapseAt === undefined ? 0 : share - example.collapseAt;
    const fallen = FALL * Math.min(1, Math.max(0, (since * EVALUATIONS) / 2));
    const performance = ceilingCurve(truth, share * COMPUTE) + std * error - fallen;
    return {
      compute: Number((share * COMPUTE).toPrecision(6)),
      performance: Number(Math.min(100, Math.max(0, performance)).toFixed(2)),
    };
  });
}

interface ExampleCurves {
  readonly name: string;
  /** CSV as anyone would write it. */
  readonly text: string;
  /** The ceilings that the curves were simulated with, by run. */
  readonly truths: ReadonlyMap<string, number>;
}

export function exampleCurves(): ExampleCurves {
  const rows = RUNS.flatMap((example) =>
    Array.from({ length: example.seeds }, (_, seed) =>
      simulate(example, seed).map(({ compute, performance }) =>
        [example.run, seed, compute, performance].join(','),
      ),
    ).flat(),
  );
  return {
    name: 'simulated-curves.csv',
    text: `${['run,seed,compute,performance', ...rows].join('\n')}\n`,
    truths: new Map(RUNS.map(({ run, aPost }) => [run, aPost])),
  };
}
