/** A machine that works for studies on a queue: takes jobs, trains them in threads, and sends what they found. */
import { WaitingError, type Worker } from 'bullmq';
import path from 'node:path';
import * as v from 'valibot';
import { messageOf, receiveError, sendError } from '../../errors';
import type { EngineName } from '../../engine/engine';
import type { JobOutcome, StudyTrainer } from '../../runtime/studies/api';
import { ThreadTrainers } from '../../runtime/studies/trainers-node';
import { trainingCheckpoint } from '../../training/events';
import type { RunConfig } from '../../training/configuration/run-config';
import { trajectoryTable } from '../../trajectories/table';
import { QUEUE_WORDS } from '../../words/en/queue';
import type { QueueConnection, TakenJob } from './connection';
import { SharedFiles } from './files';
import { JobReport, toldBefore } from './job-report';
import {
  jobData,
  sentJob,
  type Ending,
  type JobData,
  type Progress,
  type SentJob,
} from './messages';
import { QueueError } from './queue-error';
import type { JobWithBase } from './queue-thread';

interface WorkerOptions {
  readonly connection: QueueConnection;
  /** Jobs at a time. */
  readonly workers: number;
  /** See `labVersion`. */
  readonly lab: string;
  /** Where the files are on this machine; null for where the study says. */
  readonly folder: string | null;
  /** For studies that leave the engine to the device. */
  readonly engine: EngineName | null;
  /** Seconds without a job after which it ends; null for never. */
  readonly idle: number | null;
  readonly say: (sentence: string) => void;
}

/** Threads that wait for the next job of the same study: they keep its base and an engine. */
class SpareTrainers {
  readonly #trainers = new ThreadTrainers(path.join(import.meta.dirname, 'queue-thread.js'));
  #spare: StudyTrainer[] = [];
  #key = '';

  async take(key: string): Promise<StudyTrainer> {
    if (key !== this.#key) this.closeAll();
    this.#key = key;
    return this.#spare.pop() ?? this.#trainers.open();
  }

  give(key: string, trainer: StudyTrainer): void {
    if (key === this.#key) this.#spare.push(trainer);
    else this.#trainers.close(trainer);
  }

  lose(trainer: StudyTrainer): void {
    this.#trainers.close(trainer);
  }

  closeAll(): void {
    for (const trainer of this.#spare.splice(0)) this.#trainers.close(trainer);
  }
}

export class QueueWorker {
  readonly #options: WorkerOptions;
  readonly #trainers = new SpareTrainers();
  readonly #running = new Set<StudyTrainer>();
  readonly #worker: Worker;
  #isEnding = false;
  #busyAt = performance.now();
  #end: (error: QueueError | null) => void = () => undefined;
  /** Resolves when it has ended, with the reason why it had to. */
  readonly ended: Promise<QueueError | null>;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#worker = options.connection.worker(
      (job, token) => this.#take(job, token),
      options.workers,
    );
    const { idle } = options;
    if (idle !== null) this.#endWhenIdle(idle);
  }

  #endWhenIdle(seconds: number): void {
    const timer = setInterval(() => {
      if (this.#isEnding) clearInterval(timer);
      if (this.#running.size > 0) this.#busyAt = performance.now();
      if (this.#isEnding || performance.now() - this.#busyAt <= 1000 * seconds) return;
      this.#options.say(QUEUE_WORDS.idle({ seconds }));
      void this.stop();
    }, 250);
  }

  /** Hands back what is in progress, each with a checkpoint. */
  async stop(because: QueueError | null = null): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    await this.#worker.pause(true);
    await Promise.all([...this.#running].map((trainer) => trainer.stop()));
    // Waits for the jobs.
    await this.#worker.close();
    this.#trainers.closeAll();
    this.#end(because);
  }

  async #take(job: TakenJob, token: string): Promise<unknown> {
    if (this.#isEnding) return this.#giveBack(job, token);
    try {
      return await this.#work(job, token);
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      void this.stop(error);
      return this.#giveBack(job, token);
    }
  }

  /** For another worker. */
  async #giveBack(job: TakenJob, token: string): Promise<never> {
    await job.moveToWait(token);
    throw new WaitingError();
  }

  async #work(job: TakenJob, token: string): Promise<unknown> {
    const data = this.#accepted(job.data);
    const files = new SharedFiles(path.join(this.#options.folder ?? data.files, data.study.digest));
    const sent = await files.receive(data.job, sentJob);
    if (!sent) throw new QueueError(QUEUE_WORDS.noFiles({ folder: files.folder }));
    const before = await toldBefore(job, files);
    this.#sayTaken(sent, before);
    const prepared = await this.#prepared(sent, files, before.checkpoint);
    const key = `${data.study.digest} ${sent.base}`;
    const trainer = await this.#trainers.take(key);
    const stop = (): void => void trainer.stop();
    const { queue } = this.#options.connection;
    const report = new JobReport({ job, files, queue, stop }, before);
    this.#running.add(trainer);
    if (this.#isEnding) stop();
    const ending = await this.#trained(trainer, prepared, report);
    this.#running.delete(trainer);
    this.#busyAt = performance.now();
    await report.end({ isKept: ending.status === 'stopped' || prepared.goesOn });
    if (ending.status === 'failed') this.#trainers.lose(trainer);
    else this.#trainers.give(key, trainer);
    this.#sayEnded(sent, ending);
    if (ending.status === 'stopped' && this.#isEnding) return this.#giveBack(job, token);
    return files.send(ending);
  }

  #sayTaken({ id: job }: SentJob, { checkpoint }: Progress): void {
    const seconds = checkpoint?.seconds;
    this.#options.say(
      seconds === undefined ? QUEUE_WORDS.taken({ job }) : QUEUE_WORDS.goneOn({ job, seconds }),
    );
  }

  #sayEnded({ id: job }: SentJob, ending: Ending): void {
    const { say } = this.#options;
    if (ending.status === 'stopped') say(QUEUE_WORDS.handedBack({ job }));
    else if (ending.status !== 'failed') say(QUEUE_WORDS.done({ job }));
    else say(QUEUE_WORDS.failed({ job, reason: messageOf(receiveError(ending.error)) }));
  }

  async #trained(trainer: StudyTrainer, job: JobWithBase, report: JobReport): Promise<Ending> {
    try {
      const outcome: JobOutcome = await trainer.train(job, (news) => report.hear(news));
      return outcome as Ending;
    } catch (error) {
      return { status: 'failed', error: sendError(error) };
    }
  }

  /** Throws where this worker must not do it. */
  #accepted(received: unknown): JobData {
    const read = v.safeParse(jobData, received);
    if (!read.success) {
      throw new QueueError(QUEUE_WORDS.stranger({ reason: read.issues[0].message }));
    }
    const { lab: own } = this.#options;
    const { lab: study } = read.output;
    if (study !== own) throw new QueueError(QUEUE_WORDS.otherVersion({ study, own }));
    return read.output;
  }

  /** The job with its files read, from where an earlier worker left it. */
  async #prepared(
    { id, kind, config, stored, from, base, goesOn, seconds }: SentJob,
    files: SharedFiles,
    kept: { readonly file: string; readonly seconds: number } | null,
  ): Promise<JobWithBase> {
    const missing = (): never => {
      throw new QueueError(QUEUE_WORDS.noFiles({ folder: files.folder }));
    };
    const checkpoint = kept && (await files.read(kept.file, trainingCheckpoint));
    const begin = from && !checkpoint ? await files.read(from, trainingCheckpoint) : null;
    if (from && !checkpoint && !begin) missing();
    if (base !== null && !(await files.get(base))) missing();
    return {
      id,
      kind,
      config: this.#onEngine(config),
      stored: stored === null ? null : ((await files.read(stored, trajectoryTable)) ?? missing()),
      from: checkpoint ?? begin,
      base: base === null ? null : files.pathOf(base),
      goesOn,
      seconds: checkpoint ? kept.seconds : seconds,
    };
  }

  #onEngine(config: RunConfig): RunConfig {
    const { engine: own } = this.#options;
    const { name: study } = config.engine;
    if (own === null || own === study) return config;
    if (study !== null) throw new QueueError(QUEUE_WORDS.otherEngine({ study, own }));
    return { ...config, engine: { ...config.engine, name: own } };
  }
}
