/** Logs of the field by what they are taken for, their columns, and the curve that is in them. */
import { describe, expect, it } from 'vitest';
import { curvesOfTable, guessColumns, readLog, textOf } from '../../../src/theory';
import { evaluations } from './trainer-logs';

const EVALUATIONS = evaluations();

/** Reads a log as it is guessed; performance is given with two digits. */
async function curvesOf(text: string) {
  const table = await readLog(text);
  const mapping = guessColumns(table);
  const { runs } = curvesOfTable(table, { ...mapping, singleRun: 'log' });
  const curves = runs.map(({ run, curves: [curve], problems }) => ({
    run,
    problems,
    points: curve && [curve.pSft.value, ...curve.points.map(({ performance }) => performance)],
  }));
  return { kind: table.kind, columns: mapping.columns, curves };
}

const share = (percent: number): string => (percent / 100).toFixed(4);
const lines = (line: (step: number, percent: number) => string): string =>
  EVALUATIONS.map(([step, percent]) => line(step, percent)).join('\n');
const of = (value: (step: number, percent: number) => unknown): unknown[] =>
  EVALUATIONS.map(([step, percent]) => value(step, percent));
const byIndex = (values: unknown[]): object =>
  Object.fromEntries(values.map((value, i) => [String(i), value]));
const STEPS = of((step) => step);
const SHARES = of((_, percent) => Number(share(percent)));

const rowsOf = (more: number): object[] =>
  EVALUATIONS.map(([step, percent]) => ({ step, accuracy: percent + more }));

const LOGS: readonly [
  what: string,
  text: string,
  kind: RegExp,
  compute: string,
  measure: string,
][] = [
  [
    'dicts behind a counter',
    lines(
      (n, p) => `10:0${n % 9} INFO x.py:7] Global step ${n}: {'kl': 0.1, 'pass1': ${share(p)}}`,
    ),
    /^printed Python dicts, 14 rows/,
    ...(['step', 'pass1'] as const),
  ],
  [
    'dicts of evaluations among others, with the time in brackets',
    lines(
      (n, p) =>
        `[2026-01-05 10:00] rollout ${n}: {'rollout/len': 300}\n[2026-01-05 10:01] eval ${n}: {'eval/sums_acc': ${share(p)}}`,
    ),
    /^printed Python dicts, 28 rows/,
    ...(['step', 'eval/sums_acc'] as const),
  ],
  [
    'Hugging Face’s dicts among lines that begin with a bracket',
    lines(
      (n, p) =>
        `[2026-01-05 12:00:00,12] [INFO] [trainer] saved\n{'eval_loss': '0.1', 'eval_acc': '${share(p)}', 'epoch': '${n / 100}'}`,
    ),
    /^TRL log history, 14 entries/,
    ...(['epoch', 'eval_acc'] as const),
  ],
  [
    'pairs on a line',
    lines((n, p) => `Step ${n} | loss:0.01 rewards:0.3 acc:${share(p)} tokens_per_second:301.2`),
    /^printed metrics, 14 lines/,
    ...(['step', 'acc'] as const),
  ],
  [
    'pairs with words of their own',
    `loading\n${lines((n, p) => `iter ${n}: train loss 0.9, val acc ${share(p)}, time 12.5ms`)}`,
    /^printed metrics, 14 lines/,
    ...(['step', 'val acc'] as const),
  ],
  [
    'TensorBoard’s JSON',
    JSON.stringify(of((step, percent) => [1.7e9 + step, step, percent / 100])),
    /^TensorBoard scalars, 14 rows/,
    ...(['Step', 'Value'] as const),
  ],
  [
    'columns as lists',
    JSON.stringify({ step: STEPS, eval_acc: SHARES }),
    /^JSON table, 14 rows/,
    ...(['step', 'eval_acc'] as const),
  ],
  [
    'columns by index',
    JSON.stringify({ step: byIndex(STEPS), eval_acc: byIndex(SHARES) }),
    /^JSON table, 14 rows/,
    ...(['step', 'eval_acc'] as const),
  ],
  [
    'names beside lists of cells',
    JSON.stringify({ columns: ['step', 'acc'], index: [], data: of((n, p) => [n, share(p)]) }),
    /^JSON table, 14 rows/,
    ...(['step', 'acc'] as const),
  ],
  [
    'a header and lists of cells',
    JSON.stringify([['step', 'acc'], ...of((n, p) => [n, share(p)])]),
    /^JSON array, 14 rows/,
    ...(['step', 'acc'] as const),
  ],
  [
    'MLflow’s metrics',
    `run_id,key,value,timestamp,step\n${lines((n, p) => `7f,loss,0.1,1,${n}\n7f,val_acc,${share(p)},1,${n}`)}`,
    /^a row for each metric, 28 rows/,
    ...(['step', 'val_acc'] as const),
  ],
  [
    'a table in Markdown',
    `| step | acc |\n| ---: | :--: |\n${lines((n, p) => `| ${n} | ${p.toFixed(2)} |`)}`,
    /^CSV, 14 rows/,
    ...(['step', 'acc'] as const),
  ],
  [
    'what NumPy saves',
    `# step acc\n${lines((n, p) => `${n.toExponential(9)} ${share(p)}`)}`,
    /^CSV, 14 rows/,
    ...(['step', 'acc'] as const),
  ],
  [
    'what pandas prints',
    `    step     acc\n${EVALUATIONS.map(([n, p], i) => `${i}   ${n}   ${share(p)}`).join('\n')}`,
    /^CSV, 14 rows/,
    ...(['step', 'acc'] as const),
  ],
  [
    'a harness’s results by checkpoint',
    `checkpoint,step,extractive_match,extractive_match_stderr\n${lines((n, p) => `c-${n},${n},${share(p)},0.01`)}`,
    /^CSV, 14 rows/,
    ...(['step', 'extractive_match'] as const),
  ],
  [
    'wandb’s history, whose own counter counts logs',
    lines((n, p) =>
      JSON.stringify({ _step: n * n, train: { global_step: n }, eval: { acc: Number(share(p)) } }),
    ),
    /^wandb history, 14 rows/,
    ...(['train.global_step', 'eval.acc'] as const),
  ],
];

describe('a log', () => {
  it.each(LOGS)('of %s is known by its content', async (_, text, kind, compute, performance) => {
    const read = await curvesOf(text);
    expect(read.kind).toMatch(kind);
    expect(read.columns).toMatchObject({ compute, performance });
    expect(read.curves).toHaveLength(1);
    const [{ points, problems }] = read.curves as [(typeof read.curves)[number]];
    expect(problems).toEqual([]);
    expect(points!.map((value) => Number(value.toFixed(2)))).toEqual(
      EVALUATIONS.map(([, percent]) => Number(percent.toFixed(2))),
    );
  });

  it.each<[string, string]>([
    ['a list for each', JSON.stringify({ first: rowsOf(0), second: rowsOf(9) })],
    [
      'a history in each',
      JSON.stringify({
        project: 'p',
        runs: ['first', 'second'].map((name, i) => ({ name, history: rowsOf(9 * i) })),
      }),
    ],
    [
      'an array of histories',
      JSON.stringify([
        { run: 'first', config: { lr: 1 }, rows: rowsOf(0) },
        { run: 'second', config: { lr: 1 }, rows: rowsOf(9) },
      ]),
    ],
  ])('of several runs, %s, has them all', async (_, text) => {
    const { curves } = await curvesOf(text);
    expect(curves.map(({ run }) => run)).toEqual(['first', 'second']);
    expect(curves.map(({ points }) => points![0]!.toFixed(1))).toEqual(['38.0', '47.0']);
  });

  it('of a trainer’s state has its history, whatever other lists there are', async () => {
    const state = { stateful_callbacks: [{ a: 1 }], log_history: rowsOf(0), others: [{ b: 2 }] };
    const { kind, curves } = await curvesOf(JSON.stringify(state));
    expect(kind).toMatch(/^Hugging Face trainer state, 14 entries/);
    expect(curves.map(({ run }) => run)).toEqual(['log']);
  });

  it.each(['±', '+/-', '+-'])(
    'of measures with their spread behind %s has the measures',
    async (sign) => {
      const { curves } = await curvesOf(
        `step,acc\n${lines((n, p) => `${n},${p.toFixed(2)}${n % 2 ? '%' : ''} ${sign} 0.9`)}`,
      );
      expect(curves[0]!.points!.map((value) => value.toFixed(2))).toEqual(
        EVALUATIONS.map(([, percent]) => percent.toFixed(2)),
      );
    },
  );

  it('of verl has the compute that all evaluations know: the first has no training step', async () => {
    const { columns } = await curvesOf(
      lines((n, p) => {
        const training = n === 0 ? '' : ` - training/global_step:${n} - perf/tokens:${900 * n}`;
        return `step:${n}${training} - val-core/sums/acc/mean@1:${share(p)}`;
      }),
    );
    expect(columns).toMatchObject({ compute: 'step', performance: 'val-core/sums/acc/mean@1' });
    const gap = await curvesOf(`flops,acc\n${lines((n, p) => `${n === 45 ? '' : n},${share(p)}`)}`);
    expect(gap.columns.compute).toBe('flops');
  });

  it('of the format’s own columns is in percent where a reward has hardly started', async () => {
    const table = await readLog('run,compute,performance\na,0,0\na,1,0\na,2,1.25\na,3,0');
    expect(guessColumns(table)).toMatchObject({ fractions: false, isCertain: true });
  });

  it('is read as Excel saves it in Western Europe, in UTF-16 or Windows-1252', async () => {
    const rows = lines((n, p) => `größer;${n};${p.toFixed(2).replace('.', ',')}`);
    const text = `Lauf;Schritt;Genauigkeit\n${rows}`.replaceAll('\n', '\r\n');
    for (const bytes of [Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(text, 'latin1')]) {
      const { columns, curves } = await curvesOf(await textOf(Uint8Array.from(bytes)));
      expect(columns).toEqual({ run: 'Lauf', compute: 'Schritt', performance: 'Genauigkeit' });
      expect(curves.map(({ run, problems }) => [run, problems])).toEqual([['größer', []]]);
    }
  });

  it('of right answers without a number of answers has no counts', async () => {
    const { columns } = await curvesOf(`step,successes\n${lines((n, p) => `${n},${share(p)}`)}`);
    expect(columns).toEqual({ compute: 'step', performance: 'successes' });
  });

  it('is not a list of pairs where words and numbers merely stand in it', async () => {
    const prose = 'We ran step 4 with 3 seeds.\nThe rest was prose, and more of it.\nNo numbers.\n';
    expect((await readLog(`${prose}x,y\n1,2\n`)).kind).not.toMatch(/printed/);
    const table = await readLog('note,step,acc\nstep 1 acc 0.5,1,0.5\nb,2,0.6\nc,3,0.7');
    expect(table.columns).toEqual(['note', 'step', 'acc']);
  });
});
