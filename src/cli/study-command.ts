/** `lab study PRESET|FILE.json --out DIR`: a whole study, which goes on where it was left. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { JobTable } from '../runtime/studies/job-table';
import { findingsText } from '../studies/findings-table';
import { paradigmRows, paradigmText } from '../studies/paradigm-table';
import type { StudyConfig } from '../studies/study-config';
import type { StudyResults } from '../studies/study-results';
import { SHARED_SETTINGS } from '../studies/study-settings';
import type { SetTables } from '../studies/study-sets';
import { parseAddress } from './queue/address';
import { defaultWorkers, inTurn, runStudy, sayUnfinished } from './run-study';
import { settingOptions } from './setting-options';
import { StudyFolder } from './study-folder';
import { readSets, readStudy, withChanges } from './study-input';
import { writeOutputs } from './study-outputs';
import { flagOptions, integerOption, onlyArgument, textOptions, UsageError } from './usage';

export async function studyCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...settingOptions(SHARED_SETTINGS),
      ...textOptions('out', 'workers', 'seeds', 'queue', 'files'),
      ...flagOptions('print', 'report', 'yes', 'clear'),
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
  const { out, files = null } = values;
  const queue =
    values.queue === undefined
      ? null
      : { address: parseAddress(values.queue), files, clears: values.clear === true };
  const sets = await readSets(study, path.dirname(file));
  if (values.report === true) {
    await reportStudy(study, out, sets);
    return;
  }
  const ending = await inTurn(out, async () => {
    const ended = await runStudy(study, { out, workers, sets, isSure: values.yes === true, queue });
    await writeOutputs(out, ended.results, ended.keeper);
    return ended;
  });
  if (ending.status === 'finished') report(ending.results);
  else sayUnfinished(ending.status, { kept: true });
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
