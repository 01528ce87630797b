/** What the race found, as tables of text: ratios first, then the numbers behind them. */
import type { BenchRow, EngineMeasurement } from './measure';
import { stepFlops, WORKLOADS } from './workloads';

export type Table = readonly (readonly string[])[];

/** A table for a terminal, its columns aligned; the first two are text, the rest are numbers. */
export function alignedText(rows: Table): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A table in Markdown, as Prettier lays it out; the first two columns are text, the rest are numbers. */
export function markdownText(rows: Table): string {
  const widths = rows[0]!.map((_, i) => Math.max(3, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const [head, ...body] = rows.map((row) =>
    line(row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))),
  );
  const rule = line(widths.map((w, i) => (i < 2 ? '-'.repeat(w) : `${'-'.repeat(w - 1)}:`)));
  return [head!, rule, ...body].join('\n');
}

const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const orDash = (value: number | null): string => (value === null ? '–' : digits(value));

/** How many times as fast as another engine. */
type Ratio = number | null;

/** Speed of one row as a multiple of others' on the same model and batch. */
interface RatioRow {
  readonly workload: string;
  readonly engine: string;
  readonly rows: number;
  /** Against TensorFlow.js on the same kind of device: its WebGPU or its WebAssembly backend. */
  readonly trainingVsTfjs: Ratio;
  readonly samplingVsTfjs: Ratio;
  /** Against jax-js on the same kind of device. */
  readonly trainingVsJax: Ratio;
  readonly samplingVsJax: Ratio;
  /** The other's processor time for a step over the own one. */
  readonly stepCpuVsTfjs: Ratio;
  readonly stepCpuVsJax: Ratio;
  /** Against the lab's own CPU engine. */
  readonly trainingVsWasm: Ratio;
  readonly samplingVsWasm: Ratio;
}

export function ratios(rows: readonly BenchRow[]): RatioRow[] {
  return rows.map((row) => {
    const find = (other: string): BenchRow | undefined =>
      rows.find(
        ({ workload, rows: batch, engine }) =>
          workload === row.workload && batch === row.rows && engine === other,
      );
    const speedup = (other: string, activity: 'step' | 'rollout'): Ratio => {
      const [own, base] = [row[activity], find(other)?.[activity]];
      return own && base ? own.tokensPerSecond / base.tokensPerSecond : null;
    };
    const thrift = (other: string): Ratio => {
      const [own, base] = [row.step?.cpuMilliseconds, find(other)?.step?.cpuMilliseconds];
      return own && base ? base / own : null;
    };
    const backend = row.device === 'gpu' ? 'webgpu' : 'wasm';
    return {
      workload: row.workload,
      engine: row.engine,
      rows: row.rows,
      trainingVsTfjs: speedup(`tfjs:${backend}`, 'step'),
      samplingVsTfjs: speedup(`tfjs:${backend}`, 'rollout'),
      trainingVsJax: speedup(`jax:${backend}`, 'step'),
      samplingVsJax: speedup(`jax:${backend}`, 'rollout'),
      stepCpuVsTfjs: thrift(`tfjs:${backend}`),
      stepCpuVsJax: thrift(`jax:${backend}`),
      trainingVsWasm: speedup('wasm', 'step'),
      samplingVsWasm: speedup('wasm', 'rollout'),
    };
  });
}

const times = (ratio: Ratio): string => (ratio === null ? '–' : `${digits(ratio)}×`);

export function ratioTable(rows: readonly BenchRow[]): Table {
  const lines = ratios(rows).map((row) => [
    row.workload,
    row.engine,
    ...[row.trainingVsTfjs, row.trainingVsJax, row.trainingVsWasm].map(times),
    ...[row.stepCpuVsTfjs, row.stepCpuVsJax].map(times),
    ...[row.samplingVsTfjs, row.samplingVsJax, row.samplingVsWasm].map(times),
  ]);
  return [
    [
      ...['model', 'engine', 'training vs tfjs', 'training vs jax-js', 'training vs wasm'],
      ...['CPU time vs tfjs', 'CPU time vs jax-js'],
      ...['sampling vs tfjs', 'sampling vs jax-js', 'sampling vs wasm'],
    ],
    ...lines,
  ];
}

/** "step skipped, estimated 41 s", or why it failed; empty where all was measured. */
function skippedText({ stepEstimate, rolloutEstimate, failure }: BenchRow): string {
  if (failure !== null) return `failed: ${failure}`;
  const parts = Object.entries({ step: stepEstimate, rollout: rolloutEstimate }).flatMap(
    ([name, estimate]) =>
      estimate === null ? [] : [`${name} skipped, estimated ${digits(estimate / 1000)} s`],
  );
  return parts.join('; ');
}

/** The ratios that count and the numbers behind them, in one table for a page of text. */
export function summaryTable(rows: readonly BenchRow[]): Table {
  const ratioRows = ratios(rows);
  const cell = (m: EngineMeasurement | null, estimate: number | null): string => {
    if (m) return Math.round(m.tokensPerSecond).toLocaleString('en');
    return estimate === null ? '–' : `skipped: ${digits(estimate / 1000)} s each`;
  };
  const lines = rows.map((row, i) => {
    const { trainingVsTfjs, trainingVsJax, stepCpuVsTfjs, stepCpuVsJax } = ratioRows[i]!;
    const { samplingVsTfjs, samplingVsJax } = ratioRows[i]!;
    return [
      `${row.workload}, ${row.rows} rows`,
      row.engine,
      ...[trainingVsTfjs, stepCpuVsTfjs, trainingVsJax, stepCpuVsJax].map(times),
      ...[samplingVsTfjs, samplingVsJax].map(times),
      row.failure === null ? cell(row.step, row.stepEstimate) : `failed: ${row.failure}`,
      cell(row.rollout, row.rolloutEstimate),
    ];
  });
  const head = [
    ...['model, batch', 'engine', 'training vs tfjs', 'by CPU time', 'vs jax-js', 'by CPU time'],
    ...['sampling vs tfjs', 'vs jax-js', 'trained tokens/s', 'sampled tokens/s'],
  ];
  return [head, ...lines];
}

/** Medians of every row. */
export function numberTable(rows: readonly BenchRow[]): Table {
  const cell = (
    m: EngineMeasurement | null,
    read: (m: EngineMeasurement) => number | null,
  ): string => orDash(m && read(m));
  const lines = rows.map((row) => [
    row.workload,
    row.engine,
    String(row.rows),
    cell(row.step, (m) => m.milliseconds),
    cell(row.step, (m) => m.tokensPerSecond),
    cell(row.step, (m) => m.cpuMilliseconds),
    cell(row.step, (m) => m.dispatches),
    cell(row.rollout, (m) => m.tokensPerSecond),
    cell(row.rollout, (m) => m.cpuMilliseconds),
    cell(row.rollout, (m) => m.dispatches),
    orDash(row.memoryBytes === null ? null : row.memoryBytes / 2 ** 20),
    skippedText(row),
  ]);
  const head = [
    ...['model', 'engine', 'rows', 'step ms', 'train tok/s', 'step CPU ms', 'dispatches'],
    ...['sample tok/s', 'rollout CPU ms', 'dispatches', 'memory MiB', ''],
  ];
  return [head, ...lines];
}

/** A training step's rate against that of one large product made by the same engine. */
interface Roofline {
  readonly workload: string;
  readonly engine: string;
  readonly stepFlops: number;
  readonly productFlops: number;
}

/** Of the rows where both were measured; rates in FLOP/s. */
export function rooflines(rows: readonly BenchRow[]): Roofline[] {
  return rows.flatMap(({ workload, engine, rows: batch, step, productFlops }) => {
    const model = WORKLOADS.find(({ name }) => name === workload);
    if (!step || productFlops === null || !model) return [];
    const flops = stepFlops({ ...model, rows: batch }) / (step.milliseconds / 1000);
    return [{ workload, engine, stepFlops: flops, productFlops }];
  });
}

/** "0.1M wasm: 24.1 of 30.2 GFLOP/s (80%)". */
export function rooflineText({ workload, engine, stepFlops: own, productFlops }: Roofline): string {
  const share = Math.round((100 * own) / productFlops);
  return `${workload} ${engine}: ${digits(own / 1e9)} of ${digits(productFlops / 1e9)} GFLOP/s (${share}%)`;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** All that was measured, a line for each row, with the ratios. */
export function benchCsv(rows: readonly BenchRow[]): string {
  const ratioRows = ratios(rows);
  const lines = rows.map((row, i) => {
    const { step, rollout } = row;
    const { workload, engine, rows: batch, ...times } = ratioRows[i]!;
    return [
      ...[workload, batch, engine, row.device, quoted(row.description)],
      ...[step, rollout].flatMap((m) => [
        m?.milliseconds,
        m?.tokensPerSecond,
        m?.cpuMilliseconds,
        m?.dispatches,
      ]),
      ...[row.memoryBytes, row.productFlops, row.stepEstimate, row.rolloutEstimate],
      row.failure === null ? '' : quoted(row.failure),
      ...Object.values(times),
    ]
      .map((value) => value ?? '')
      .join(',');
  });
  const head = [
    ...['model', 'rows', 'engine', 'device', 'description'],
    ...['step_ms', 'train_tokens_per_second', 'step_cpu_ms', 'step_dispatches'],
    ...['rollout_ms', 'sample_tokens_per_second', 'rollout_cpu_ms', 'rollout_dispatches'],
    ...['memory_bytes', 'product_flops_per_second', 'skipped_step_ms', 'skipped_rollout_ms'],
    'failure',
    ...['training_vs_tfjs', 'sampling_vs_tfjs', 'training_vs_jax', 'sampling_vs_jax'],
    ...['step_cpu_vs_tfjs', 'step_cpu_vs_jax', 'training_vs_wasm', 'sampling_vs_wasm'],
  ].join(',');
  return `${[head, ...lines].join('\n')}\n`;
}
