/** A study that others ran, as the text of a file: simulated curves of sets, branch points and seeds. */
import { Random } from '../../../src/random';
import { simulateCurve } from '../theory/simulated-curves';

const SETS = [
  { set: 'tiny', size: 500, difficulty: 'uniform', loss: 0.52, aPost: 64 },
  { set: 'easy', size: 5000, difficulty: 'easy', loss: 0.47, aPost: 70 },
  { set: 'hard', size: 5000, difficulty: 'hard', loss: 0.41, aPost: 80 },
  { set: 'large', size: 50_000, difficulty: 'uniform', loss: 0.36, aPost: 88 },
] as const;

const BRANCHES = [
  { branch: 'adaptation', sftCompute: 2e17, below: 6 },
  { branch: 'stable', sftCompute: 6e17, below: 0 },
  { branch: 'severe overfitting', sftCompute: 2e18, below: 4 },
] as const;

const HEADER =
  'set,set_size,difficulty,branch,sft_compute,min_val_loss,paradigm,seed,compute,performance,n_problems';

interface ForeignText {
  readonly seeds?: number;
  readonly sets?: readonly string[];
}

function rowsOf(cell: string, pSft: number, aPost: number): string[] {
  const truth = { pSft, aPost, mid: 0.15, b: 1.6 };
  const noise = { std: 0.3, rho: 0.2 };
  const { points } = simulateCurve(Random.from(11, cell), truth, noise, {
    evaluations: 20,
    compute: 4e18,
  });
  const rows = [{ compute: 0, performance: pSft }, ...points];
  return rows.map(({ compute, performance }) => `${cell},${compute},${performance},2000`);
}

/** One row an evaluation; pure RL has neither set nor branch point. */
export function foreignText({ seeds = 3, sets }: ForeignText = {}): string {
  const chosen = SETS.filter(({ set }) => !sets || sets.includes(set));
  const all = Array.from({ length: seeds }, (_, seed) => [
    ...chosen.flatMap(({ set, size, difficulty, loss, aPost }) =>
      BRANCHES.flatMap(({ branch, sftCompute, below }) => {
        const cell = `${set},${size},${difficulty},${branch},${sftCompute},${loss + 0.002 * seed},,${seed}`;
        return rowsOf(cell, aPost - 18, aPost - below);
      }),
    ),
    ...(sets ? [] : rowsOf(`,,,,,,rl,${seed}`, 30, 58)),
  ]);
  return `${[HEADER, ...all.flat()].join('\n')}\n`;
}
