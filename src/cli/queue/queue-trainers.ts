/** A study's workers that take jobs from a queue: to the scheduler they are as threads of its own. */
import type {
  JobNews,
  JobOutcome,
  StudyJob,
  StudyTrainer,
  StudyTrainers,
} from '../../runtime/studies/api';
import type { JobLine } from './job-line';

class QueueTrainer implements StudyTrainer {
  readonly #line: JobLine;
  /** Of the job in progress, or of the last one. */
  #key: string | null = null;
  #isStopped = false;

  constructor(line: JobLine) {
    this.#line = line;
  }

  /** Not async: while it waits, nothing here holds the job's weights. */
  train(job: StudyJob, listener: (news: JobNews) => void): Promise<JobOutcome> {
    const { id } = job;
    this.release();
    this.#isStopped = false;
    return this.#line.send(job).then((key) => {
      this.#key = key;
      const outcome = this.#line.watch(key, id, listener);
      if (this.#isStopped) void this.stop();
      return outcome;
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#key !== null) await this.#line.withdraw(this.#key);
  }

  /** Once the study has kept what the last job found, the queue need not. */
  release(): void {
    // Where the queue is gone, its next start tidies up.
    if (this.#key !== null) void this.#line.forget(this.#key).catch(() => undefined);
    this.#key = null;
  }
}

export class QueueTrainers implements StudyTrainers {
  readonly #line: JobLine;

  constructor(line: JobLine) {
    this.#line = line;
  }

  async open(): Promise<StudyTrainer> {
    return new QueueTrainer(this.#line);
  }

  close(trainer: StudyTrainer): void {
    if (trainer instanceof QueueTrainer) trainer.release();
  }
}
