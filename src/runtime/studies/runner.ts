/**
 * Keeps and runs studies for a page: what the study worker exposes. One study runs at a time; whatever
 * differs between a browser and a test comes in from outside.
 */
import { failureOf, LabError } from '../../errors';
import { stamped } from '../../schema/upgrades';
import { packBundle, type BundleOrigin, type StudyBundle } from '../../studies/bundle/study-bundle';
import type { DeviceSpeed } from '../../studies/estimate';
import { parseStudy } from '../../studies/parse-study';
import { KnownFits, type StudyFits } from '../../studies/known-fits';
import type { StudyConfig } from '../../studies/study-config';
import type { StudyResults } from '../../studies/study-results';
import type { Trainer } from '../../studies/trainer-export/trainers';
import { bundleContent, keptSets } from './bundle-content';
import type { DamagedStudy, StudyImport, StudyRecord, StudyStore } from '../stores/studies';
import type { StudyListener, StudyProgress, StudyRunnerApi, StudyTrainers } from './api';
import { enginesInWords } from './engines-used';
import { JobTable } from './job-table';
import { StudyScheduler } from './scheduler';
import { paced } from './paced';
import { measureSpeed } from './speed';
import { gatherSets, type StudyLibrary } from './study-rows';
import type { StudyEnvironment } from './study-trainer';

interface RunnerOptions {
  readonly store: StudyStore;
  readonly library: StudyLibrary;
  readonly trainers: StudyTrainers;
  readonly environment: StudyEnvironment;
  /** Marks a study as running, so that no other tab runs it too; returns the release. */
  readonly hold: (id: string) => Promise<() => void>;
  /** The studies, and others, that are held in any tab. */
  readonly live: () => Promise<ReadonlySet<string>>;
  /** What makes bundles here. */
  readonly origin: () => Omit<BundleOrigin, 'engine'>;
  /** Figures of results as SVG texts, by name, and the fits that they rest on; those known are not made again. */
  readonly draw: (results: StudyResults, known: KnownFits) => Pick<StudyBundle, 'figures' | 'fits'>;
}

interface Current {
  readonly id: string;
  readonly scheduler: StudyScheduler;
  /** Resolves when it has come to rest. */
  ended: Promise<void>;
}

export class StudyRunner implements StudyRunnerApi {
  readonly #options: RunnerOptions;
  #listener: StudyListener = () => undefined;
  #current: Current | null = null;
  #isStarting = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  async listen(listener: StudyListener): Promise<void> {
    this.#listener = paced(listener);
  }

  list(): Promise<StudyRecord[]> {
    return this.#options.store.list();
  }

  listDamaged(suspects?: readonly string[]): Promise<DamagedStudy[]> {
    return this.#options.store.listDamaged(suspects);
  }

  async exportRemains(id: string): Promise<string> {
    return `${JSON.stringify(stamped(await this.#options.store.readRemains(id)), null, 1)}\n`;
  }

  async requireSets(config: StudyConfig): Promise<void> {
    await gatherSets(parseStudy(config), this.#options);
  }

  async create(config: StudyConfig): Promise<StudyRecord> {
    const study = parseStudy(config);
    return this.#options.store.create(study, await gatherSets(study, this.#options));
  }

  async results(id: string): Promise<StudyResults> {
    if (this.#current?.id === id) return this.#current.scheduler.results;
    return (await this.#table(id)).results();
  }

  async progress(id: string): Promise<StudyProgress> {
    if (this.#current?.id === id) return this.#current.scheduler.progress;
    const table = await this.#table(id);
    const isElsewhere = (await this.#options.live()).has(id);
    const atRest = table.isOver ? 'finished' : table.done > 0 ? 'stopped' : 'idle';
    const status = isElsewhere ? 'elsewhere' : atRest;
    return { status, jobs: table.states(), done: table.done, secondsLeft: null };
  }

  async remove(id: string): Promise<void> {
    if (this.#current?.id === id) {
      await this.stop();
      this.#current = null;
    }
    // Held for a moment: a study that another tab runs is not taken from it.
    const release = await this.#options.hold(id);
    try {
      await this.#options.store.remove(id);
    } finally {
      release();
    }
  }

  measureSpeed(config: StudyConfig): Promise<DeviceSpeed> {
    return measureSpeed(this.#options.environment, parseStudy(config).run);
  }

  async start(id: string, workers: number): Promise<void> {
    const isBusy = this.#current?.scheduler.progress.status === 'running';
    if (isBusy || this.#isStarting) {
      throw new LabError('studies/busy');
    }
    if (!Number.isInteger(workers) || workers < 1) {
      throw new LabError('studies/workers', { workers });
    }
    this.#isStarting = true;
    try {
      await this.#current?.scheduler.stop();
      await this.#begin(id, workers);
    } finally {
      this.#isStarting = false;
    }
  }

  async #begin(id: string, workers: number): Promise<void> {
    const { store, trainers, environment } = this.#options;
    const release = await this.#options.hold(id);
    try {
      const { record } = await store.read(id);
      const scheduler = await StudyScheduler.open({
        study: record.config,
        keeper: store.keeper(id),
        trainers,
        workers,
        listener: (news) => this.#listener(news),
        now: () => environment.now(),
      });
      this.#current = { id, scheduler, ended: this.#run(scheduler, release) };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Runs until it comes to rest; the study is held until then. */
  async #run(scheduler: StudyScheduler, release: () => void): Promise<void> {
    try {
      await scheduler.run();
    } catch (error) {
      this.#listener({ type: 'storage-lost', why: failureOf(error) });
    } finally {
      release();
    }
  }

  async pause(): Promise<void> {
    await this.#running().scheduler.pause();
  }

  async continue(): Promise<void> {
    const current = this.#running();
    const { status } = current.scheduler.progress;
    if (status === 'running') return;
    await current.ended;
    const release = await this.#options.hold(current.id);
    current.ended = this.#run(current.scheduler, release);
  }

  async stop(): Promise<void> {
    await this.#running().scheduler.stop();
  }

  async skip(job: string): Promise<void> {
    await this.#running().scheduler.skip(job);
  }

  async retry(job: string): Promise<void> {
    await this.#running().scheduler.retry(job);
    await this.continue();
  }

  async exportBundle(id: string): Promise<Uint8Array> {
    const { store, environment, origin, draw } = this.#options;
    const results = await this.results(id);
    const { work } = await store.read(id);
    const base = await environment.loadBase(results.config.run);
    const content = await bundleContent(results, store.keeper(id));
    const drawn = draw(results, new KnownFits(await store.readFits(id)));
    return packBundle({
      ...content,
      ...drawn,
      results,
      origin: { ...origin(), engine: enginesInWords(work) },
      base: base.parameters,
    });
  }

  async exportForTrainer(
    id: string,
    options: { readonly trainer: Trainer; readonly model: string },
  ): Promise<Uint8Array> {
    const { config } = await this.results(id);
    const sets = await keptSets(config, this.#options.store.keeper(id));
    // Few studies are exported: its Python need not be there for the others.
    const { exportArchive } = await import('../../studies/trainer-export/archive');
    return exportArchive(config, { ...options, sets });
  }

  fits(id: string): Promise<StudyFits | null> {
    return this.#options.store.readFits(id);
  }

  async keepFits(id: string, fits: StudyFits): Promise<void> {
    await this.#options.store.saveFits(id, fits);
  }

  import(study: StudyImport): Promise<StudyRecord> {
    return this.#options.store.import(study);
  }

  async #table(id: string): Promise<JobTable> {
    const { record, work } = await this.#options.store.read(id);
    return new JobTable(record.config, work);
  }

  #running(): Current {
    if (this.#current) return this.#current;
    throw new LabError('studies/idle');
  }
}
