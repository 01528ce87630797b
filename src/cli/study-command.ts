/** `lab study PRESET|FILE.json --out DIR`: a whole study, which goes on where it was left. */
import { availableParallelism } from 'node:os';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { StudyNews, StudyStatus } from '../runtime/studies/api';
import { JobTable } from '../runtime/studies/job-table';
import { StudyScheduler } from '../runtime/studies/scheduler';
import { measureSpeed } from '../runtime/studies/speed';
import { NODE_ENVIRONMENT, ThreadTrainers } from '../runtime/studies/trainers-node';
import { estimateStudy, questionAbout } from '../studies/estimate';
import { findingsText } from '../studies/findings-table';
import { parseStudy, parseStudyText } from '../studies/parse-study';
import { studyPresetNamed } from '../studies/presets';
import type { StudyConfig } from '../studies/study-config';
import { librarySetsOf, readSetText, setPath, type SetTexts } from '../studies/study-sets';
import { replaceEngine } from '../training/configuration/choices';
import { StudyFolder } from './study-folder';
import { writeOutputs } from './study-outputs';
import { StudyProgressLine, duration } from './study-progress';
import { integerOption, UsageError } from './usage';

/** More threads than this gain nothing: each keeps a model and its data. */
const MOST_WORKERS = 16;

export async function studyCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      workers: { type: 'string' },
      seeds: { type: 'string' },
      engine: { type: 'string' },
      print: { type: 'boolean' },
      report: { type: 'boolean' },
      yes: { type: 'boolean' },
    },
  });
  if (positionals.length !== 1) {
    throw new UsageError(
      `study takes one preset or one .json file; ${positionals.length} were given.`,
    );
  }
  const file = positionals[0]!;
  const asked = await readStudy(file);
  const study = parseStudy({
    ...asked,
    seeds:
      values.seeds === undefined
        ? asked.seeds
        : values.seeds.split(',').map((seed) => integerOption('seeds', seed)),
    run:
      values.engine === undefined
        ? asked.run
        : { ...asked.run, engine: replaceEngine(asked.run.engine, values.engine) },
  });
  if (values.print === true) {
    process.stdout.write(`${JSON.stringify(study, null, 2)}\n`);
    return;
  }
  if (values.out === undefined) {
    throw new UsageError('study needs --out DIR: a folder for results, figures and bundle.');
  }
  const workers =
    values.workers === undefined
      ? Math.min(MOST_WORKERS, availableParallelism())
      : integerOption('workers', values.workers, 1);
  const { out } = values;
  const sets = await readSets(study, path.dirname(file));
  if (values.report === true) await reportStudy(study, out, sets);
  else await runStudy(study, { out, workers, sets, isSure: values.yes === true });
}

/** The rows of library sets, which lie beside the study's file as in an unpacked bundle. */
async function readSets(study: StudyConfig, folder: string): Promise<SetTexts> {
  const texts = new Map<string, string>();
  for (const set of librarySetsOf(study)) {
    const file = path.join(folder, setPath(set));
    const text = await readFile(file, 'utf8').catch(() => {
      throw new UsageError(
        `The study trains on "${set.recipe.name}", a set of a browser's library, and its rows are not at ${file}. Save the study as a bundle in the browser, unpack it, and give its study.json.`,
      );
    });
    readSetText(study, set, text);
    texts.set(set.digest, text);
  }
  return texts;
}

/** A preset by its name, or a study file. */
async function readStudy(name: string): Promise<StudyConfig> {
  if (!name.endsWith('.json')) return studyPresetNamed(name);
  const text = await readFile(name, 'utf8').catch(() => {
    throw new UsageError(`There is no file "${name}".`);
  });
  return parseStudyText(text);
}

async function runStudy(
  study: StudyConfig,
  { out, workers, sets, isSure }: { out: string; workers: number; sets: SetTexts; isSure: boolean },
): Promise<void> {
  const speed = await measureSpeed(NODE_ENVIRONMENT, study.run);
  const estimate = estimateStudy(study, speed, workers);
  const question = questionAbout(estimate);
  if (question !== null && !isSure) {
    throw new UsageError(`${question} Add --yes to start it.`);
  }
  process.stderr.write(
    `${study.title}: ${estimate.cells} cells on ${estimate.sftRuns} SFT runs, ${estimate.flops.toExponential(1)} FLOPs, about ${duration(estimate.seconds)} on ${workers} ${workers === 1 ? 'worker' : 'workers'}\n`,
  );
  const keeper = await StudyFolder.open(out, study, sets);
  const line = new StudyProgressLine(process.stderr);
  const scheduler = await StudyScheduler.open({
    study,
    keeper,
    workers,
    trainers: new ThreadTrainers(path.join(import.meta.dirname, 'study-worker.js')),
    listener: (news: StudyNews) => line.hear(news),
    now: () => performance.now(),
  });
  const stop = (): void => void scheduler.stop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const status = await scheduler.run();
  line.clear();
  process.removeListener('SIGINT', stop);
  process.removeListener('SIGTERM', stop);
  await writeOutputs(out, scheduler.results, keeper);
  if (status === 'finished') process.stdout.write(findingsText(scheduler.results));
  else sayUnfinished(status);
}

/** Writes what is there so far, also while another terminal runs it. */
async function reportStudy(study: StudyConfig, out: string, sets: SetTexts): Promise<void> {
  const keeper = await StudyFolder.open(out, study, sets);
  const results = new JobTable(study, await keeper.read()).results();
  await writeOutputs(out, results, keeper);
  process.stdout.write(findingsText(results));
}

function sayUnfinished(status: StudyStatus): void {
  process.stderr.write(
    `The study is ${status}. What is done is kept; the same command goes on from there.\n`,
  );
  process.exitCode = 1;
}
