import { expect, it } from 'vitest';
import type { JobState } from '../../../src/runtime/studies/api';
import { actionOn, jobRows } from '../../../src/views/studies/progress/job-words';

function job(patch: Partial<JobState>): JobState {
  return {
    id: 'uniform/mild/0',
    kind: 'cell',
    set: 'uniform',
    branch: 'mild',
    seed: 0,
    turns: 0,
    status: 'waiting',
    detail: null,
    progress: 0,
    secondsLeft: null,
    track: [],
    ...patch,
  };
}

it('puts the seeds of a branch point side by side, SFT before what branches off', () => {
  const rows = jobRows([
    job({ kind: 'sft', branch: null, seed: 1 }),
    job({ seed: 1 }),
    job({ kind: 'sft', branch: null }),
    job({}),
    job({ set: null, branch: 'dapo' }),
  ]);
  expect(rows.map(({ label, jobs }) => [label, jobs.map(({ seed }) => seed)])).toEqual([
    ['uniform: SFT', [0, 1]],
    ['uniform: mild', [0, 1]],
    ['dapo', [0]],
  ]);
});

it.each([
  ['waiting', 'skip'],
  ['running', 'skip'],
  ['failed', 'retry'],
  ['diverged', 'retry'],
  ['skipped', 'retry'],
  ['finished', null],
  ['not-reached', null],
] as const)('offers for a job that is %s: %s', (status, action) => {
  expect(actionOn(job({ status }))).toBe(action);
});
