/** `lab paradigms PRESET`: a study of all paradigms at equal compute, under a short name, as a table. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { paradigmStudy } from '../studies/paradigm-study';
import { paradigmRows, paradigmText } from '../studies/paradigm-table';
import { parseStudy } from '../studies/parse-study';
import type { StudyConfig } from '../studies/study-config';
import { paradigmNamed, paradigms } from '../training/configuration/paradigms';
import { presetNamed } from '../training/configuration/presets';
import { NAMED_SETTINGS, RUN_NUMBERS } from '../training/configuration/settings';
import { defaultWorkers, inTurn, runStudy, sayUnfinished } from './run-study';
import { optionText, ownOptions, withOptionsSet } from './setting-options';
import { writeOutputs } from './study-outputs';
import { flagOptions, integerOption, onlyArgument, textOptions } from './usage';

/** Settings of a run that all paradigms share. */
const SETTABLE = [NAMED_SETTINGS.engine, RUN_NUMBERS.budget];

export async function paradigmsCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...ownOptions(SETTABLE),
      ...textOptions('only', 'seeds', 'out'),
      ...flagOptions('json'),
    },
  });
  const study = studyOf(onlyArgument('paradigms', 'one preset', positionals), values);
  const out = optionText(values, 'out') ?? (await mkdtemp(path.join(tmpdir(), 'lab-paradigms-')));
  const kept = out === values.out;
  try {
    const { status, results } = await inTurn(out, async () => {
      const ended = await runStudy(study, { out, workers: defaultWorkers(), isSure: true });
      if (kept) await writeOutputs(out, ended.results, ended.keeper);
      return ended;
    });
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

/** The study that is asked for, checked before anything runs. */
function studyOf(presetName: string, values: Readonly<Record<string, unknown>>): StudyConfig {
  const wanted = optionText(values, 'only')?.split(',').map(paradigmNamed) ?? paradigms();
  const study = paradigmStudy(presetNamed(presetName), {
    names: wanted.map(({ name }) => name),
    seeds: (optionText(values, 'seeds') ?? '0')
      .split(',')
      .map((seed) => integerOption('seeds', seed)),
  });
  return parseStudy({ ...study, run: withOptionsSet(study.run, SETTABLE, values) });
}
