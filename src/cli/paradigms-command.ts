/** `lab paradigms PRESET`: every paradigm from the same base at equal compute, as a table. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tableAsCsv } from '../figures';
import { levelsFigure, unseenFigure } from '../figures/levels';
import { paradigmsFigure } from '../figures/paradigms';
import type { CellResult, StudyResults } from '../studies/study-results';
import { engineNamed } from '../training/configuration/choices';
import {
  acrossSeeds,
  paradigmRow,
  type ParadigmRow,
  type ParadigmRun,
} from '../training/paradigm-table';
import { PARADIGMS, paradigmNamed, withParadigm } from '../training/configuration/paradigms';
import { presetNamed } from '../training/configuration/presets';
import { parseRunConfig, type RunConfig } from '../training/configuration/run-config';
import { cellOf, paradigmResults, runOf, sharedConfig, studyOfParadigms } from './paradigm-results';
import { runToEnd } from './run-to-end';
import { writeWhole } from './study-folder';
import { integerOption, UsageError } from './usage';

export async function paradigmsCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      seeds: { type: 'string' },
      budget: { type: 'string' },
      engine: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  if (positionals.length !== 1) {
    throw new UsageError(`paradigms takes one preset; ${positionals.length} were given.`);
  }
  const preset = presetNamed(positionals[0]!);
  const paradigms = values.only?.split(',').map(paradigmNamed) ?? PARADIGMS;
  const seeds = (values.seeds ?? '0').split(',').map((seed) => integerOption('seeds', seed));
  const budget = values.budget === undefined ? preset.budget : flops(values.budget);
  const engine = values.engine === undefined ? preset.config.engine : engineNamed(values.engine);
  // All are checked before the first one starts.
  const configs = paradigms.flatMap((paradigm) =>
    seeds.map((seed) =>
      parseRunConfig({ ...withParadigm(preset, paradigm), seed, engine, computeBudget: budget }),
    ),
  );
  const names = paradigms.map(({ name }) => name);
  const shared = { ...sharedConfig(preset), engine, computeBudget: budget };
  const study = studyOfParadigms(preset, { names, seeds, run: parseRunConfig(shared) });
  const rows: ParadigmRow[] = [];
  const cells: CellResult[] = [];
  for (const config of configs) {
    process.stderr.write(`\n${config.paradigm}, seed ${config.seed}\n`);
    const { run, cell } = await runParadigm(config);
    rows.push(paradigmRow(run));
    cells.push(cell);
    // After each run: what took long is not lost to what comes after.
    if (values.out !== undefined) await keep(values.out, paradigmResults(study, cells));
  }
  if (values.out !== undefined) await writeWhole(path.join(values.out, 'table.txt'), asTable(rows));
  process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : asTable(rows));
}

function flops(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(
    `--budget is "${text}"; it must be a number of FLOPs above 0, such as 9e10.`,
  );
}

/** The results, and the figures that they are enough for, each with its table. */
async function keep(folder: string, results: StudyResults): Promise<void> {
  await writeWhole(path.join(folder, 'results.json'), `${JSON.stringify(results)}\n`);
  for (const draw of [paradigmsFigure, levelsFigure, unseenFigure]) {
    const { id, svg, table } = draw(results, { theme: 'light', format: 'slide' });
    await writeWhole(path.join(folder, `${id}.svg`), svg);
    await writeWhole(path.join(folder, `${id}.csv`), tableAsCsv(table));
  }
}

async function runParadigm(config: RunConfig): Promise<{ run: ParadigmRun; cell: CellResult }> {
  const { last, seconds } = await runToEnd(config);
  return { run: runOf(config, last), cell: cellOf(config, last, seconds) };
}

const COLUMNS = [
  'paradigm',
  'seed',
  'final',
  'best',
  'held out',
  'ceiling',
  '90% at',
  'FLOPs',
  'instabilities',
];

function cells(row: ParadigmRow): string[] {
  const { ceiling, finalStandardError: error, computeTo90 } = row;
  const interval = ceiling
    ? `${ceiling.aPost.toFixed(1)} (${ceiling.aPostLow.toFixed(1)}–${ceiling.aPostHigh.toFixed(1)})${ceiling.identified ? '' : ' ?'}`
    : 'none';
  return [
    row.paradigm,
    String(row.seed),
    `${row.final.toFixed(1)}${error === null ? '' : ` ±${error.toFixed(1)}`}`,
    row.best.toFixed(1),
    row.heldOut === null ? '–' : row.heldOut.toFixed(1),
    interval,
    computeTo90 === null ? '–' : computeTo90.toExponential(1),
    row.compute.toExponential(2),
    row.instabilities.join('; ') || '–',
  ];
}

/** A row for each run, and the means over seeds where there are several. */
function asTable(rows: readonly ParadigmRow[]): string {
  const lines = [COLUMNS, ...rows.map(cells)];
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  const names = [...new Set(rows.map(({ paradigm }) => paradigm))];
  const means = names.map((name) => {
    const finals = rows.filter(({ paradigm }) => paradigm === name).map(({ final }) => final);
    const { mean, deviation } = acrossSeeds(finals);
    return `${name}: ${mean.toFixed(1)}${deviation === null ? '' : ` ±${deviation.toFixed(1)} over ${finals.length} seeds`}`;
  });
  const notes = ['', 'Final, mean over seeds and standard deviation:', ...means];
  const mark = 'A "?" marks a ceiling that the curve does not identify.';
  return [...text, mark, ...(rows.length > names.length ? notes : []), ''].join('\n');
}
