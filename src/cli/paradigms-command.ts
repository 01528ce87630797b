/** `lab paradigms PRESET`: a study of all paradigms at equal compute, under a short name, as a table. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { paradigmStudy } from '../studies/paradigm-study';
import { paradigmRows, paradigmText } from '../studies/paradigm-table';
import { parseStudy } from '../studies/parse-study';
import type { StudyConfig } from '../studies/study-config';
import { replaceEngine } from '../training/configuration/choices';
import { paradigmNamed, paradigms } from '../training/configuration/paradigms';
import { presetNamed } from '../training/configuration/presets';
import { defaultWorkers, runStudy, sayUnfinished } from './run-study';
import { writeOutputs } from './study-outputs';
import { flagOptions, integerOption, onlyArgument, textOptions, UsageError } from './usage';

export async function paradigmsCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...textOptions('only', 'seeds', 'budget', 'engine', 'out'),
      ...flagOptions('json'),
    },
  });
  const study = studyOf(onlyArgument('paradigms', 'one preset', positionals), values);
  const out = values.out ?? (await mkdtemp(path.join(tmpdir(), 'lab-paradigms-')));
  const kept = out === values.out;
  try {
    const { status, results, keeper } = await runStudy(study, {
      out,
      workers: defaultWorkers(),
      isSure: true,
    });
    if (kept) await writeOutputs(out, results, keeper);
    if (status !== 'finished') {
      sayUnfinished(status, { kept });
      return;
    }
    const rows = paradigmRows(results);
    process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : paradigmText(rows));
  } finally {
    if (!kept) await rm(out, { recursive: true, force: true });
  }
}

interface Wishes {
  readonly only?: string;
  readonly seeds?: string;
  readonly budget?: string;
  readonly engine?: string;
}

/** The study that is asked for, checked before anything runs. */
function studyOf(presetName: string, { only, seeds, budget, engine }: Wishes): StudyConfig {
  const wanted = only?.split(',').map(paradigmNamed) ?? paradigms();
  const study = paradigmStudy(presetNamed(presetName), {
    names: wanted.map(({ name }) => name),
    seeds: (seeds ?? '0').split(',').map((seed) => integerOption('seeds', seed)),
  });
  const { run } = study;
  return parseStudy({
    ...study,
    run: {
      ...run,
      engine: engine === undefined ? run.engine : replaceEngine(run.engine, engine),
      computeBudget: budget === undefined ? run.computeBudget : flops(budget),
    },
  });
}

function flops(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(
    `--budget is "${text}"; it must be a number of FLOPs above 0, such as 9e10.`,
  );
}
