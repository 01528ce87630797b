/** A study's jobs as rows of a table: one for each set and branch point, a column for each seed. */
import type { JobState, JobStatus } from '../../../runtime/studies/api';
import type { IconName } from '../../controls/icons';

interface JobRow {
  readonly key: string;
  readonly label: string;
  readonly jobs: readonly JobState[];
}

export const JOB_WORDS: Readonly<
  Record<JobStatus, { word: string; icon: IconName; tone: string }>
> = {
  waiting: { word: 'waiting', icon: 'blank', tone: '' },
  running: { word: 'running', icon: 'play', tone: 'live' },
  finished: { word: 'finished', icon: 'check', tone: 'good' },
  diverged: { word: 'diverged', icon: 'broken', tone: 'bad' },
  'not-reached': { word: 'not reached', icon: 'circle', tone: 'notice' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
  skipped: { word: 'skipped', icon: 'forward', tone: 'notice' },
};

/** In the order in which they are to run first. */
export function jobRows(jobs: readonly JobState[]): JobRow[] {
  const rows = new Map<string, JobState[]>();
  for (const job of jobs) {
    const key = JSON.stringify([job.kind, job.set, job.branch]);
    rows.set(key, [...(rows.get(key) ?? []), job]);
  }
  return [...rows].map(([key, ofRow]) => ({
    key,
    label: labelOf(ofRow[0]!),
    jobs: ofRow.toSorted((a, b) => a.seed - b.seed),
  }));
}

function labelOf({ kind, set, branch }: JobState): string {
  if (kind === 'sft') return `${set}: SFT`;
  return set === null ? String(branch) : `${set}: ${branch}`;
}

/** What can be done with a job by hand; null for nothing. */
export function actionOn({ status }: JobState): 'skip' | 'retry' | null {
  switch (status) {
    case 'waiting':
    case 'running':
      return 'skip';
    case 'failed':
    case 'diverged':
    case 'skipped':
      return 'retry';
    case 'finished':
    case 'not-reached':
      return null;
    default:
      return status satisfies never;
  }
}
