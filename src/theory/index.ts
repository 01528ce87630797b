/**
 * The framework: ceilings, sub-phases, the switch rule, indicators and findings. Pure functions of
 * measurements.
 */
export { ceilingCurve } from './ceilings/model';
export {
  levelName,
  levelResult,
  measurement,
  MIN_OBSERVATIONS,
  type CurveObservation,
  type LevelResult,
  type Measurement,
  type RlCurve,
} from './ceilings/data';
export {
  ceilingFit,
  DEFAULT_CEILING_SETTINGS,
  fittedPerformance,
  type CeilingFit,
  type CeilingSettings,
  type SeededCeilingSettings,
} from './ceilings/ceiling-fit';
export {
  ceilingFitSteps,
  fitCeiling,
  fitCeilingOfSeeds,
  fitCeilingOrReason,
  lastOf,
  type ForecastFit,
} from './ceilings/fit';
export { ceilingIsKnown, DEFAULT_CEILING_RULE, type CeilingRule } from './ceiling-rule';
export { ceilingReason, type CeilingReason } from './ceilings/reasons';
export {
  atLeastOf,
  isIdentified,
  type AtLeast,
  type CeilingVerdict,
  type OpenLevel,
} from './ceilings/verdict';
export {
  advanceSubPhase,
  subPhase,
  subPhaseSettings,
  subPhaseState,
  DEFAULT_SUB_PHASE_SETTINGS,
  SUB_PHASES,
  subPhases,
  type LossPoint,
  type SubPhase,
  type SubPhaseReport,
  type SubPhaseSettings,
  type SubPhaseSpan,
  type SubPhaseState,
} from './sub-phases';
export {
  policySwitches,
  replayPolicy,
  switchAdvice,
  switchAdviceSchema,
  switchRegret,
} from './switch-rule';
export type { AdviceReason, SwitchAdvice, SwitchPolicy } from './switch-rule';
export { ruleRegrets, type RuleRegret, type SftSeries, type SwitchRule } from './switch-regret';
export {
  cell,
  censoredCeiling,
  groupBy,
  SEQUENTIAL,
  type BranchPoint,
  type Cell,
  type SetTraits,
} from './cells';
export {
  branchDecomposition,
  decompose,
  missingBranch,
  type BranchDecomposition,
  type MissingBranch,
} from './decomposition';
export {
  compareIndicators,
  correlate,
  MIN_VALIDATION_LOSS,
  rankSets,
  SFT_PERFORMANCE,
  type Correlation,
  type Indicator,
  type IndicatorPoint,
  type RankedSet,
} from './indicators';
export { doubtSteps, type Doubt } from './doubt';
export {
  CLAIMS,
  DEFAULT_FINDING_SETTINGS,
  findings,
  type ClaimId,
  type Finding,
  type FindingSettings,
  type Verdict,
} from './findings';
export {
  highestOf,
  mean,
  meanOf,
  NORMAL_90,
  rateEstimate,
  standardDeviation,
  studentReach,
  type Estimate,
} from './statistics';
export { CURVE_COLUMNS, type ColumnNames, type CurveColumn } from './curves/columns';
export {
  checkCurveFileSize,
  checkRows,
  curvesOfTable,
  readCurveFile,
  type CurveFile,
  type CurveFileOptions,
  type FileCurve,
  type FileRun,
} from './curves/curve-file';
export { measuredAt } from './curves/evaluations';
export type { CurveTraits } from './curves/traits';
export {
  guessColumns,
  lastEvaluation,
  type ColumnGuess,
  type ColumnMapping,
} from './curves/column-guess';
export { fitCurveFile, fitRunSteps, type RunCeiling } from './curves/curve-fits';
export { csvText, type CsvValue } from './curves/csv-text';
export { readLog, textOf } from './curves/logs/read-log';
export type { PSftChoice } from './curves/p-sft';
export type { Table } from './curves/table';
export { cellsOf } from './curves/table';
export { holdsShares } from './curves/values';
export {
  backtestCurveSteps,
  backtestGap,
  backtestOf,
  backtestRow,
  backtestSteps,
  countBacktest,
  isForecastHeld,
  isRefuted,
  type Backtest,
  type BacktestCount,
  type BacktestCurve,
  type BacktestGap,
  type BacktestRow,
} from './backtest';
export {
  missesOf,
  prediction,
  predictionLine,
  predictionSpreads,
  readPredictions,
  type Miss,
  type Prediction,
  type PredictionSpread,
  type ReadPredictions,
} from './prediction';
export {
  forecastAheadSteps,
  forecastFitSteps,
  type ForecastPoint,
  type ForecastSettings,
} from './forecast';
export { surfaceFit, surfaceSteps, type SurfaceFit, type SurfaceSettings } from './surface/fit';
export { leaveOneOutSteps, type LeftOutCell } from './surface/leave-one-out';
export {
  isSurfaceData,
  surfaceData,
  SURFACES,
  type NoSurface,
  type SurfaceData,
  type SurfaceOf,
  type SurfacePoint,
} from './surface/points';
export { Surface, type ExchangeRate, type Interaction } from './surface/readings';
