/**
 * The studies on the desk: the one that is shown, one to compare it with, and the one that runs. It
 * lives as long as the page, so a study goes on while another page is looked at.
 */
import { LabError, messageOf } from '../../errors';
import { failureSentence } from '../../sentences';
import * as Comlink from '../../runtime/remote';
import type { ReaderApi } from '../../runtime/sets/api';
import type { AnalystApi } from '../../runtime/ceilings/api';
import type { DamagedStudy, StudyRecord } from '../../runtime/stores/studies';
import type { OpenedBundle, StudyNews, StudyRunnerApi } from '../../runtime/studies/api';
import type { StudyFits } from '../../studies/known-fits';
import type { Trainer } from '../../studies/trainer-export/trainers';
import type { StudyConfig } from '../../studies/study-config';
import type { StudyResults } from '../../studies/study-results';
import type { Lab } from '../lab';
import { loadLater } from '../load-later';
import { OpenStudy, type OpenStudyOptions } from './open-study.svelte';
import { fetchBundle, shippedStudies } from './shipped';

/** Milliseconds between two looks at a study that another tab runs. */
const LOOK_EVERY_MS = 3000;
/** Larger files are not studies of this lab. */
const MAX_FILE_BYTES = 200e6;

type RemoteReader = Comlink.Remote<ReaderApi>;
type StudyLab = Pick<Lab, 'openAnalyst' | 'openReader' | 'openStudies' | 'keepStorage'>;

export class StudiesDesk {
  readonly #lab: StudyLab;
  #runner: Promise<StudyRunnerApi> | null = null;
  #analyst: Promise<AnalystApi> | null = null;
  #records = $state.raw<readonly StudyRecord[]>([]);
  #damaged = $state.raw<readonly DamagedStudy[]>([]);
  /** Kept studies that could not be opened. */
  #suspects: readonly string[] = [];
  #shown = $state.raw<OpenStudy | null>(null);
  #other = $state.raw<OpenStudy | null>(null);
  /** The kept study that runs or rests, whether shown or not. */
  #live = $state.raw<OpenStudy | null>(null);
  #problem = $state<string | null>(null);
  #storageProblem = $state<string | null>(null);
  #busy = $state<string | null>(null);
  #isOpened = false;
  /** Counts what was asked to be shown: the last one is, however long the others take. */
  #wanted = 0;

  readonly isRunning: boolean = $derived(this.#live?.progress?.status === 'running');

  constructor(lab: StudyLab) {
    this.#lab = lab;
  }

  /** Kept studies, newest first. */
  get records(): readonly StudyRecord[] {
    return this.#records;
  }

  /** Kept studies that cannot be read. */
  get damaged(): readonly DamagedStudy[] {
    return this.#damaged;
  }

  get shown(): OpenStudy | null {
    return this.#shown;
  }

  /** What the shown study is compared with. */
  get other(): OpenStudy | null {
    return this.#other;
  }

  get live(): OpenStudy | null {
    return this.#live;
  }

  /** Why the last thing that was asked for could not be done. */
  get problem(): string | null {
    return this.#problem;
  }

  get storageProblem(): string | null {
    return this.#storageProblem;
  }

  /** What is being done that takes a moment, for people; null for nothing. */
  get busy(): string | null {
    return this.#busy;
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  report(problem: string): void {
    this.#problem = problem;
  }

  /** On the first visit: the newest kept study, or the one that comes with the app. */
  async visit(opensOne: boolean): Promise<void> {
    if (this.#isOpened) return;
    this.#isOpened = true;
    await this.#refresh();
    if (!opensOne || this.#wanted > 0) return;
    const [newest] = this.#records;
    const [shipped] = shippedStudies();
    if (newest) await this.show(newest);
    else if (shipped !== undefined) await this.openAddress(shipped);
  }

  async show(record: StudyRecord): Promise<void> {
    await this.#show('Opening the study', async () =>
      this.#live?.record?.id === record.id ? this.#live : this.#open(record),
    );
  }

  /** Opens the kept study that a link names. */
  async showKept(id: string): Promise<void> {
    await this.#show('Opening the study', async () => {
      await this.#refresh();
      const record = this.#records.find((one) => one.id === id);
      if (!record) throw new LabError('page/no-study', { id });
      return this.#live?.record?.id === id ? this.#live : this.#open(record);
    });
  }

  /** Opens a bundle of the same host; a shipped one is not kept, others are. */
  async openAddress(address: string): Promise<void> {
    const origin = shippedStudies().includes(address) ? 'shipped' : 'file';
    await this.#show('Opening the study', async () =>
      this.#takeBundle(await fetchBundle(address), origin, address),
    );
  }

  /**
   * Takes a bundle, results of the terminal, or a study to be run; the last is handed to `build`.
   */
  async addFile(file: File, build: (study: StudyConfig) => void): Promise<void> {
    await this.#show(`Reading ${file.name}`, async () => {
      if (file.size > MAX_FILE_BYTES) {
        throw new LabError('page/file-large', {
          file: file.name,
          bytes: file.size,
          most: MAX_FILE_BYTES,
        });
      }
      if (!file.name.toLowerCase().endsWith('.json')) {
        return this.#takeBundle(new Uint8Array(await file.arrayBuffer()), 'kept');
      }
      const text = await file.text();
      const { parsedResults, parseStudyText } = await loadLater(() => import('./study-file'));
      const results = parsedResults(text);
      if (results) return this.#opened({ origin: 'file', results });
      const study = parseStudyText(text);
      if (this.#storageProblem === null) await (await this.#openRunner()).requireSets(study);
      build(study);
      return null;
    });
  }

  async compareWith(record: StudyRecord | null): Promise<void> {
    this.#other?.close();
    this.#other = null;
    if (!record) return;
    await this.#do('Opening the study', async () => {
      this.#other = await this.#open(record);
    });
  }

  /** Compares with the study that comes with the app. */
  async compareWithShipped(address: string): Promise<void> {
    await this.#do('Opening the study', async () => {
      const bundle = await this.#openBundle(await fetchBundle(address));
      this.#other?.close();
      this.#other = this.#opened({ origin: 'shipped', ...bundle });
    });
  }

  /** Keeps a study and runs it. */
  async start(config: StudyConfig, workers: number): Promise<void> {
    await this.#do('Starting the study', async () => {
      void this.#lab.keepStorage();
      const runner = await this.#openRunner();
      const record = await runner.create(config);
      await this.#run(record, workers);
    });
  }

  /** Goes on with a kept study. */
  async resume(record: StudyRecord, workers: number): Promise<void> {
    await this.#do('Starting the study', () => this.#run(record, workers));
  }

  pause(): Promise<void> {
    return this.#do('Pausing at the next step', async () => (await this.#openRunner()).pause());
  }

  continue(): Promise<void> {
    return this.#do('Going on', async () => (await this.#openRunner()).continue());
  }

  stop(): Promise<void> {
    return this.#do('Stopping at the next step', async () => (await this.#openRunner()).stop());
  }

  skip(job: string): Promise<void> {
    return this.#do('Skipping', async () => (await this.#openRunner()).skip(job));
  }

  retry(job: string): Promise<void> {
    return this.#do('Trying again', async () => (await this.#openRunner()).retry(job));
  }

  async remove(id: string): Promise<void> {
    await this.#do('Deleting', async () => {
      await (await this.#openRunner()).remove(id);
      if (this.#shown?.record?.id === id) this.#shown = null;
      if (this.#live?.record?.id === id) this.#live = null;
      await this.#refresh();
    });
  }

  /** The bundle of a kept study; null where it failed. */
  async bundle(record: StudyRecord): Promise<Uint8Array | null> {
    let bytes: Uint8Array | null = null;
    await this.#do('Making the bundle', async () => {
      bytes = await (await this.#openRunner()).exportBundle(record.id);
    });
    return bytes;
  }

  /** The study as a zip file for a trainer of language models; null where that failed. */
  async exportForTrainer(
    record: StudyRecord,
    options: { readonly trainer: Trainer; readonly model: string },
  ): Promise<Uint8Array | null> {
    let bytes: Uint8Array | null = null;
    await this.#do('Exporting', async () => {
      bytes = await (await this.#openRunner()).exportForTrainer(record.id, options);
    });
    return bytes;
  }

  /** What is stored of a study that cannot be read, as JSON; null where that failed too. */
  async remains(id: string): Promise<string | null> {
    let text: string | null = null;
    await this.#do('Reading what is left', async () => {
      text = await (await this.#openRunner()).exportRemains(id);
    });
    return text;
  }

  /** How fast this device is on a study's model, for estimates. */
  async measureSpeed(config: StudyConfig) {
    return (await this.#openRunner()).measureSpeed(config);
  }

  /** Shows what `open` gives, unless something else was asked for meanwhile. */
  async #show(what: string, open: () => Promise<OpenStudy | null>): Promise<void> {
    const turn = ++this.#wanted;
    await this.#do(what, async () => {
      const study = await open();
      if (turn === this.#wanted && study) this.#present(study);
      else if (study !== this.#live) study?.close();
    });
  }

  async #do(what: string, action: () => Promise<void>): Promise<void> {
    this.#busy = what;
    this.#problem = null;
    try {
      await action();
    } catch (error) {
      this.#problem = messageOf(error);
    } finally {
      if (this.#busy === what) this.#busy = null;
    }
  }

  #present(study: OpenStudy): void {
    if (this.#shown !== study && this.#shown !== this.#live) this.#shown?.close();
    this.#shown = study;
    void this.#follow(study);
  }

  /** Looks now and then at a study that another tab runs, until that has come to rest. */
  async #follow(study: OpenStudy): Promise<void> {
    const id = study.record?.id;
    while (id !== undefined && study === this.#shown && study.progress?.status === 'elsewhere') {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      // This tab may have taken it over.
      if (study === this.#live) return;
      const runner = await this.#openRunner();
      const done = study.progress?.done;
      study.progress = await runner.progress(id);
      if (study.progress.done !== done) study.update(await runner.results(id));
    }
  }

  #opened(options: Omit<OpenStudyOptions<StudyResults>, 'openAnalyst'>): OpenStudy {
    return new OpenStudy({ ...options, openAnalyst: () => this.#openAnalyst() });
  }

  async #open(record: StudyRecord): Promise<OpenStudy> {
    const runner = await this.#openRunner();
    try {
      const [results, progress, fits] = await Promise.all([
        runner.results(record.id),
        runner.progress(record.id),
        runner.fits(record.id),
      ]);
      const keepFits = (made: StudyFits): Promise<void> => runner.keepFits(record.id, made);
      return this.#opened({ origin: 'kept', record, results, progress, fits, keepFits });
    } catch (error) {
      this.#suspects = [...this.#suspects, record.id];
      await this.#refresh();
      throw error;
    }
  }

  async #run(record: StudyRecord, workers: number): Promise<void> {
    const study = this.#shown?.record?.id === record.id ? this.#shown : await this.#open(record);
    this.#wanted++;
    const runner = await this.#openRunner();
    const before = this.#live;
    this.#live = study;
    try {
      await runner.start(record.id, workers);
    } catch (error) {
      this.#live = before;
      study.progress = await runner.progress(record.id);
      void this.#follow(study);
      throw error;
    }
    this.#present(study);
    await this.#refresh();
  }

  async #takeBundle(
    bytes: Uint8Array,
    origin: 'kept' | 'shipped' | 'file',
    address?: string,
  ): Promise<OpenStudy> {
    if (origin === 'shipped' || this.#storageProblem !== null) {
      const bundle = await this.#openBundle(bytes);
      return this.#opened({
        origin: origin === 'shipped' ? origin : 'file',
        ...bundle,
        ...(address !== undefined && { address }),
      });
    }
    const study = await this.#decoding((reader) => reader.readBundle(handedOver(bytes)));
    const record = await (await this.#openRunner()).import(study);
    await this.#refresh();
    return this.#open(record);
  }

  #openBundle(bytes: Uint8Array): Promise<OpenedBundle> {
    return this.#decoding((reader) => reader.openBundle(handedOver(bytes)));
  }

  /** In a worker that is there for one file. */
  async #decoding<T>(work: (reader: RemoteReader) => Promise<T>): Promise<T> {
    const reader = await this.#lab.openReader(() => undefined);
    try {
      return await reader.read(work);
    } finally {
      reader.end();
    }
  }

  async #refresh(): Promise<void> {
    try {
      const runner = await this.#openRunner();
      [this.#records, this.#damaged] = await Promise.all([
        runner.list(),
        runner.listDamaged(this.#suspects),
      ]);
    } catch (error) {
      this.#storageProblem = messageOf(error);
    }
  }

  #hear(news: StudyNews): void {
    const live = this.#live;
    if (!live) return;
    if (news.type === 'progress') {
      live.progress = news.progress;
      if (news.progress.status !== 'running') void this.#refresh();
    } else if (news.type === 'results') {
      live.update(news.results);
    } else {
      this.#problem = `The study stopped, since its results could not be kept: ${failureSentence(news.why)}`;
    }
  }

  /** The worker is gone, and the study in progress with it: what it had finished is kept. */
  async #lost(why: unknown): Promise<void> {
    const { id } = this.#live?.record ?? {};
    await this.#do('Reading what is kept', async () => {
      const runner = await this.#openRunner();
      if (id !== undefined && this.#live) this.#live.progress = await runner.progress(id);
    });
    this.#problem ??= `${messageOf(why)} What had been finished is kept: go on with the study.`;
  }

  /** One runner for all; a later try starts it anew if it could not be loaded. */
  #openRunner(): Promise<StudyRunnerApi> {
    this.#runner ??= this.#lab.openStudies(
      (news) => this.#hear(news),
      (why) => void this.#lost(why),
    );
    this.#runner.catch(() => (this.#runner = null));
    return this.#runner;
  }

  #openAnalyst(): Promise<AnalystApi> {
    this.#analyst ??= this.#lab.openAnalyst();
    this.#analyst.catch(() => (this.#analyst = null));
    return this.#analyst;
  }
}

function handedOver(bytes: Uint8Array): Uint8Array {
  return Comlink.transfer(bytes, [bytes.buffer]);
}
