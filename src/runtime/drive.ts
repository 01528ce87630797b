/**
 * Drives long work. Work is a generator that yields how far it is; whoever drives it tells others so,
 * lets messages in and ends it when asked. Clocks, tasks and cancelling are known here alone.
 */
import { LabError } from '../errors';
import { nextTask } from './next-task';

/**
 * Milliseconds of work between two looks at the message queue. The CPU engine never leaves its task on
 * its own, so a worker that trains would not hear "pause" at all. A look takes 0.06 ms in Node and
 * 0.1 ms in a worker of Chromium (two busy cores): every 30 ms it costs a third of a percent, and a
 * person does not notice the delay.
 */
const LISTEN_EVERY_MS = 30;
/** Milliseconds between two reports: as often as a number on a page can be read. */
const REPORT_EVERY_MS = 250;

interface DriveOptions<Progress> {
  /** Told how far the work is: at once, and then each time that `reportEvery` has passed. */
  readonly report?: (progress: Progress) => void;
  readonly reportEvery?: number;
  /** Infinity for work that nobody can interrupt; 0 for steps that take long by themselves. */
  readonly listenEvery?: number;
  /**
   * Ends the work at its next step, whose `finally` blocks run. Work that has something to keep at a
   * stop, as a run has its checkpoint, looks at a signal of its own and ends by itself.
   */
  readonly signal?: AbortSignal;
  /** Milliseconds of a clock that never goes back; tests bring their own. */
  readonly now?: () => number;
}

/**
 * Runs the work to its end and returns its result.
 * @throws LabError `cancelled` where the signal ended it, and whatever the work throws
 * @example const record = await drive(generating, { report: ({ done }) => show(done), signal });
 */
export async function drive<Progress, Result>(
  work: Generator<Progress, Result> | AsyncGenerator<Progress, Result>,
  {
    report,
    reportEvery = REPORT_EVERY_MS,
    listenEvery = LISTEN_EVERY_MS,
    signal,
    now = () => performance.now(),
  }: DriveOptions<Progress> = {},
): Promise<Result> {
  let reportedAt = -Infinity;
  let listenedAt = now();
  try {
    for (;;) {
      if (signal?.aborted) throw new LabError('cancelled');
      const step = await work.next();
      if (step.done) return step.value;
      const time = now();
      if (report && time - reportedAt >= reportEvery) {
        reportedAt = time;
        report(step.value);
      }
      if (time - listenedAt < listenEvery) continue;
      await nextTask();
      listenedAt = now();
    }
  } finally {
    // Without effect where it has ended by itself.
    await work.return(undefined as never);
  }
}
