/** What a worker tells the study of a job in progress, and whether the study wants it back. */
import type { Queue } from 'bullmq';
import * as v from 'valibot';
import type { JobNews } from '../../runtime/studies/api';
import type { JobCheckpoint } from '../../runtime/stores/studies';
import { tracked } from '../../training/run-state';
import { parcel, type SharedFiles } from './files';
import { jobData, NO_PROGRESS, progress, type JobData, type Progress } from './messages';
import type { TakenJob } from './connection';

const TELL_MS = 1000;
/** Checkpoints go through a folder that may be a network's: what a killed job loses. */
const CHECKPOINT_MS = 10_000;

interface ReportOptions {
  readonly job: TakenJob;
  readonly files: SharedFiles;
  readonly queue: Queue;
  /** The study wants the job back, or has no more use for it. */
  readonly stop: () => void;
}

/** What an earlier worker of a job told; nothing where it was the first. */
export async function toldBefore(job: TakenJob, files: SharedFiles): Promise<Progress> {
  const sent = v.safeParse(parcel, job.progress);
  return (sent.success && (await files.receive(sent.output, progress))) || NO_PROGRESS;
}

export class JobReport {
  readonly #options: ReportOptions;
  #told: Progress;
  #isNew = false;
  /** Not passed on yet. */
  #checkpoint: JobCheckpoint | null = null;
  #keptAt = performance.now();
  /** Files that the newest progress names no more; one is left to whoever reads it now. */
  #old: string[] = [];
  /** Writes one after another. */
  #writes: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(options: ReportOptions, before: Progress) {
    this.#options = options;
    this.#told = before;
    this.#timer = setInterval(() => this.#write(() => this.#tick()), TELL_MS);
  }

  hear(news: JobNews): void {
    switch (news.type) {
      case 'progress':
        this.#tell({ progress: news.progress, secondsLeft: news.secondsLeft });
        return;
      case 'engine':
        this.#tell({ engine: { description: news.description, gpu: news.gpu } });
        return;
      case 'score':
        this.#tell({ track: [...tracked(this.#told.track, news.mark)] });
        return;
      case 'checkpoint':
        this.#checkpoint = { checkpoint: news.checkpoint, seconds: news.seconds };
        return;
      case 'point':
        this.#write(async () => {
          const file = await this.#options.files.keep(news.point);
          if (!this.#told.points.includes(file))
            this.#tell({ points: [...this.#told.points, file] });
        });
        return;
      default:
        news satisfies never;
    }
  }

  /**
   * Tells what has not been told.
   * @param isKept whether the last checkpoint is needed, since the job goes on from it
   */
  async end({ isKept }: { isKept: boolean }): Promise<void> {
    clearInterval(this.#timer);
    this.#write(async () => {
      if (isKept) await this.#keepCheckpoint();
      await this.#send();
    });
    await this.#writes;
  }

  #tell(news: Partial<Progress>): void {
    this.#told = { ...this.#told, ...news };
    this.#isNew = true;
  }

  /** What cannot be written now is told with the next news: a server that is gone may come back. */
  #write(work: () => Promise<void>): void {
    this.#writes = this.#writes.then(work).catch(() => undefined);
  }

  async #tick(): Promise<void> {
    if (performance.now() - this.#keptAt >= CHECKPOINT_MS) await this.#keepCheckpoint();
    await this.#send();
    const { queue, job, stop } = this.#options;
    const now = (await queue.getJob(job.id!)) as { readonly data: JobData } | undefined;
    if (!now || v.parse(jobData, now.data).stop) stop();
  }

  async #keepCheckpoint(): Promise<void> {
    if (!this.#checkpoint) return;
    const { checkpoint, seconds } = this.#checkpoint;
    const before = this.#told.checkpoint?.file;
    const file = await this.#options.files.keep(checkpoint);
    this.#checkpoint = null;
    this.#keptAt = performance.now();
    this.#tell({ checkpoint: { file, seconds } });
    if (before !== undefined && before !== file) this.#old.push(before);
  }

  async #send(): Promise<void> {
    if (!this.#isNew) return;
    const { files, job } = this.#options;
    const sent = await files.send(this.#told);
    this.#isNew = false;
    try {
      await job.updateProgress(sent);
    } catch (error) {
      this.#isNew = true;
      throw error;
    }
    await files.remove(this.#old.splice(0, this.#old.length - 1));
    if ('file' in sent) this.#old.push(sent.file);
  }
}
