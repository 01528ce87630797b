/** A study's side of the queue: sends jobs, hears how they go on, and takes them back. */
import type { Job, JobsOptions, Queue } from 'bullmq';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { LabError, receiveError } from '../../errors';
import { basePath } from '../../runtime/engines/base';
import type { JobNews, JobOutcome, StudyJob } from '../../runtime/studies/api';
import type { StudyConfig } from '../../studies/study-config';
import { planStudy } from '../../studies/plan';
import { sftCheckpoint } from '../../training/branches';
import { UNTRAINED_BASE, type RunConfig } from '../../training/configuration/run-config';
import { trainingCheckpoint } from '../../training/events';
import { QUEUE_WORDS } from '../../words/en/queue';
import { parcel, sha256, type SharedFiles } from './files';
import { ending, jobData, NO_PROGRESS, progress, type JobData, type Progress } from './messages';
import { QueueError } from './queue-error';

/** Between two looks at the queue: PostgreSQL loses events under several workers, so the queue itself is asked. */
const LOOK_MS = 250;
/** Between two counts of what is there, since a server may lose jobs. */
const COUNT_MS = 15_000;
/** How long a worker has to hand back a job. */
const HAND_BACK_MS = 20_000;
const SILENT_MS = 10_000;
const WAITING = ['waiting', 'prioritized', 'delayed'] as const;

/** A job in the queue that the study waits for. */
interface Watched {
  readonly key: string;
  readonly id: string;
  readonly listener: (news: JobNews) => void;
  readonly resolve: (outcome: JobOutcome) => void;
  readonly reject: (error: unknown) => void;
  told: Progress;
  /** The progress that was read last, as it lies in the queue. */
  read: string;
}

interface Added {
  readonly name: string;
  readonly data: JobData;
  readonly opts: JobsOptions;
}

interface LineOptions {
  readonly queue: Queue;
  readonly files: SharedFiles;
  /** Where the studies' folders of files are. */
  readonly root: string;
  readonly study: StudyConfig;
  /** See `labVersion`. */
  readonly lab: string;
  readonly warns: (sentence: string) => void;
  /** How the queue is called. */
  readonly address: string;
}

/** Tells studies apart; seeds may be added to one. */
export function studyDigest(study: StudyConfig): string {
  return sha256(JSON.stringify({ ...study, seeds: [] })).slice(0, 16);
}

export class JobLine {
  readonly #options: LineOptions;
  readonly #digest: string;
  /** The place of a job in the study's order: the most informative first. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #watched = new Map<string, Watched>();
  /** Files that belong to a job, and how many jobs a file belongs to. */
  readonly #files = new Map<string, Set<string>>();
  readonly #shared = new Map<string, Promise<string>>();
  readonly #turns = new Map<string, Promise<void>>();
  #adding: { jobs: Added[]; done: Promise<void> } | null = null;
  #isOpen = true;
  #active = 0;
  #looks: Promise<void> = Promise.resolve();

  /**
   * Begins to look at the queue.
   * @param clears whether another study's jobs are thrown away
   * @throws QueueError where the queue holds jobs of another study
   */
  static async open(options: LineOptions, { clears }: { clears: boolean }): Promise<JobLine> {
    const line = new JobLine(options);
    await line.#tidy(clears);
    line.#looks = line.#look();
    return line;
  }

  private constructor(options: LineOptions) {
    this.#options = options;
    this.#digest = studyDigest(options.study);
    this.#places = new Map(planStudy(options.study).order.map(({ id }, place) => [id, place + 1]));
  }

  /** Jobs that are being trained. */
  get active(): number {
    return this.#active;
  }

  /** What an earlier process left waiting may be done by now; what is in progress or done is taken over. */
  async #tidy(clears: boolean): Promise<void> {
    const { queue } = this.#options;
    const jobs = (await queue.getJobs([...WAITING, 'active', 'completed', 'failed'])).filter(
      Boolean,
    );
    const strangers = jobs.filter(({ data }) => {
      const read = v.safeParse(jobData, data);
      return !read.success || read.output.study.digest !== this.#digest;
    });
    if (strangers.length > 0 && !clears) {
      const read = v.safeParse(jobData, strangers[0]!.data);
      const title = read.success ? read.output.study.title : '?';
      throw new QueueError(QUEUE_WORDS.otherStudy({ title, jobs: strangers.length }));
    }
    if (strangers.length > 0) await queue.obliterate({ force: true });
    else await queue.drain(true);
  }

  /** Puts a job into the queue, unless it is there; returns its key. */
  async send(job: StudyJob): Promise<string> {
    const { files, root, lab, study } = this.#options;
    const { id, kind, config, goesOn, seconds } = job;
    const [stored, from, base] = await Promise.all([
      job.stored && this.#once(`set ${config.librarySet?.digest}`, () => files.keep(job.stored)),
      job.from && files.keep(job.from),
      this.#base(config),
    ]);
    const same = JSON.stringify([lab, this.#digest, id, kind, config, goesOn]);
    const key = `${id.replaceAll('/', '_')}-${sha256(same).slice(0, 16)}`;
    const sent = await files.send({ id, kind, config, stored, from, base, goesOn, seconds });
    const data: JobData = {
      lab,
      study: { title: study.title, digest: this.#digest },
      id,
      files: root,
      job: sent,
    };
    this.#files.set(
      key,
      new Set([...(from ? [from] : []), ...('file' in sent ? [sent.file] : [])]),
    );
    const opts = { jobId: key, priority: this.#places.get(id) ?? 1 };
    await this.#inTurn(key, async () => {
      if (!(await this.#isThere(key))) await this.#add({ name: kind, data, opts });
    });
    return key;
  }

  /** One thing at a time with one job: it may be sent again while it is being removed. */
  #inTurn(key: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    this.#turns.set(key, settled);
    void settled.then(() => {
      if (this.#turns.get(key) === settled) this.#turns.delete(key);
    });
    return turn;
  }

  /** Whether a job is in progress or has a result; one that failed or was handed back is removed. */
  async #isThere(key: string): Promise<boolean> {
    const job = (await this.#options.queue.getJob(key)) as Job | undefined;
    if (!job) return false;
    if (job.finishedOn === undefined) {
      if ((job.data as JobData).stop)
        await job.updateData({ ...(job.data as JobData), stop: false });
      return true;
    }
    const result = await this.#resultOf(job);
    if (result && result.status !== 'stopped' && result.status !== 'failed') return true;
    await job.remove();
    return false;
  }

  /** Many at once where many come at once. */
  #add(job: Added): Promise<void> {
    if (this.#adding) {
      this.#adding.jobs.push(job);
      return this.#adding.done;
    }
    const jobs = [job];
    const done = sleep(0).then(async () => {
      this.#adding = null;
      await this.#options.queue.addBulk(jobs);
    });
    this.#adding = { jobs, done };
    return done;
  }

  #once(what: string, keep: () => Promise<string>): Promise<string> {
    const kept = this.#shared.get(what) ?? keep();
    this.#shared.set(what, kept);
    return kept;
  }

  #base({ base, preset }: RunConfig): Promise<string> | null {
    if (base === UNTRAINED_BASE) return null;
    return this.#once(`base ${base}`, async () => {
      const file = path.join('public', basePath(base));
      const bytes = await readFile(file).catch(() => {
        throw new LabError('base/missing', { file, preset });
      });
      return this.#options.files.put(bytes);
    });
  }

  /** Hears of a job until its end. */
  watch(key: string, id: string, listener: (news: JobNews) => void): Promise<JobOutcome> {
    return new Promise((resolve, reject) => {
      const watched = { key, id, listener, resolve, reject, told: NO_PROGRESS, read: '' };
      this.#watched.set(key, watched);
    });
  }

  /** Takes a job back: with a checkpoint where it is in progress. */
  async withdraw(key: string): Promise<void> {
    const watched = this.#watched.get(key);
    const job = (await this.#options.queue.getJob(key)) as Job | undefined;
    if (!watched) return;
    const state = await job?.getState();
    if (state === 'completed' || state === 'failed') return;
    if (job && state === 'active') {
      await job.updateData({ ...(job.data as JobData), stop: true });
      const end = (): void => this.#settle(watched, () => watched.resolve({ status: 'stopped' }));
      setTimeout(end, HAND_BACK_MS).unref();
      return;
    }
    await job?.remove();
    this.#settle(watched, () => watched.resolve({ status: 'stopped' }));
  }

  /** Removes a job whose result is kept, with its files. */
  async forget(key: string): Promise<void> {
    await this.#inTurn(key, async () => {
      const job = (await this.#options.queue.getJob(key)) as Job | undefined;
      if (job?.finishedOn !== undefined) await job.remove();
    });
    // It may have been sent again.
    if (this.#watched.has(key)) return;
    const own = this.#files.get(key) ?? new Set();
    this.#files.delete(key);
    const others = new Set([...this.#files.values()].flatMap((files) => [...files]));
    await this.#options.files.remove([...own].filter((file) => !others.has(file)));
  }

  /** Ends the looking. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#looks;
  }

  async #look(): Promise<void> {
    const { queue, warns, address } = this.#options;
    let countedAt = performance.now();
    let heardAt = performance.now();
    let isSilent = false;
    while (this.#isOpen) {
      try {
        const jobs = (await queue.getJobs(['active', 'completed', 'failed'])) as (
          Job | undefined
        )[];
        this.#active = jobs.filter((job) => job && job.finishedOn === undefined).length;
        for (const job of jobs) {
          const watched = job && this.#watched.get(job.id!);
          if (watched) await this.#hear(watched, job);
        }
        if (performance.now() - countedAt > COUNT_MS) {
          await this.#missVanished();
          countedAt = performance.now();
        }
        heardAt = performance.now();
        isSilent = false;
      } catch {
        if (!isSilent && performance.now() - heardAt > SILENT_MS) {
          warns(QUEUE_WORDS.silent({ address }));
          isSilent = true;
        }
      }
      await sleep(LOOK_MS);
    }
  }

  /** Jobs that the server has lost are sent again: whoever waits for one hears that it is gone. */
  async #missVanished(): Promise<void> {
    const before = [...this.#watched.values()];
    const jobs = (await this.#options.queue.getJobs([
      ...WAITING,
      ...(['active', 'completed', 'failed'] as const),
    ])) as (Job | undefined)[];
    const there = new Set(jobs.map((job) => job?.id));
    for (const watched of before) {
      if (there.has(watched.key) || (await this.#options.queue.getJob(watched.key))) continue;
      this.#lose(watched, QUEUE_WORDS.vanished({ job: watched.id }));
    }
  }

  async #hear(watched: Watched, job: Job): Promise<void> {
    const text = JSON.stringify(job.progress);
    if (text !== watched.read) {
      watched.read = text;
      await this.#tell(watched, job.progress);
    }
    if (job.finishedOn === undefined) return;
    if (job.failedReason !== undefined && !v.is(parcel, job.returnvalue)) {
      this.#lose(watched, QUEUE_WORDS.stalled({ reason: job.failedReason }));
      return;
    }
    const result = await this.#resultOf(job);
    if (!result) {
      await job.remove();
      this.#lose(watched, QUEUE_WORDS.damaged({ job: watched.id }));
    } else if (result.status === 'failed') {
      this.#settle(watched, () => watched.reject(receiveError(result.error)));
    } else {
      this.#settle(watched, () => watched.resolve(result));
    }
  }

  async #resultOf(job: Job) {
    const sent = v.safeParse(parcel, job.returnvalue);
    if (!sent.success) return null;
    if ('file' in sent.output && job.id) this.#files.get(job.id)?.add(sent.output.file);
    return this.#options.files.receive(sent.output, ending);
  }

  /** Tells the study what is new; what cannot be read is told with the next news, or made again. */
  async #tell(watched: Watched, received: unknown): Promise<void> {
    const { files } = this.#options;
    const sent = v.safeParse(parcel, received);
    const news = sent.success ? await files.receive(sent.output, progress) : null;
    if (!news) return;
    const { told, listener } = watched;
    watched.told = news;
    const own = this.#files.get(watched.key);
    const { engine, checkpoint } = news;
    if (engine && engine.description !== told.engine?.description)
      listener({ type: 'engine', ...engine });
    for (const mark of news.track.slice(told.track.length)) listener({ type: 'score', mark });
    for (const file of news.points.slice(told.points.length)) {
      const point = await files.read(file, sftCheckpoint);
      if (point) listener({ type: 'point', point });
      own?.add(file);
    }
    if (checkpoint && checkpoint.file !== told.checkpoint?.file) {
      const { file, seconds } = checkpoint;
      const kept = await files.read(file, trainingCheckpoint);
      if (kept) listener({ type: 'checkpoint', checkpoint: kept, seconds });
      own?.add(file);
    }
    listener({ type: 'progress', progress: news.progress, secondsLeft: news.secondsLeft });
  }

  #lose(watched: Watched, reason: string): void {
    const error = new LabError('worker/lost', { role: 'study-trainer', reason });
    this.#settle(watched, () => watched.reject(error));
  }

  #settle(watched: Watched, end: () => void): void {
    if (this.#watched.delete(watched.key)) end();
  }
}
