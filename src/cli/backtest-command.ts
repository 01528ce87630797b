/** `lab backtest DIR|BUNDLE.zip`: whether a study's ceilings, fitted on a first part of RL, came true. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LabError } from '../errors';
import { toDecimals } from '../rounding';
import { backtestCurves } from '../studies/backtest-curves';
import { readBundle } from '../studies/bundle/study-bundle';
import { parseResults } from '../studies/parse-results';
import type { StudyResults } from '../studies/study-results';
import {
  backtestSteps,
  countBacktest,
  lastOf,
  type Backtest,
  type BacktestCount,
  type BacktestRow,
} from '../theory';
import { failureSentence } from '../sentences';
import { counted } from '../words/en/counted';
import { decoding } from '../runtime/sets/decoding';
import { backtestAsJson } from '../runtime/ceilings/backtest-records';
import { allIsRead } from './guarded';
import { flagOptions, integerOption, onlyArgument, textOptions, UsageError } from './usage';

const DEFAULT_SHARES = '0.5,0.67';

/** Prints the backtest; the exit code is 1 where no curve could be fitted. */
export async function backtestCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...textOptions('at', 'seed'), ...flagOptions('json') },
  });
  const from = onlyArgument('backtest', 'one folder or bundle of a study', positionals);
  const seed = values.seed === undefined ? 0 : integerOption('seed', values.seed);
  const at = sharesOf(values.at ?? DEFAULT_SHARES);
  const results = await readResults(from);
  allIsRead();
  const curves = backtestCurves(results);
  if (curves.length === 0) throw new LabError('backtest/no-curve', { from });
  const backtest = lastOf(backtestSteps(curves, { at, seed }));
  for (const { id, reason } of backtest.gaps) {
    process.stderr.write(`${id}: ${failureSentence(reason)}\n`);
  }
  process.stdout.write(values.json ? backtestAsJson(backtest) : textOf(backtest));
  if (backtest.rows.length === 0) process.exitCode = 1;
}

function sharesOf(text: string): number[] {
  return text.split(',').map((part) => {
    const share = Number(part);
    if (part.trim() === '' || !Number.isFinite(share)) {
      throw new UsageError(`--at has "${part}"; it must be shares such as 0.5,0.67.`);
    }
    return share;
  });
}

/** A study's folder has its results beside its bundle. */
async function readResults(from: string): Promise<StudyResults> {
  const info = await stat(from).catch(() => null);
  if (!info) throw new UsageError(`There is no folder and no file "${from}".`);
  if (!info.isDirectory()) {
    const bytes = await readFile(from);
    return decoding(bytes.length, () => readBundle(bytes).results);
  }
  const file = path.join(from, 'results.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) {
    throw new UsageError(
      `The folder "${from}" has no results.json. Run the study first: lab study … --out ${from}`,
    );
  }
  return decoding(text.length, () => parseResults(JSON.parse(text)));
}

function linesOf(title: string, counts: readonly BacktestCount[]): string[] {
  const width = Math.max(title.length, ...counts.map(({ name }) => name.length));
  return [
    `${title.padEnd(width)}  cells  ends above the ceiling  ends within the forecast`,
    ...counts.map(({ name, cells, refuted, held }) => {
      const share = `${toDecimals((100 * held) / cells, 0)}%`;
      return `${name.padEnd(width)}  ${String(cells).padStart(5)}  ${String(refuted).padStart(22)}  ${`${held} (${share})`.padStart(24)}`;
    }),
  ];
}

function textOf({ rows }: Backtest): string {
  const shares = [...new Set(rows.map(({ at }) => at))];
  const parts = shares.map((at) => {
    const ofShare = rows.filter((row) => row.at === at);
    return [
      `Fitted on the first ${toDecimals(100 * at, 0)}% of the evaluations of ${counted(ofShare.length, 'curve')}`,
      '',
      ...linesOf(
        'verdict',
        countBacktest(ofShare, ({ verdict }) => verdict.is),
      ),
      '',
      ...linesOf('set', countBacktest(ofShare, setOf)),
      '',
    ].join('\n');
  });
  return `${parts.join('\n')}\n`;
}

function setOf({ set }: BacktestRow): string {
  return set ?? '(no set)';
}
