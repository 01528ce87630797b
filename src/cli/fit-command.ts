/** `lab fit FILE|DIR`: the ceilings of RL curves logged anywhere. */
import { basename, extname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { readCurves } from './curve-input';
import { allIsRead } from './guarded';
import { ceilingsAsJson } from '../runtime/ceilings/ceiling-records';
import { ceilingWord, failedSentence, verdictSentence } from '../words/en/reasons/ceiling-reasons';
import {
  fitCurveFile,
  isIdentified,
  type CeilingFit,
  type CurveFile,
  type RunCeiling,
  type SeededCeilingSettings,
} from '../theory';
import { fitStudy } from './fit-study';
import {
  flagOptions,
  integerOption,
  numberOption,
  onlyArgument,
  textOptions,
  UsageError,
} from './usage';
import { toDecimals } from '../rounding';
import { counted } from '../words/en/counted';

const PROGRESS_EVERY_MS = 5000;
/** Problems of one run that are printed in full. */
const SHOWN_PROBLEMS = 5;

const NO_STUDY =
  '--out writes the figures of a study, and the file has none of its columns: set, set_size, difficulty, branch, sft_compute, min_val_loss, paradigm, level. Name them by --columns, or leave --out away.';

interface FitOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

const PROCESS_OUTPUT: FitOutput = {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
};

/** Prints the ceilings; the exit code is 1 where no run could be fitted. */
export async function fitCommand(args: string[]): Promise<void> {
  const fitted = await runFit(args, PROCESS_OUTPUT);
  if (fitted === 0) process.exitCode = 1;
}

/** Reads, fits and prints; returns how many runs were fitted. */
export async function runFit(args: string[], output: FitOutput): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...textOptions('columns', 'seed', 'chance', 'out', 'p-sft', 'decimal'),
      ...flagOptions('fractions', 'percent', 'p-sft-first', 'json'),
    },
  });
  const path = onlyArgument('fit', 'one file or folder', positionals);
  const seed = values.seed === undefined ? 0 : integerOption('seed', values.seed);
  const chance =
    values.chance === undefined
      ? undefined
      : numberOption('chance', values.chance, { least: 0, most: 1 });
  const name = basename(path, extname(path));
  const { file, told } = await readCurves(path, values);
  allIsRead();
  for (const line of told) output.stderr(`${line}\n`);
  report(file, output);
  const fits = fitAll(file, { seed, levels: { chance } }, output);
  if (file.isStudy) {
    const study = await fitStudy(file, fits, { name, seed, chance, out: values.out });
    for (const note of study.notes) output.stderr(`${note}\n`);
    output.stdout(values.json ? study.json : `${tableOf(fits)}\n${study.text}`);
  } else {
    if (values.out !== undefined) throw new UsageError(NO_STUDY);
    output.stdout(values.json ? ceilingsAsJson(fits) : tableOf(fits));
  }
  return fits.filter((fit) => fit.ceiling !== null).length;
}

function fitAll(
  file: CurveFile,
  settings: SeededCeilingSettings,
  { stderr }: FitOutput,
): RunCeiling[] {
  const fits: RunCeiling[] = [];
  const started = performance.now();
  let told = started;
  for (const fit of fitCurveFile(file, settings)) {
    fits.push(fit);
    for (const problem of shownProblems(fit.problems ?? [])) stderr(`${problem}\n`);
    const now = performance.now();
    const left = file.runs.length - fits.length;
    if (now - told < PROGRESS_EVERY_MS || left === 0) continue;
    told = now;
    const seconds = Math.ceil(((now - started) / fits.length / 1000) * left);
    stderr(
      `${fits.length} of ${counted(file.runs.length, 'run')} fitted, about ${seconds} s left\n`,
    );
  }
  return fits;
}

function shownProblems(problems: readonly string[]): string[] {
  const left = problems.length - SHOWN_PROBLEMS;
  const shown = problems.slice(0, SHOWN_PROBLEMS);
  return left > 0 ? [...shown, `… and ${left} more problems of this kind.`] : shown;
}

function report({ problems, notes }: CurveFile, { stderr }: FitOutput): void {
  for (const text of [...shownProblems(problems), ...notes]) stderr(`${text}\n`);
}

/** A ceiling that is not identified never stands as a bare number. */
function cellsOf(run: string, ceiling: CeilingFit): string[] {
  const interval = `${toDecimals(ceiling.aPostLow, 1)} to ${toDecimals(ceiling.aPostHigh, 1)}`;
  return [
    run,
    toDecimals(ceiling.pSft, 1),
    isIdentified(ceiling) ? toDecimals(ceiling.plRl, 1) : '?',
    ceilingWord(ceiling),
    interval,
    ceiling.cMid.toPrecision(3),
    toDecimals(ceiling.b, 2),
  ];
}

function remarksOf(run: string, ceiling: CeilingFit): string[] {
  const remarks = ceiling.collapses.map(
    ({ compute, best, after, dropped }) =>
      `${run}: RL collapsed after compute ${compute.toPrecision(4)}, from ${toDecimals(best, 1)} to ${toDecimals(after, 1)}; the last ${counted(dropped, 'evaluation')} left out.`,
  );
  const failures = ceiling.failed.map(
    (failure) => `${run}: ${failedSentence(failure, failure.compute.toPrecision(4))}`,
  );
  const why = verdictSentence(ceiling.verdict);
  return [...remarks, ...failures, ...(why === null ? [] : [`${run}: ${why}`])];
}

function tableOf(fits: readonly RunCeiling[]): string {
  const fitted = fits.filter((fit) => fit.ceiling !== null);
  if (fitted.length === 0) return '';
  const header = ['run', 'P_sft', 'PL_rl', 'A_post', '90% interval', 'C_mid', 'B'];
  const rows = [header, ...fitted.map(({ run, ceiling }) => cellsOf(run, ceiling))];
  const widths = header.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  const remarks = fitted.flatMap(({ run, ceiling }) => remarksOf(run, ceiling));
  return `${[...lines, ...remarks].join('\n')}\n`;
}
