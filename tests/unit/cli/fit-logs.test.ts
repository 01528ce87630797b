import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFit } from '../../../src/cli/fit-command';
import { evaluations, sheet, trlRows, verlSteps } from '../theory/trainer-logs';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-fit-logs-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Row = Readonly<Record<string, string | number | boolean | null>>;

async function fit(
  content: string | Uint8Array,
  options: readonly string[] = [],
  name = 'log.txt',
) {
  const path = join(folder, name);
  await writeFile(path, content);
  let [stdout, stderr] = ['', ''];
  await runFit([path, '--json', ...options], {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
  });
  return { runs: JSON.parse(stdout) as Row[], stderr };
}

const json = (rows: readonly unknown[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');
const python = (row: unknown): string =>
  JSON.stringify(row).replaceAll('"', "'").replaceAll('null', 'None');
const state = { best_metric: null, log_history: trlRows(), total_flos: 0, trial_name: null };
const fileLog = verlSteps().map(({ step, metrics }) => ({ step, data: metrics }));
const flat = verlSteps().map(({ step, metrics }) => ({ step, ...metrics }));
const console_ = verlSteps().map(({ step, metrics }) => {
  const said = Object.entries(metrics).map(([key, value]) => `${key}:np.float64(${value})`);
  return `\u001b[36m(TaskRunner pid=4711)\u001b[0m ${[`step:${step}`, ...said].join(' - ')}`;
});
const chart = [
  '"Step","base - eval/acc","base - eval/acc__MIN","base - eval/acc__MAX","sft - eval/acc","sft - eval/acc__MIN","sft - eval/acc__MAX"',
  ...evaluations().map(([step, percent]) =>
    [step, percent, percent, percent, percent + 9, percent + 9, percent + 9]
      .map((value) => `"${value}"`)
      .join(','),
  ),
].join('\n');
const tags = ['wall_time,run,tag,step,value'].concat(
  ['first', 'second'].flatMap((run) =>
    evaluations().flatMap(([step, percent]) => [
      `1,${run},train/loss,${step},0.2`,
      `1,${run},eval/accuracy,${step},${percent / 100}`,
    ]),
  ),
);
const comma = (value: number, digits = 2): string => value.toFixed(digits).replace('.', ',');
const german = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, '.');

/** By zstd 1.5: "compute,performance", and a row for each compute from 0 to 8, 40 + 20 x / (x + 2). */
const ZSTD = [
  'KLUv/QRoVQIAckUQEaDtHGbahf9AG1EKKSVVAXoUybx9LdnfX0ky76+dJuy4PoVYcR3JvOEqriFJbw8Fybw8lDMhdt',
  'Zr6iWnCUa3GgoBAB9hPgHE8L1j',
];

/** Each with what it is taken for, and the name of the column that performance is in. */
const LOGS: readonly [what: string, text: string, kind: RegExp][] = [
  [
    'a trainer_state.json',
    JSON.stringify(state, null, 2),
    /^Hugging Face trainer state, 28 entries/,
  ],
  ['one on a single line', JSON.stringify(state), /^Hugging Face trainer state, 28 entries/],
  ['log_history as an array', JSON.stringify(trlRows(), null, 1), /^TRL log history, 28 entries/],
  ['log_history as JSONL', json(trlRows()), /^TRL log history, 28 entries/],
  [
    'what TRL prints, with progress bars',
    trlRows()
      .map((row, i) => ` ${i}%|##  | ${i}/28 [00:0${i % 9}<1:00, 2.1s/it]${python(row)}`)
      .join('\n'),
    /^TRL log history, 28 entries/,
  ],
  ['verl’s file logger', json(fileLog), /^verl file log, 201 steps/],
  ['verl’s metrics, flat', json(flat), /^verl metrics, 201 steps/],
  [
    'verl’s console, coloured and among other lines',
    ['Loading checkpoint shards: 100%', ...console_, 'done'].join('\n'),
    /^verl console log, 201 steps/,
  ],
  [
    'LLaMA-Factory’s trainer_log.jsonl',
    json(
      evaluations().map(([step, percent]) => ({
        current_steps: step,
        total_steps: 200,
        accuracy: percent / 100,
        eval_loss: null,
        percentage: step / 2,
        elapsed_time: '0:01:00',
      })),
    ),
    /^LLaMA-Factory trainer log, 14 entries/,
  ],
  [
    'a wandb history with blanks and an index',
    [
      ',_step,_runtime,train/loss,eval/accuracy',
      ...evaluations().flatMap(([step, percent], i) => [
        `${2 * i},${step},${step}.5,,${percent / 100}`,
        `${2 * i + 1},${step + 5},${step}.9,0.1,`,
      ]),
    ].join('\n'),
    /^wandb history, 28 rows/,
  ],
  [
    'TensorBoard’s scalars',
    sheet('Wall time,Step,Value', (step, p) => ['17600.5', String(step), String(p / 100)]),
    /^TensorBoard scalars, 14 rows/,
  ],
  [
    'rates beside the steps',
    sheet('train/tokens_per_second,perf/tflops,global_step,eval/acc', (step, p) => [
      String(800 + 30 * Math.cos(step)),
      String(200 + 9 * Math.sin(step)),
      String(step),
      p.toFixed(2),
    ]),
    /^CSV, 14 rows: compute is global_step/,
  ],
  [
    'a cumulative num_samples',
    sheet('step,num_samples,eval_accuracy', (step, p) => [
      String(step),
      String(64 * step),
      p.toFixed(2),
    ]),
    /^CSV, 14 rows: compute is step, performance is eval_accuracy\./,
  ],
  [
    'German decimals',
    sheet('lauf;schritt_step;eval_accuracy', (step, p) => ['a', String(step), comma(p, 3)], {
      separator: ';',
    }),
    /^CSV, 14 rows/,
  ],
  [
    'German thousands and decimals',
    sheet('tokens;eval_accuracy', (step, p) => [german(100 * step), comma(p)], { separator: ';' }),
    /^CSV, 14 rows: compute is tokens/,
  ],
  [
    'US thousands',
    sheet('tokens,eval_accuracy', (step, p) => [
      `"${(100 * step).toLocaleString('en-US')}"`,
      p.toFixed(2),
    ]),
    /^CSV, 14 rows: compute is tokens/,
  ],
  [
    'thousands with spaces, in Unicode text of Excel',
    sheet(
      'tokens\teval_accuracy',
      (step, p) => [german(100 * step).replace('.', '\u00a0'), comma(p)],
      { separator: '\t' },
    ),
    /^CSV, 14 rows: compute is tokens/,
  ],
];

function expectCurve(run: Row | undefined, pSft = 38, top = 66): void {
  expect(run).toMatchObject({ verdict: 'identified' });
  expect(Math.abs(Number(run!.p_sft) - pSft)).toBeLessThan(0.5);
  expect(Math.abs(Number(run!.a_post) - top)).toBeLessThan(4);
}

describe('any trainer’s log', () => {
  it.each(LOGS)('is read and named: %s', async (_, text, kind) => {
    const { runs, stderr } = await fit(text);
    expect(stderr).toMatch(kind);
    expect(runs).toHaveLength(1);
    expectCurve(runs[0]);
  });

  it.each([
    [
      'percent signs',
      sheet('run,compute,performance', (s, p) => ['a', String(s), `${p.toFixed(1)}%`]),
    ],
    [
      'columns without a name',
      sheet('run,compute,performance,,', (s, p) => ['a', String(s), p.toFixed(1), '', '']),
    ],
    [
      'a separator line',
      `sep=;\n${sheet('run;compute;performance', (s, p) => ['a', String(s), p.toFixed(1)], { separator: ';' })}`,
    ],
    [
      'CR line ends',
      sheet('run,compute,performance', (s, p) => ['a', String(s), p.toFixed(1)], { end: '\r' }),
    ],
    [
      'comment lines',
      `# of today\n# lab 3\n${sheet('run,compute,performance', (s, p) => ['a', String(s), p.toFixed(1)])}`,
    ],
    [
      'a header in a comment',
      `# compute,performance\n${sheet('', (s, p) => [String(s), p.toFixed(1)]).trimStart()}`,
    ],
  ])('is a spreadsheet with %s', async (_, text) => {
    const { runs, stderr } = await fit(text);
    expect(stderr).toBe('');
    expectCurve(runs[0]);
  });

  it('is unpacked from gzip, and from zstd', async () => {
    expectCurve((await fit(gzipSync(json(flat)), [], 'log.jsonl.gz')).runs[0]);
    const packed = Buffer.from(ZSTD.join(''), 'base64');
    const { runs } = await fit(packed, [], 'log.csv.zst');
    expect(runs[0]).toMatchObject({ p_sft: 40 });
  });

  it('holds several runs side by side, or one below the other', async () => {
    const wide = await fit(chart);
    expect(wide.stderr).toMatch(/^wandb chart, 2 runs: run is run, compute is Step/);
    expect(wide.runs.map(({ run }) => run)).toEqual(['base', 'sft']);
    expectCurve(wide.runs[1], 47, 75);
    const long = await fit(tags.join('\n'));
    expect(long.stderr).toMatch(/^TensorBoard tags, 56 rows: .* performance is eval\/accuracy/);
    expect(long.runs.map(({ run }) => run)).toEqual(['first', 'second']);
  });

  it('may have no row of compute 0: P_sft is said, or is the first evaluation', async () => {
    const text = json(trlRows({ from: 15 }));
    const without = await fit(text);
    expect(without.runs[0]).toMatchObject({ a_post: null });
    expect(without.stderr).toMatch(/no row has 0; that row gives P_sft\. Say it yourself/);
    expect((await fit(text, ['--p-sft', '38'])).runs[0]).toMatchObject({ p_sft: 38 });
    expect((await fit(text, ['--p-sft', '0.38'])).runs[0]).toMatchObject({ p_sft: 38 });
    const [, second] = evaluations();
    const first = await fit(text, ['--p-sft-first']);
    expect(Number(first.runs[0]!.p_sft)).toBeCloseTo(second![1], 0);
    const sft = join(folder, 'sft.csv');
    await writeFile(sft, 'step,eval_accuracy\n10,0.31\n20,0.375\n');
    expect((await fit(text, ['--p-sft', sft])).runs[0]).toMatchObject({ p_sft: 37.5 });
    await expect(fit(text, ['--p-sft', 'none.csv'])).rejects.toThrow(
      /--p-sft is "none\.csv"; it must be a percentage from 0 to 100, or a file/,
    );
    await expect(fit(text, ['--p-sft', '138'])).rejects.toThrow(/P_sft is 138; it must be/);
  });

  it('sums up a count of single steps that is chosen, and says so', async () => {
    const columns = ['--columns', 'compute=perf/total_num_tokens'];
    const { runs, stderr } = await fit(json(flat), columns);
    expect(stderr).toMatch(/"perf\/total_num_tokens" counts single steps.*summed up/);
    expectCurve(runs[0]);
    // Half of the gain at step 48 of about 210,000 tokens each.
    expect(Number(runs[0]!.c_mid) / 210_000).toBeGreaterThan(30);
  });

  it('asks where a number may be read in two ways', async () => {
    const cells = (step: number, p: number) => [
      step % 2 ? '1.250' : '1.500',
      String(step),
      p.toFixed(0),
    ];
    const text = sheet('tokens;step;eval_accuracy', cells, { separator: ';' });
    const columns = ['--columns', 'compute=tokens'];
    await expect(fit(text, columns)).rejects.toThrow(
      /Column "tokens" has 1\.500, which may be read in two ways.*--decimal point or --decimal comma/,
    );
    // Where the column is not used, nobody needs to know.
    expectCurve((await fit(text)).runs[0]);
  });

  it('says which columns are accuracies where a reward is none', async () => {
    const rows = evaluations().map(([step, p]) => ({ step, reward: p / 50 - 1, correct: p / 100 }));
    const { stderr } = await fit(json(rows), ['--columns', 'performance=reward']);
    expect(stderr).toMatch(
      /Column "reward" goes from -0\.24 to .*; a ceiling needs a measure from 0 to 1.*Such columns here: correct\./,
    );
  });
});
