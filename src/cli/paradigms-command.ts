/** `lab paradigms PRESET`: a study of all paradigms at equal compute, under a short name, as a table. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { paradigmStudy } from '../studies/paradigm-study';
import { paradigmRows, paradigmText } from '../studies/paradigm-table';
import { parseStudy } from '../studies/parse-study';
import { checkSweep, type RateSweep } from '../studies/rate-sweep';
import type { StudyConfig } from '../studies/study-config';
import { paradigmNamed, paradigms } from '../training/configuration/paradigms';
import { presetNamed } from '../training/configuration/presets';
import { NAMED_SETTINGS, RUN_NUMBERS } from '../training/configuration/settings';
import { sweepParadigms, sweepText } from './paradigm-sweep';
import { defaultWorkers, inTurn, runStudy, sayUnfinished } from './run-study';
import { optionText, ownOptions, withOptionsSet } from './setting-options';
import { writeOutputs } from './study-outputs';
import {
  flagOptions,
  integerOption,
  numberOption,
  onlyArgument,
  textOptions,
  UsageError,
} from './usage';

/** Settings of a run that all paradigms share. */
const SETTABLE = [NAMED_SETTINGS.engine, RUN_NUMBERS.budget];

/** On which learning rates are chosen where nobody says: none that a table of the lab has used. */
const SWEEP_SEEDS = '1000,1001';

export async function paradigmsCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...ownOptions(SETTABLE),
      ...textOptions('only', 'seeds', 'sweep', 'sweep-seeds', 'out'),
      ...flagOptions('json'),
    },
  });
  const study = studyOf(onlyArgument('paradigms', 'one preset', positionals), values);
  const sweep = sweepOf(study, values);
  const out = optionText(values, 'out') ?? (await mkdtemp(path.join(tmpdir(), 'lab-paradigms-')));
  const kept = out === values.out;
  try {
    const run = (one: StudyConfig, folder: string) => rowsOf(one, { out: folder, kept });
    if (sweep === null) {
      const rows = await run(study, out);
      if (rows)
        process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : paradigmText(rows));
      return;
    }
    const swept = await sweepParadigms(study, sweep, { out, run });
    if (!swept) return;
    const text = `${paradigmText(swept.rows)}${sweepText(swept.chosen, sweep.seeds)}`;
    process.stdout.write(values.json ? `${JSON.stringify(swept)}\n` : text);
  } finally {
    if (!kept) await rm(out, { recursive: true, force: true });
  }
}

/** Runs a study of paradigms; null where it did not come to its end, which is then said. */
async function rowsOf(
  study: StudyConfig,
  { out, kept }: { out: string; kept: boolean },
): Promise<ReturnType<typeof paradigmRows> | null> {
  const { status, results } = await inTurn(out, async () => {
    const ended = await runStudy(study, { out, workers: defaultWorkers(), isSure: true });
    if (kept) await writeOutputs(out, ended.results, ended.keeper);
    return ended;
  });
  if (status === 'finished') return paradigmRows(results);
  sayUnfinished(status, { kept });
  return null;
}

/** Numbers of an option, separated by commas. */
function integersOf(name: string, text: string): number[] {
  return text.split(',').map((one) => integerOption(name, one));
}

/** The sweep of learning rates that is asked for; null for none. */
function sweepOf(
  { seeds }: StudyConfig,
  values: Readonly<Record<string, unknown>>,
): RateSweep | null {
  const factors = optionText(values, 'sweep');
  const own = optionText(values, 'sweep-seeds');
  if (factors === undefined) {
    if (own === undefined) return null;
    throw new UsageError('--sweep-seeds needs --sweep FACTORS, such as --sweep 0.5,1,2.');
  }
  const sweep = {
    factors: factors.split(',').map((one) => numberOption('sweep', one, { above: 0 })),
    seeds: integersOf('sweep-seeds', own ?? SWEEP_SEEDS),
  };
  checkSweep(sweep, seeds);
  return sweep;
}

/** The study that is asked for, checked before anything runs. */
function studyOf(presetName: string, values: Readonly<Record<string, unknown>>): StudyConfig {
  const wanted = optionText(values, 'only')?.split(',').map(paradigmNamed) ?? paradigms();
  const study = paradigmStudy(presetNamed(presetName), {
    names: wanted.map(({ name }) => name),
    seeds: integersOf('seeds', optionText(values, 'seeds') ?? '0'),
  });
  return parseStudy({ ...study, run: withOptionsSet(study.run, SETTABLE, values) });
}
