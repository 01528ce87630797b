/** Logs with damage of every kind: they are read, or refused with a reason that is an error of the lab. */
import { describe, expect, it } from 'vitest';
import { isLabError } from '../../../src/errors';
import { Random } from '../../../src/random';
import { curvesOfTable, guessColumns, readLog, textOf } from '../../../src/theory';
import { mutated } from '../files/mutated';
import { evaluations, sheet, trlRows, verlSteps } from './trainer-logs';

/** How many logs; the long run sets it. */
const LOGS = Number(process.env.MUTATED_FILES ?? 150);

const rows = evaluations().map(([step, percent]) => ({ step, eval_acc: percent / 100 }));
const WHOLE: readonly string[] = [
  JSON.stringify({ log_history: trlRows() }),
  trlRows()
    .map((row) => JSON.stringify(row).replaceAll('"', "'"))
    .join('\n'),
  verlSteps()
    .slice(0, 40)
    .map(({ step, metrics }) =>
      [`step:${step}`, ...Object.entries(metrics).map(([k, v]) => `${k}:${v}`)].join(' - '),
    )
    .join('\n'),
  sheet(
    'compute;performance',
    (step, percent) => [`${step}`, percent.toFixed(2).replace('.', ',')],
    {
      separator: ';',
    },
  ),
  JSON.stringify({ first: rows, second: rows }),
  JSON.stringify(rows.map(({ step, eval_acc }) => [1.5, step, eval_acc])),
  rows.map(({ step, eval_acc }) => `Step ${step} | loss:0.1 acc:${eval_acc}`).join('\n'),
  `| step | acc |\n| --- | --- |\n${rows.map((row) => `| ${Object.values(row).join(' | ')} |`).join('\n')}`,
];

describe('damaged logs', () => {
  it(`are read, or refused with a reason (${LOGS} of them)`, { timeout: 3_600_000 }, async () => {
    const random = Random.from(11);
    const encoder = new TextEncoder();
    const counts = { read: 0, refused: 0 };
    for (let i = 0; i < LOGS; i++) {
      const file = mutated(encoder.encode(WHOLE[random.integer(WHOLE.length)]), random);
      try {
        const table = await readLog(await textOf(file));
        const { runs, problems, notes } = curvesOfTable(table, {
          ...guessColumns(table),
          singleRun: 'log',
        });
        // A run has curves or says why not; where there is no run, something is said of the rows.
        for (const run of runs) expect(run.curves.length + run.problems.length).toBeGreaterThan(0);
        expect(runs.length + problems.length + notes.length, `log ${i}`).toBeGreaterThan(0);
        counts.read += 1;
      } catch (error) {
        const isRefused = isLabError(error, 'curves') || isLabError(error, 'file');
        if (!isRefused) throw new Error(`log ${i}`, { cause: error });
        counts.refused += 1;
      }
    }
    expect(counts.read).toBeGreaterThan(LOGS / 2);
  });
});
