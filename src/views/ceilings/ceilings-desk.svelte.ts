/**
 * The curves on the page and their fits, one run after another. It lives as long as the page, so
 * results stay while another page is looked at.
 */
import { v4 as uuid } from 'uuid';
import { messageOf } from '../../errors';
import type { AnalystApi, FitSettings } from '../../runtime/ceilings/api';
import type { RunRecord } from '../../runtime/stores/runs';
import type { ColumnMapping, RunCeiling } from '../../theory';
import { measurementOf, observationOf } from '../../training/run-state';
import type { Lab } from '../lab';
import { runName } from '../run/run-name';
import type { ReportedResults } from '../../studies/study-results';
import { foreignNotes } from '../../studies/foreign/notes';
import { OpenStudy } from '../studies/open-study.svelte';
import type { CurveRun } from './curve-run.svelte';
import { CurveSource, type CurveSourceOptions } from './curve-source.svelte';
import { exampleCurves } from './example-curves';
import { STANDARD_FIT } from './fit-choices';

const EXAMPLE_ID = 'example';

export class CeilingsDesk {
  readonly #lab: Pick<Lab, 'openAnalyst' | 'openReader'>;
  #analyst: Promise<AnalystApi> | null = null;
  #sources = $state.raw<readonly CurveSource[]>([]);
  #settings = $state.raw<FitSettings>(STANDARD_FIT);
  #isFitting = $state(false);
  #problem = $state<string | null>(null);
  #added = 0;

  readonly runs: readonly CurveRun[] = $derived(this.#sources.flatMap((source) => source.runs));
  /** Runs that are, were or can be fitted. */
  readonly fittable: readonly CurveRun[] = $derived(
    this.runs.filter(({ stage }) => stage !== 'problem'),
  );
  readonly waiting: number = $derived(
    this.runs.filter(({ stage }) => stage === 'waiting' || stage === 'fitting').length,
  );
  readonly cancelled: number = $derived(
    this.runs.filter(({ stage }) => stage === 'cancelled').length,
  );
  /** In the order of the sources; what `lab fit` would print. */
  readonly results: readonly RunCeiling[] = $derived(
    this.runs.map(({ result }) => result).filter((result) => result !== null),
  );

  constructor(lab: Pick<Lab, 'openAnalyst' | 'openReader'>) {
    this.#lab = lab;
  }

  get sources(): readonly CurveSource[] {
    return this.#sources;
  }

  /** What the fits are made with. */
  get settings(): FitSettings {
    return this.#settings;
  }

  get isFitting(): boolean {
    return this.#isFitting;
  }

  /** Why the analyst does not work; null where it does. */
  get problem(): string | null {
    return this.#problem;
  }

  get hasExample(): boolean {
    return this.#sources.some(({ id }) => id === EXAMPLE_ID);
  }

  hasStored(run: RunRecord): boolean {
    return this.#sources.some(({ id }) => id === run.id);
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  async addFiles(files: readonly File[]): Promise<void> {
    await Promise.all(files.map((file) => this.#addFile(file, { name: file.name, kind: 'file' })));
  }

  async addText(text: string): Promise<void> {
    this.#added += 1;
    const name = this.#added === 1 ? 'pasted text' : `pasted text ${this.#added}`;
    await this.#addFile(new Blob([text]), { name, kind: 'pasted' });
  }

  async addExample(): Promise<void> {
    if (this.hasExample) return;
    const { name, text, truths } = exampleCurves();
    const source = { id: EXAMPLE_ID, name, kind: 'simulated', truths } as const;
    await this.#addFile(new Blob([text]), source);
  }

  /** Adds the RL curve of a finished run of the lab. */
  async addStored(run: RunRecord): Promise<void> {
    const { summary } = run;
    if (!summary || this.hasStored(run)) return;
    const { branch, curve } = summary;
    const points = curve.map(observationOf);
    const pSft = measurementOf(branch);
    const source = this.#add({ id: run.id, name: runName(run), kind: 'lab' });
    await this.#reading(source, async (analyst) => {
      const runs = [{ run: runName(run), curves: [{ pSft, points }], problems: [] }];
      source.read(await analyst.take(source.id, runs));
    });
  }

  /** Reads a file's columns as a person said. */
  async map(source: CurveSource, mapping: ColumnMapping): Promise<void> {
    // Its runs are about to be others.
    this.#cancel(source.runs);
    source.reading(mapping);
    try {
      const analyst = await this.#openAnalyst();
      source.read(await analyst.read(source.id, mapping, source.singleRun));
    } catch (error) {
      source.ask(messageOf(error));
    }
    void this.#work();
  }

  /** The last evaluation in a file, in percent: what SFT reached, where RL has a file of its own. */
  async lastEvaluation(file: File): Promise<number> {
    await this.#tryFile(file);
    return (await this.#openAnalyst()).lastEvaluation(file);
  }

  remove(source: CurveSource): void {
    this.#sources = this.#sources.filter((other) => other !== source);
    this.#cancel(source.runs);
    source.leaveStudy({ isStudy: false });
    void this.#analyst?.then((analyst) => analyst.forget(source.id));
  }

  clear(): void {
    for (const source of this.#sources) this.remove(source);
  }

  /** Fits everything again, in another way. */
  refit(settings: FitSettings): void {
    this.#settings = settings;
    for (const source of this.#sources) {
      if (source.study) source.leaveStudy({ isStudy: true });
    }
    void this.#analyst?.then((analyst) => analyst.cancel());
    this.#wait(this.runs.filter(({ overview }) => overview.problems.length === 0));
  }

  /** Ends the fit in progress and leaves the runs after it. */
  cancel(): void {
    this.#cancel(this.runs);
    void this.#analyst?.then((analyst) => analyst.cancel());
  }

  /** Fits the runs that were cancelled. */
  fitRest(): void {
    this.#wait(this.runs.filter(({ stage }) => stage === 'cancelled'));
  }

  #cancel(runs: readonly CurveRun[]): void {
    for (const run of runs) {
      if (run.stage === 'waiting' || run.stage === 'fitting') run.cancel();
    }
  }

  #wait(runs: readonly CurveRun[]): void {
    for (const run of runs) run.wait();
    void this.#work();
  }

  #add(options: CurveSourceOptions): CurveSource {
    const source = new CurveSource(options);
    this.#sources = [...this.#sources, source];
    return source;
  }

  async #addFile(file: Blob, options: Omit<CurveSourceOptions, 'id'> & { id?: string }) {
    const source = this.#add({ id: uuid(), ...options });
    await this.#reading(source, async (analyst) => {
      if (options.kind !== 'simulated') await this.#tryFile(file);
      const table = await analyst.open(source.id, file);
      source.opened(table);
      const { isCertain, ...mapping } = table.guess;
      if (!isCertain) source.ask();
      else {
        source.read(await analyst.read(source.id, mapping, source.singleRun));
      }
    });
  }

  async #reading(source: CurveSource, read: (analyst: AnalystApi) => Promise<void>) {
    try {
      await read(await this.#openAnalyst());
    } catch (error) {
      source.refuse(messageOf(error));
    }
    void this.#work();
  }

  /** In a worker that is there for this alone: the analyst holds the curves of other files. */
  async #tryFile(file: Blob): Promise<void> {
    const reader = await this.#lab.openReader(() => undefined);
    try {
      await reader.read((api) => api.tryCurves(file));
    } finally {
      reader.end();
    }
  }

  /** One analyst for all; a later try starts it anew if it could not be loaded. */
  #openAnalyst(): Promise<AnalystApi> {
    this.#analyst ??= this.#lab.openAnalyst();
    this.#analyst.catch(() => (this.#analyst = null));
    return this.#analyst;
  }

  #next(): { source: CurveSource; run: CurveRun } | null {
    for (const source of this.#sources) {
      const run = source.runs.find(({ stage }) => stage === 'waiting');
      if (run) return { source, run };
    }
    return null;
  }

  async #fit(analyst: AnalystApi, { source, run }: { source: CurveSource; run: CurveRun }) {
    const fit = run.begin();
    try {
      run.finish(fit, await analyst.fit(source.id, run.index, this.#settings));
    } catch (error) {
      run.finish(fit, { run: run.name, ceiling: null, problems: [messageOf(error)] });
    }
  }

  /** The study that the curves of a source are; its figures follow as their fits come in. */
  async #makeStudy(source: CurveSource, analyst: AnalystApi): Promise<void> {
    const settings = this.#settings;
    const results = await analyst.study(source.id, source.singleRun, settings);
    // Columns, settings or the file itself may be others by now.
    if (!source.lacksStudy || settings !== this.#settings) return;
    if (!results) return source.leaveStudy({ isStudy: false });
    const openAnalyst = () => this.#openAnalyst();
    source.becomeStudy(
      new OpenStudy<ReportedResults>({ origin: 'file', results, openAnalyst }),
      foreignNotes(results),
    );
  }

  /** The next run that waits, or the study of runs that are fitted; false where nothing is left. */
  async #workOn(): Promise<boolean> {
    const analyst = await this.#openAnalyst();
    const next = this.#next();
    if (next) {
      if (next.run.stage === 'waiting') await this.#fit(analyst, next);
      return true;
    }
    const source = this.#sources.find(({ lacksStudy }) => lacksStudy);
    if (!source || this.cancelled > 0) return false;
    await this.#makeStudy(source, analyst);
    return true;
  }

  /** Fits what waits, until nothing does. Only one such loop runs. */
  async #work(): Promise<void> {
    if (this.#isFitting) return;
    this.#isFitting = true;
    try {
      for (let isMore = true; isMore;) isMore = await this.#workOn();
    } catch (error) {
      this.#problem = `The fits ended early: ${messageOf(error)}`;
      this.cancel();
    } finally {
      this.#isFitting = false;
    }
  }
}
