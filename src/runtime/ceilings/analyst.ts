/** Reads files of curves, fits their ceilings, and analyses studies: what the analyst worker exposes. */
import { isLabError, LabError } from '../../errors';
import { StudyAnalyst, type StudyAnalysis } from '../../figures';
import { setCeilings, type SetCeiling } from '../../figures/set-ceilings';
import { fitsOf } from '../../studies/analysis';
import { FIRST_HALF, StudyBacktester, type StudyBacktest } from '../../studies/backtest-curves';
import { KnownFits, type StudyFits } from '../../studies/known-fits';
import { readBundle } from '../../studies/bundle/study-bundle';
import { foreignStudySteps } from '../../studies/foreign/foreign-study';
import type { ReportedResults } from '../../studies/study-results';
import {
  backtestCurveSteps,
  checkRows,
  curvesOfTable,
  fitRunSteps,
  forecastAheadSteps,
  forecastFitSteps,
  guessColumns,
  holdsShares,
  lastEvaluation,
  readLog,
  type BacktestCurve,
  type BacktestGap,
  type BacktestRow,
  type ColumnMapping,
  type CurveFile,
  type FileRun,
  type ForecastFit,
  type ForecastPoint,
  type ForecastSettings,
  type RlCurve,
  type RunCeiling,
  type SeededCeilingSettings,
  type Table,
} from '../../theory';
import type {
  AnalystApi,
  CurvesOverview,
  DrawnCurve,
  FitSettings,
  RunOverview,
  TableOverview,
} from './api';
import { drive } from '../drive';
import { readCurveTable } from './curve-table';

/** The page lists every run; a column that was taken for the runs by mistake has thousands. */
const MAX_RUNS = 500;
/** More points of a curve would only overlap on the screen. */
const DRAWN_POINTS = 400;
/** Problems of one run, or of a file, that the page gets in full. */
const MAX_PROBLEMS = 100;
const PREVIEW_ROWS = 4;
const PREVIEW_CHARACTERS = 40;
/** Milliseconds between two analyses of a study on the way: each is drawn. */
const TELL_EVERY_MS = 800;

/** A study whose figures a page shows: its fits are kept for the next analysis. */
interface Study {
  readonly known: KnownFits;
  /** Analysed last; null where none were yet. */
  readonly results: ReportedResults | null;
  /** Ends what was begun last. */
  readonly running: AbortController;
}

interface Kept {
  /** Of a file, to be read again where its numbers may be read in two ways. */
  readonly text: string | null;
  readonly table: Table | null;
  readonly runs: readonly FileRun[];
  readonly computeColumn: string;
}

export class Analyst implements AnalystApi {
  readonly #kept = new Map<string, Kept>();
  /** Ends the fits in progress. */
  #fits = new AbortController();
  readonly #studies = new Map<string, Study>();

  async open(source: string, file: Blob): Promise<TableOverview> {
    const { text, table } = await readCurveTable(file);
    if (table.columns.length < 2) {
      throw new LabError('curves/one-column', { column: cut(table.columns[0] ?? '') });
    }
    checkRows(table);
    this.#kept.set(source, { text, table, runs: [], computeColumn: '' });
    return {
      kind: table.kind,
      shares: table.columns.filter((column) => holdsShares(table, column)),
      unclear: table.unclear,
      columns: table.columns,
      rowCount: table.rows.length,
      preview: table.rows
        .slice(0, PREVIEW_ROWS)
        .map(({ cells }) => table.columns.map((column) => cut(cells.get(column) ?? ''))),
      guess: guessColumns(table),
    };
  }

  async lastEvaluation(file: Blob): Promise<number> {
    return lastEvaluation((await readCurveTable(file)).table);
  }

  async read(source: string, mapping: ColumnMapping, singleRun: string): Promise<CurvesOverview> {
    const { text, table: first } = this.#source(source);
    if (text === null || !first) throw new LabError('fault/no-curve-file', { source });
    const { decimal = null } = mapping;
    const table = decimal === null ? first : await readLog(text, { decimal });
    const file = curvesOfTable(table, { ...mapping, singleRun });
    if (file.runs.length > MAX_RUNS) {
      throw new LabError('curves/many-runs', {
        column: mapping.columns.run ?? 'run',
        runs: file.runs.length,
        most: MAX_RUNS,
      });
    }
    const { runs, computeColumn } = file;
    this.#kept.set(source, { text, table: first, runs, computeColumn });
    return overviewOf(file);
  }

  async take(source: string, runs: readonly FileRun[]): Promise<CurvesOverview> {
    const computeColumn = 'FLOPs';
    this.#kept.set(source, { text: null, table: null, runs, computeColumn });
    return overviewOf({ runs, isStudy: false, computeColumn, problems: [], notes: [] });
  }

  async fit(source: string, run: number, settings: FitSettings): Promise<RunCeiling | null> {
    const { runs } = this.#source(source);
    const chosen = runs[run];
    if (!chosen) throw new LabError('fault/no-curve-run', { source, runs: runs.length, run });
    const steps = fitRunSteps(chosen, withChance(settings));
    return unless('cancelled', drive(steps, { signal: this.#fits.signal }));
  }

  async study(
    source: string,
    name: string,
    { seed, chance }: Pick<FitSettings, 'seed' | 'chance'>,
  ): Promise<ReportedResults | null> {
    const options = { name, seed, ...(chance !== null && { chance }) };
    const steps = foreignStudySteps(this.#source(source), options);
    return unless('cancelled', drive(steps, { signal: this.#fits.signal }));
  }

  async cancel(): Promise<void> {
    this.#fits.abort();
    this.#fits = new AbortController();
  }

  async forget(source: string): Promise<void> {
    this.#kept.delete(source);
  }

  async forecast(
    curve: RlCurve,
    settings: SeededCeilingSettings,
  ): Promise<readonly ForecastPoint[] | null> {
    // A curve may say too little.
    return unless('ceiling', drive(forecastAheadSteps(curve, settings)));
  }

  async ceiling(curve: RlCurve, settings: ForecastSettings): Promise<ForecastFit | null> {
    // A curve may say too little.
    return unless('ceiling', drive(forecastFitSteps([curve], settings)));
  }

  async test(curve: BacktestCurve): Promise<BacktestRow | BacktestGap> {
    return drive(backtestCurveSteps(curve, FIRST_HALF));
  }

  async analyse(
    name: string,
    results: ReportedResults,
    tell: (analysis: StudyAnalysis) => void,
  ): Promise<StudyAnalysis | null> {
    const { known, running } = this.#begin(name, results);
    return inSteps(new StudyAnalyst(known).steps(results), tell, running);
  }

  async backtest(
    name: string,
    results: ReportedResults,
    tell: (backtest: StudyBacktest) => void,
  ): Promise<StudyBacktest | null> {
    const { known, running } = this.#begin(name, results);
    return inSteps(new StudyBacktester(known).steps(results), tell, running);
  }

  async setCeilings(
    name: string,
    bundle: Uint8Array,
    tell: (known: readonly SetCeiling[]) => void,
  ): Promise<readonly SetCeiling[] | null> {
    const { results, fits } = readBundle(bundle);
    if (fits) await this.knowFits(name, fits);
    const hear = (analysis: StudyAnalysis): void => tell(setCeilings(results, analysis));
    const analysis = await this.analyse(name, results, hear);
    return analysis && setCeilings(results, analysis);
  }

  /** Ends what is in progress for a study; its fits are kept. */
  #begin(name: string, results: ReportedResults): Study {
    const before = this.#studies.get(name);
    before?.running.abort();
    const known = before?.known ?? new KnownFits();
    const study = { known, results, running: new AbortController() };
    this.#studies.set(name, study);
    return study;
  }

  async knowFits(name: string, fits: StudyFits): Promise<void> {
    const study = { known: new KnownFits(fits), results: null, running: new AbortController() };
    this.#studies.set(name, study);
  }

  async fits(name: string): Promise<StudyFits | null> {
    const study = this.#studies.get(name);
    return study?.results ? fitsOf(study.results, study.known) : null;
  }

  async forgetStudy(name: string): Promise<void> {
    this.#studies.get(name)?.running.abort();
    this.#studies.delete(name);
  }

  #source(source: string): Kept {
    const kept = this.#kept.get(source);
    if (kept) return kept;
    throw new LabError('fault/no-curve-source', { source });
  }
}

/** Work of which each step is a fit, and worth showing. */
function inSteps<T>(
  steps: Generator<T, T>,
  tell: (known: T) => void,
  { signal }: AbortController,
): Promise<T | null> {
  // A step takes long by itself.
  const options = { report: tell, reportEvery: TELL_EVERY_MS, listenEvery: 0, signal };
  return unless('cancelled', drive(steps, options));
}

function withChance({ chance, ...settings }: FitSettings): SeededCeilingSettings {
  return { ...settings, ...(chance !== null && { levels: { chance } }) };
}

/** The result of work; null where it ended in an error of this kind. */
async function unless<T>(kind: 'cancelled' | 'ceiling', work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isLabError(error, kind)) return null;
    throw error;
  }
}

function cut(text: string): string {
  return text.length > PREVIEW_CHARACTERS ? `${text.slice(0, PREVIEW_CHARACTERS - 1)}…` : text;
}

function shownProblems(problems: readonly string[]): string[] {
  const left = problems.length - MAX_PROBLEMS;
  const shown = problems.slice(0, MAX_PROBLEMS);
  return left > 0 ? [...shown, `… and ${left} more problems of this kind.`] : shown;
}

function drawnCurve({ pSft, points }: RlCurve): DrawnCurve {
  const ordered = points.toSorted((a, b) => a.compute - b.compute);
  const stride = Math.ceil(ordered.length / DRAWN_POINTS);
  const drawn = ordered.filter((_, i) => i % stride === 0 || i === ordered.length - 1);
  return {
    pSft,
    compute: Float64Array.from(drawn, (point) => point.compute),
    performance: Float64Array.from(drawn, (point) => point.performance),
    evaluations: ordered.length,
  };
}

function overviewOf({ runs, isStudy, problems, notes }: CurveFile): CurvesOverview {
  const overviews = runs.map((run): RunOverview => ({
    run: run.run,
    curves: run.problems.length > 0 ? [] : run.curves.map(drawnCurve),
    problems: shownProblems(run.problems),
  }));
  return { runs: overviews, problems: shownProblems(problems), notes, isStudy };
}
