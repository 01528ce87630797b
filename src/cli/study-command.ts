/** `lab study PRESET|FILE.json --out DIR`: a whole study, which goes on where it was left. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { JobTable } from '../runtime/studies/job-table';
import { findingsText } from '../studies/findings-table';
import { paradigmRows, paradigmText } from '../studies/paradigm-table';
import { parseStudy, parseStudyText } from '../studies/parse-study';
import { studyPresetNamed } from '../studies/presets';
import type { StudyConfig } from '../studies/study-config';
import type { StudyResults } from '../studies/study-results';
import { SHARED_SETTINGS, withStudySetting } from '../studies/study-settings';
import {
  librarySetsOf,
  readSetText,
  requireNamed,
  setPath,
  type SetTables,
} from '../studies/study-sets';
import { checkModel } from '../training/configuration/model-fit';
import type { TrajectoryTable } from '../trajectories/table';
import { defaultWorkers, inTurn, runStudy, sayUnfinished } from './run-study';
import {
  assignmentsIn,
  optionText,
  readOption,
  settingOptions,
  withOptions,
} from './setting-options';
import { StudyFolder } from './study-folder';
import { writeOutputs } from './study-outputs';
import { flagOptions, integerOption, onlyArgument, textOptions, UsageError } from './usage';

export async function studyCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...settingOptions(SHARED_SETTINGS),
      ...textOptions('out', 'workers', 'seeds'),
      ...flagOptions('print', 'report', 'yes'),
    },
  });
  const file = onlyArgument('study', 'one preset or one .json file', positionals);
  const asked = await readStudy(file);
  const study = withChanges(asked, values);
  if (values.print === true) {
    process.stdout.write(`${JSON.stringify(study, null, 2)}\n`);
    return;
  }
  if (values.out === undefined) {
    throw new UsageError('study needs --out DIR: a folder for results, figures and bundle.');
  }
  const workers =
    values.workers === undefined ? defaultWorkers() : integerOption('workers', values.workers, 1);
  const { out } = values;
  const sets = await readSets(study, path.dirname(file));
  if (values.report === true) {
    await reportStudy(study, out, sets);
    return;
  }
  const ending = await inTurn(out, async () => {
    const ended = await runStudy(study, { out, workers, sets, isSure: values.yes === true });
    await writeOutputs(out, ended.results, ended.keeper);
    return ended;
  });
  if (ending.status === 'finished') report(ending.results);
  else sayUnfinished(ending.status, { kept: true });
}

/** A study with what the options set; what is set last counts. */
function withChanges(asked: StudyConfig, values: Readonly<Record<string, unknown>>): StudyConfig {
  const seeds = optionText(values, 'seeds')?.split(',');
  let study =
    seeds === undefined
      ? asked
      : { ...asked, seeds: seeds.map((seed) => integerOption('seeds', seed)) };
  for (const { flag } of withOptions(SHARED_SETTINGS)) {
    const text = optionText(values, flag);
    if (text === undefined) continue;
    study = readOption(flag, text, (value) => withStudySetting(study, flag, value, `--${flag}`));
  }
  for (const { name, text } of assignmentsIn(values)) {
    if (name === null) {
      throw new UsageError(
        `--set is "${text}"; it must be a path with its value: run.rl.steps=40.`,
      );
    }
    study = withStudySetting(study, name, text, '--set');
  }
  checkModel(study.run);
  return parseStudy(study);
}

/** The rows of library sets, which lie beside the study's file as in an unpacked bundle. */
async function readSets(study: StudyConfig, folder: string): Promise<SetTables> {
  const tables = new Map<string, TrajectoryTable>();
  for (const set of librarySetsOf(study)) {
    const file = path.join(folder, setPath(set));
    const text = await readFile(file, 'utf8').catch(() => {
      throw new UsageError(
        `The study trains on "${set.recipe.name}", a set of a browser's library, and its rows are not at ${file}. Save the study as a bundle in the browser, unpack it, and give its study.json.`,
      );
    });
    const table = readSetText(study, set, text);
    requireNamed(study, set, table);
    tables.set(set.digest, table);
  }
  return tables;
}

/** A preset by its name, or a study file. */
async function readStudy(name: string): Promise<StudyConfig> {
  if (!name.endsWith('.json')) return studyPresetNamed(name);
  const text = await readFile(name, 'utf8').catch(() => {
    throw new UsageError(`There is no file "${name}".`);
  });
  return parseStudyText(text);
}

/** Writes what is there so far, also while another terminal runs it. */
async function reportStudy(study: StudyConfig, out: string, sets: SetTables): Promise<void> {
  const keeper = await StudyFolder.open(out, study, sets);
  const results = new JobTable(study, await keeper.read()).results();
  await writeOutputs(out, results, keeper);
  report(results);
}

/** Findings, and the paradigms side by side where the study compares some. */
function report(results: StudyResults): void {
  const rows = paradigmRows(results);
  const table = rows.length > 0 ? `\n${paradigmText(rows)}` : '';
  process.stdout.write(findingsText(results) + table);
}
