/** A study on the desk: its results so far and what the theory says of them. */
import { v4 as uuid } from 'uuid';
import { messageOf } from '../../errors';
import * as Comlink from '../../runtime/remote';
import type { StudyAnalysis } from '../../figures';
import type { figureSource, FigureKind, FigureSource } from '../../figures/study-figures';
import type { AnalystApi } from '../../runtime/ceilings/api';
import type { StudyRecord } from '../../runtime/stores/studies';
import type { StudyProgress } from '../../runtime/studies/api';
import type { StudyFits } from '../../studies/known-fits';
import type { StudyBacktest } from '../../studies/backtest-curves';
import type { ReportedResults, StudyResults } from '../../studies/study-results';

/** Where a study comes from: kept in this browser, shipped with the app, or a file that is not kept. */
type StudyOrigin = 'kept' | 'shipped' | 'file';

export interface OpenStudyOptions<Results extends ReportedResults> {
  readonly origin: StudyOrigin;
  readonly results: Results;
  /** Of a kept study. */
  readonly record?: StudyRecord;
  /** Of the bundle on the same host that it was read from. */
  readonly address?: string;
  readonly progress?: StudyProgress;
  /** Of an earlier time, as far as they still hold. */
  readonly fits?: StudyFits | null;
  /** Keeps the fits of a kept study for the next time. */
  readonly keepFits?: (fits: StudyFits) => Promise<void>;
  readonly openAnalyst: () => Promise<AnalystApi>;
}

/** The lab's own study, unless it is told that others ran it. */
export class OpenStudy<Results extends ReportedResults = StudyResults> {
  /** Names the study to the analyst. */
  readonly key = uuid();
  readonly origin: StudyOrigin;
  readonly record: StudyRecord | null;
  readonly address: string | null;
  readonly #openAnalyst: () => Promise<AnalystApi>;
  readonly #keepFits: OpenStudyOptions<Results>['keepFits'];
  /** What the analyst has not been told yet. */
  #fits: StudyFits | null;
  #results = $state.raw<Results>()!;
  #analysis = $state.raw<StudyAnalysis | null>(null);
  #backtest = $state.raw<StudyBacktest | null>(null);
  #progress = $state.raw<StudyProgress | null>(null);
  #problem = $state<string | null>(null);

  /** Loaded with the first study: a visit may have none. */
  #figureSource: typeof figureSource | null = null;

  // Made when there is something new: a derived value would go stale with the page that opened the study.
  #source = $state.raw<FigureSource | null>(null);

  constructor(options: OpenStudyOptions<Results>) {
    const { origin, results, record, address, progress, fits, openAnalyst } = options;
    this.origin = origin;
    this.record = record ?? null;
    this.address = address ?? null;
    this.#openAnalyst = openAnalyst;
    this.#keepFits = options.keepFits;
    this.#fits = fits ?? null;
    this.#results = results;
    this.#progress = progress ?? null;
    void this.#analyse();
  }

  get results(): Results {
    return this.#results;
  }

  /** What the figures draw; null until there is a first analysis. */
  get source(): FigureSource | null {
    return this.#source;
  }

  get title(): string {
    return this.#results.config.title;
  }

  /** Branch points whose seeds are still to be fitted together. */
  get waiting(): number {
    return this.#analysis?.waiting ?? 0;
  }

  /** Curves that are still to be fitted on their first half; null until that has begun. */
  get untested(): number | null {
    return this.#backtest?.waiting ?? null;
  }

  /**
   * What a figure draws; null until there is a first analysis. The backtest follows when all else is
   * there: what shows it is drawn by itself.
   */
  sourceOf({ isBacktest }: FigureKind): FigureSource | null {
    const source = this.#source;
    if (!source || !isBacktest) return source;
    return { ...source, analysis: { ...source.analysis, backtest: this.#backtest } };
  }

  /** Whether no fit is to come that a figure draws. */
  isSettled({ isBacktest }: FigureKind): boolean {
    return isBacktest ? this.untested === 0 : this.waiting === 0;
  }

  get progress(): StudyProgress | null {
    return this.#progress;
  }

  set progress(progress: StudyProgress | null) {
    this.#progress = progress;
  }

  /** What the theory says of it once no fit is to come; null before. */
  get settled(): StudyAnalysis | null {
    return this.waiting === 0 ? this.#analysis : null;
  }

  /** Why it could not be analysed; null where it could. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Takes new results; figures follow as the fits come in. */
  update(results: Results): void {
    this.#results = results;
    if (this.#analysis) this.#take(this.#analysis);
    void this.#analyse();
  }

  close(): void {
    void this.#openAnalyst().then((analyst) => analyst.forgetStudy(this.key));
  }

  async #analyse(): Promise<void> {
    try {
      const [figures, analyst] = await Promise.all([
        import('../../figures/study-figures'),
        this.#openAnalyst(),
      ]);
      this.#figureSource = figures.figureSource;
      const known = this.#fits;
      this.#fits = null;
      if (known) await analyst.knowFits(this.key, known);
      const tell = Comlink.proxy((analysis: StudyAnalysis) => this.#take(analysis));
      const analysis = await analyst.analyse(this.key, this.#results, tell);
      if (!analysis) return;
      this.#take(analysis);
      await this.#test(analyst);
    } catch (error) {
      this.#problem = `The study could not be analysed: ${messageOf(error)}`;
    }
  }

  #take(analysis: StudyAnalysis): void {
    this.#analysis = analysis;
    this.#source = this.#figureSource!(this.#results, analysis);
  }

  async #test(analyst: AnalystApi): Promise<void> {
    const tell = Comlink.proxy((backtest: StudyBacktest) => (this.#backtest = backtest));
    const backtest = await analyst.backtest(this.key, this.#results, tell);
    if (!backtest) return;
    this.#backtest = backtest;
    if (this.#keepFits) await this.#keep(analyst, this.#keepFits);
  }

  async #keep(analyst: AnalystApi, keepFits: (fits: StudyFits) => Promise<void>): Promise<void> {
    const fits = await analyst.fits(this.key);
    // Full storage costs the next visit the time of the fits, and nothing else.
    if (fits) await keepFits(fits).catch(() => undefined);
  }
}
