/**
 * What the page and the analyst say to each other. The analyst's worker keeps the curves; the page
 * gets what it lists and draws.
 */
import type { StudyAnalysis } from '../../figures';
import type { SetCeiling } from '../../figures/set-ceilings';
import type { StudyBacktest } from '../../studies/backtest-curves';
import type { StudyFits } from '../../studies/known-fits';
import type { ReportedResults } from '../../studies/study-results';
import type {
  BacktestCurve,
  BacktestGap,
  BacktestRow,
  CeilingSettings,
  ColumnGuess,
  ColumnMapping,
  FileRun,
  ForecastFit,
  ForecastPoint,
  ForecastSettings,
  Measurement,
  RlCurve,
  RunCeiling,
  SeededCeilingSettings,
  Table,
} from '../../theory';

/** How ceilings are fitted. */
export interface FitSettings extends Pick<
  CeilingSettings,
  'draws' | 'confidence' | 'widest' | 'latestMid'
> {
  /** Of the bootstrap. */
  readonly seed: number;
  /** Right answers without knowing anything, as a share, where curves have levels; null to estimate it. */
  readonly chance: number | null;
}

/** A file that has been read but whose columns may not be known yet. */
export interface TableOverview {
  /** What it was taken for, such as "verl console log, 240 steps". */
  readonly kind: string;
  readonly columns: readonly string[];
  /** Columns whose values are shares from 0 to 1, most likely. */
  readonly shares: readonly string[];
  /** A number that may be read in two ways, with its column; null where there is none. */
  readonly unclear: Table['unclear'];
  readonly rowCount: number;
  /** The first rows, cell by cell, cut to a length that can be shown. */
  readonly preview: readonly (readonly string[])[];
  readonly guess: ColumnGuess;
}

/** One seed's curve, thinned to what a chart can show. */
export interface DrawnCurve {
  readonly pSft: Measurement;
  /** Above 0 and rising, in the unit of the file. */
  readonly compute: Float64Array;
  /** In percent. */
  readonly performance: Float64Array;
  /** Evaluations before thinning. */
  readonly evaluations: number;
}

export interface RunOverview {
  readonly run: string;
  /** Empty where the run has problems. */
  readonly curves: readonly DrawnCurve[];
  readonly problems: readonly string[];
}

export interface CurvesOverview {
  readonly runs: readonly RunOverview[];
  /** What belongs to no run. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  /** Whether the curves are a study's. */
  readonly isStudy: boolean;
}

/**
 * What the analyst's worker exposes. Curves are kept by the name of their source until they are
 * forgotten. Rejections carry a sentence for people.
 */
export interface AnalystApi {
  /** Reads a spreadsheet or a trainer's log; rejects what is none, and files that are too large. */
  open(source: string, file: Blob): Promise<TableOverview>;
  /** The last evaluation in a file, in percent, to be the P_sft of another one; the file is not kept. */
  lastEvaluation(file: Blob): Promise<number>;
  /** Takes the curves from an opened file; `singleRun` names the run of a file without such a column. */
  read(source: string, mapping: ColumnMapping, singleRun: string): Promise<CurvesOverview>;
  /** Takes curves that come from no file. */
  take(source: string, runs: readonly FileRun[]): Promise<CurvesOverview>;
  /** Fits one run, by its place in the source; null where it was cancelled. */
  fit(source: string, run: number, settings: FitSettings): Promise<RunCeiling | null>;
  /**
   * The study that the curves of a source are, with the ceiling of each cell; null where it was cancelled.
   * `name` is the study's.
   */
  study(
    source: string,
    name: string,
    settings: Pick<FitSettings, 'seed' | 'chance'>,
  ): Promise<ReportedResults | null>;
  /** Ends the fits in progress within some milliseconds. */
  cancel(): Promise<void>;
  forget(source: string): Promise<void>;
  /**
   * What the theory says of a study, by a name of its own under which fits are kept for the next
   * time. `tell` hears what is known on the way; null where the study was analysed anew meanwhile.
   */
  analyse(
    study: string,
    results: ReportedResults,
    tell: (analysis: StudyAnalysis) => void,
  ): Promise<StudyAnalysis | null>;
  /** What a run will measure beyond its last evaluation; null where its curve says too little. */
  forecast(
    curve: RlCurve,
    settings: SeededCeilingSettings,
  ): Promise<readonly ForecastPoint[] | null>;
  /** The ceiling of a curve with what RL will measure; null where it says too little. */
  ceiling(curve: RlCurve, settings: ForecastSettings): Promise<ForecastFit | null>;
  /** Whether what the first half of a curve promised came true; a gap where it says too little. */
  test(curve: BacktestCurve): Promise<BacktestRow | BacktestGap>;
  /**
   * Whether a study's ceilings, fitted on the first half of each curve, came true; otherwise like
   * `analyse`, which ends it.
   */
  backtest(
    study: string,
    results: ReportedResults,
    tell: (backtest: StudyBacktest) => void,
  ): Promise<StudyBacktest | null>;
  /** Takes over fits of an earlier time; before the first analysis. */
  knowFits(study: string, fits: StudyFits): Promise<void>;
  /** The fits that the study's last analysis rests on; null where it had none. */
  fits(study: string): Promise<StudyFits | null>;
  /**
   * How high each set of a bundle's study leads, by a name of its own; otherwise like `analyse`, which
   * ends it, as does `forgetStudy`.
   */
  setCeilings(
    study: string,
    bundle: Uint8Array,
    tell: (known: readonly SetCeiling[]) => void,
  ): Promise<readonly SetCeiling[] | null>;
  forgetStudy(study: string): Promise<void>;
}
