/**
 * A trainer in another worker: the messages both sides exchange, over whatever carries them. A browser
 * and Node have workers that differ in little but the names of their methods.
 */
import { receiveError, sendError, type SentError } from '../../errors';
import type { JobNews, JobOutcome, StudyJob, StudyTrainer } from './api';

export type ToTrainer =
  { readonly type: 'train'; readonly job: StudyJob } | { readonly type: 'stop' };

export type FromTrainer =
  | { readonly type: 'news'; readonly news: JobNews }
  | { readonly type: 'ended'; readonly outcome: JobOutcome }
  | { readonly type: 'failed'; readonly error: SentError };

/** One end of a line to another worker. */
interface Channel<Sent, Received> {
  send(message: Sent): void;
  receive(listener: (message: Received) => void): void;
}

/** The line of whoever started the worker, who also learns when it is gone. */
interface WorkerChannel extends Channel<ToTrainer, FromTrainer> {
  onLost(listener: (reason: string) => void): void;
}

/** Lets a trainer answer on its end of the line. */
export function serveTrainer(
  trainer: StudyTrainer,
  channel: Channel<FromTrainer, ToTrainer>,
): void {
  channel.receive((message) => {
    if (message.type === 'stop') {
      void trainer.stop();
      return;
    }
    trainer
      .train(message.job, (news) => channel.send({ type: 'news', news }))
      .then(
        (outcome) => channel.send({ type: 'ended', outcome }),
        (error: unknown) => channel.send({ type: 'failed', error: sendError(error) }),
      );
  });
}

interface Pending {
  readonly listener: (news: JobNews) => void;
  readonly resolve: (outcome: JobOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** The trainer at the other end of a line. */
export class RemoteStudyTrainer implements StudyTrainer {
  readonly #channel: WorkerChannel;
  #pending: Pending | null = null;
  #lost: string | null = null;

  constructor(channel: WorkerChannel) {
    this.#channel = channel;
    channel.receive((message) => this.#hear(message));
    channel.onLost((reason) => {
      this.#lost = reason;
      this.#pending?.reject(new Error(reason));
    });
  }

  async train(job: StudyJob, listener: (news: JobNews) => void): Promise<JobOutcome> {
    if (this.#lost !== null) throw new Error(this.#lost);
    try {
      return await new Promise((resolve, reject) => {
        this.#pending = { listener, resolve, reject };
        this.#channel.send({ type: 'train', job });
      });
    } finally {
      this.#pending = null;
    }
  }

  async stop(): Promise<void> {
    if (this.#lost === null) this.#channel.send({ type: 'stop' });
  }

  #hear(message: FromTrainer): void {
    switch (message.type) {
      case 'news':
        this.#pending?.listener(message.news);
        return;
      case 'ended':
        this.#pending?.resolve(message.outcome);
        return;
      case 'failed':
        this.#pending?.reject(receiveError(message.error));
        return;
      default:
        message satisfies never;
    }
  }
}
