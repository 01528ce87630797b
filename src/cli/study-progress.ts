/** A study's progress in a terminal: a line for each job that ends, and one that is written over. */
import type { WriteStream } from 'node:tty';
import type { JobState, StudyNews, StudyProgress } from '../runtime/studies/api';
import { counted } from '../words/en/counted';
import { failureSentence } from '../sentences';
import { missingSentence } from '../words/en/reasons/study-reasons';

const LIVE_EVERY_MS = 500;
/** Jobs in progress that the line names. */
const MOST_NAMED = 16;
const LOG_EVERY_MS = 30_000;
const CLEAR_LINE = '\r\u001b[2K';

/** Such as "40 s", "12 min" or "3.5 h". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

export class StudyProgressLine {
  readonly #stream: WriteStream;
  readonly #told = new Set<string>();
  #isFirst = true;
  #updatedAt = Date.now();

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  hear(news: StudyNews): void {
    switch (news.type) {
      case 'progress':
        this.#progress(news.progress);
        return;
      case 'storage-lost':
        this.#print(`Results cannot be kept: ${failureSentence(news.why)}`);
        return;
      case 'results':
        return;
      default:
        news satisfies never;
    }
  }

  /** A sentence of its own. */
  say(sentence: string): void {
    this.#print(sentence);
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write(CLEAR_LINE);
  }

  #progress(progress: StudyProgress): void {
    const over = progress.jobs.filter(({ status }) => status !== 'waiting' && status !== 'running');
    const fresh = over.filter(({ id }) => !this.#told.has(id));
    for (const job of fresh) this.#told.add(job.id);
    if (this.#isFirst && fresh.length > 0) this.#print(`${fresh.length} done before.`);
    else for (const job of fresh) this.#print(ended(job));
    this.#isFirst = false;
    const now = Date.now();
    if (now - this.#updatedAt < (this.#stream.isTTY ? LIVE_EVERY_MS : LOG_EVERY_MS)) return;
    this.#updatedAt = now;
    this.clear();
    this.#stream.write(summary(progress) + (this.#stream.isTTY ? '' : '\n'));
  }

  #print(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }
}

function ended({ id, status, detail }: JobState): string {
  return detail === null
    ? `${id}: ${status}`
    : `${id}: ${status.replace('-', ' ')}. ${missingSentence(detail)}`;
}

function summary({ jobs, done, secondsLeft }: StudyProgress): string {
  const running = jobs
    .filter(({ status, progress }) => status === 'running' && progress > 0)
    .slice(0, MOST_NAMED)
    .map(({ id, progress }) => `${id} ${Math.floor(100 * progress)}%`);
  const left = secondsLeft === null ? [] : [`about ${duration(secondsLeft)} left`];
  return [`${done} of ${counted(jobs.length, 'job')} done`, ...running, ...left].join(', ');
}
