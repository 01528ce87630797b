/** Drives one study in a terminal, with its progress on stderr. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { StudyNews, StudyStatus } from '../runtime/studies/api';
import { StudyScheduler } from '../runtime/studies/scheduler';
import { measureSpeed } from '../runtime/studies/speed';
import { NODE_ENVIRONMENT, ThreadTrainers } from '../runtime/studies/trainers-node';
import { estimateStudy, questionAbout } from '../studies/estimate';
import type { StudyConfig } from '../studies/study-config';
import type { StudyResults } from '../studies/study-results';
import type { SetTables } from '../studies/study-sets';
import { inFolder } from './folder-lock';
import type { QueueWish, StudyQueue } from './queue/open';
import { StudyFolder } from './study-folder';
import { StudyProgressLine, duration } from './study-progress';
import { UsageError } from './usage';
import { counted } from '../words/en/counted';

/** More threads than this gain nothing: each keeps a model and its data. */
const MOST_WORKERS = 16;

/** Jobs that are in a queue at a time. */
const MOST_QUEUED = 1000;

/** As many as there are cores. */
export function defaultWorkers(): number {
  return Math.min(MOST_WORKERS, availableParallelism());
}

interface StudyRunOptions {
  /** The folder that keeps the work: the study goes on from what it holds. */
  readonly out: string;
  readonly workers: number;
  /** Rows of the library sets that the study names. */
  readonly sets?: SetTables;
  /** Start also where the study is very large. */
  readonly isSure: boolean;
  /** Where the jobs are handed to workers of `lab worker`; null where this process trains them. */
  readonly queue?: QueueWish | null;
}

interface StudyEnding {
  readonly status: StudyStatus;
  readonly results: StudyResults;
  readonly keeper: StudyFolder;
}

/** Does what changes a study's folder, after any other terminal that does. */
export function inTurn<T>(out: string, work: () => Promise<T>): Promise<T> {
  const waits = (): void => {
    process.stderr.write(
      `Another terminal runs a study in ${out}. This one waits for it, and then goes on from what is kept.\n`,
    );
  };
  return inFolder(out, { work, waits });
}

/** Runs what is left of a study, until it is done or interrupted. */
export async function runStudy(
  study: StudyConfig,
  { out, workers, sets, isSure, queue: wish = null }: StudyRunOptions,
): Promise<StudyEnding> {
  const speed = await measureSpeed(NODE_ENVIRONMENT, study.run);
  const estimate = estimateStudy(study, speed, workers);
  const question = questionAbout(estimate);
  if (question !== null && !isSure) {
    throw new UsageError(`${question} Add --yes to start it.`);
  }
  const { cells, sftRuns, flops, seconds } = estimate;
  const on = sftRuns > 0 ? ` on ${sftRuns} SFT runs` : '';
  process.stderr.write(
    `${study.title}: ${counted(cells, 'cell')}${on}, ${flops.toExponential(1)} FLOPs, about ${duration(seconds)} on ${counted(workers, 'worker')}\n`,
  );
  const keeper = await StudyFolder.open(out, study, sets);
  const line = new StudyProgressLine(process.stderr);
  const queue = wish && (await queueFor(study, out, wish, line));
  const scheduler = await StudyScheduler.open({
    study,
    keeper,
    workers: queue ? MOST_QUEUED : workers,
    ...(queue && { active: queue.active }),
    trainers:
      queue?.trainers ?? new ThreadTrainers(path.join(import.meta.dirname, 'study-worker.js')),
    listener: (news: StudyNews) => line.hear(news),
    now: () => performance.now(),
  });
  const stop = (): void => void scheduler.stop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const status = await scheduler.run();
  line.clear();
  await queue?.close({ isOver: status === 'finished' });
  process.removeListener('SIGINT', stop);
  process.removeListener('SIGTERM', stop);
  return { status, results: scheduler.results, keeper };
}

/** Loaded only where it is asked for: a database and its clients are much to load. */
async function queueFor(
  study: StudyConfig,
  out: string,
  wish: QueueWish,
  line: StudyProgressLine,
): Promise<StudyQueue> {
  const { openQueue } = await import('./queue/open');
  return openQueue({ ...wish, study, out, warns: (sentence) => line.say(sentence) });
}

/** For a study that was interrupted; `kept` tells whether its folder stays. */
export function sayUnfinished(status: StudyStatus, { kept }: { kept: boolean }): void {
  const then = kept
    ? 'What is done is kept; the same command goes on from there.'
    : 'Nothing is kept: with --out DIR the same command goes on from where it was.';
  process.stderr.write(`The study is ${status}. ${then}\n`);
  process.exitCode = 1;
}
