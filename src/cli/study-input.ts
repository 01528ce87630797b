/** The study of a command line: a preset or a file, with what the options change, and the rows of its sets. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseStudy, parseStudyText } from '../studies/parse-study';
import { studyPresetNamed } from '../studies/presets';
import type { StudyConfig } from '../studies/study-config';
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
import { assignmentsIn, optionText, readOption, withOptions } from './setting-options';
import { integerOption, UsageError } from './usage';

/** A preset by its name, or a study file. */
export async function readStudy(name: string): Promise<StudyConfig> {
  if (!name.endsWith('.json')) return studyPresetNamed(name);
  const text = await readFile(name, 'utf8').catch(() => {
    throw new UsageError(`There is no file "${name}".`);
  });
  return parseStudyText(text);
}

/** A study with what the options set; what is set last counts. */
export function withChanges(
  asked: StudyConfig,
  values: Readonly<Record<string, unknown>>,
): StudyConfig {
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
export async function readSets(study: StudyConfig, folder: string): Promise<SetTables> {
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
