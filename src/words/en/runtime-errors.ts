/** What those who drive runs and studies cannot do now, and faults of the lab. */
import { counted } from './counted';

export const RUNTIME_ERRORS = {
  'fault/no-curve-file': ({ source }: { source: string }) =>
    `Source ${source} holds curves that come from no file.`,
  'fault/no-curve-run': ({ source, runs, run }: { source: string; runs: number; run: number }) =>
    `Source ${source} has ${counted(runs, 'run')}; there is none ${run}.`,
  'fault/no-curve-source': ({ source }: { source: string }) =>
    `There is no source ${source}: open its file first.`,
  'fault/run-silent': () =>
    'The run ended unexpectedly. This is a bug in the lab; please report it.',
  'trainer/no-storage': () => 'No run can be resumed: this browser gave the lab no storage.',
  'trainer/not-resumable': ({ status }: { status: string }) =>
    `The run is ${status}; only interrupted and stopped runs can be resumed.`,
  'trainer/idle': () => 'No run is in progress.',
  'trainer/measuring': () =>
    'The difficulty of a set is being measured on the engine. Cancel that, or wait until it has finished.',
  'trainer/busy': () => 'A run is in progress. Stop it, or wait until it has finished.',
  'fault/no-job': ({ job }: { job: string }) => `The study has no job "${job}".`,
  'fault/no-sft-run': ({ job }: { job: string }) => `The job "${job}" is not an SFT run.`,
  'fault/no-result': ({ job }: { job: string }) => `The SFT run ${job} has no result yet.`,
  'studies/busy': () => 'A study is running. Stop it, or wait until it has finished.',
  'studies/workers': ({ workers }: { workers: number }) =>
    `${workers} workers were asked for; it takes at least 1.`,
  'studies/idle': () => 'No study is in progress. Start one first.',
  'studies/running': () => 'The study is running already.',
  'studies/not-retryable': ({ job, status }: { job: string; status: string }) =>
    `The job ${job} is ${status}; only one that failed can be run again.`,
  'fault/job-status': ({ kind, status }: { kind: string; status: string }) =>
    `A ${kind} ended as ${status}. This is a bug in the lab; please report it.`,
  'fault/job-overlap': ({ job }: { job: string }) =>
    `Job ${job} was started while another one runs.`,
  'fault/job-silent': ({ job }: { job: string }) =>
    `Job ${job} ended unexpectedly. This is a bug in the lab; please report it.`,
  'fault/no-role': ({ role }: { role: string }) => `This worker cannot be "${role}".`,
  'fault/helper-idle': () => 'A helper of the engine was asked before it had a model.',
  'fault/no-thread': () => 'This file is to be run as a worker thread, with a port as its data.',
  'fault/no-base-measurement': () =>
    'The SFT run has no measurement of the base: it has not begun.',
  'fault/cell-no-checkpoint': () => 'A cell finished without a last checkpoint.',
  'fault/nothing-measured': () => 'The run has measured nothing yet.',
  'fault/no-tensor': ({ tensor }: { tensor: string }) =>
    `The model has no tensor named "${tensor}".`,
  'fault/no-buffer': ({ kernel, buffer }: { kernel: string; buffer: string }) =>
    `The kernel "${kernel}" needs a buffer "${buffer}".`,
  'fault/groups': ({ rewards, groupSize }: { rewards: number; groupSize: number }) =>
    `${rewards} rewards in groups of ${groupSize}: a group needs at least 2 rollouts and all groups must be full.`,
  'fault/coordinate': ({ value }: { value: string }) =>
    `A coordinate is ${value}; it must be finite.`,
  'fault/no-number': ({ path }: { path: string }) => `There is no number at ${path}.`,
  'fault/name-taken': ({ what, name }: { what: string; name: string }) =>
    `There already is a ${what} "${name}"; give this one another name.`,
  'fault/not-registered': (facts: { what: string; name: string; known: readonly string[] }) =>
    `There is no ${facts.what} "${facts.name}"; choose one of: ${facts.known.join(', ')}.`,
  'fault/no-values': ({ statistic }: { statistic: 'mean' | 'quantile' }) =>
    `The ${statistic} of no values was asked for.`,
  'fault/no-pairs': ({ x, y }: { x: number; y: number }) =>
    `A correlation needs pairs; there are ${x} and ${y} values.`,
  'fault/unfinished-run': () => 'The run has not finished: a measurement is missing.',
};
