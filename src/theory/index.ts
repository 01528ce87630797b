/** The framework: ceilings, sub-phases and the switch rule. Pure functions of measurements. */
export { ceilingCurve, type CeilingParameters } from './ceiling-model';
export {
  CeilingError,
  MIN_OBSERVATIONS,
  type CollapseReport,
  type CurveObservation,
  type Measurement,
  type RlCurve,
} from './ceiling-data';
export {
  DEFAULT_CEILING_SETTINGS,
  fitCeiling,
  fitCeilingOfSeeds,
  fitCeilingOrReason,
  type CeilingFit,
  type CeilingOptions,
  type CeilingSettings,
  type SeededCeilingSettings,
} from './ceiling-fit';
export {
  advanceSubPhase,
  DEFAULT_SUB_PHASE_SETTINGS,
  SUB_PHASES,
  SubPhaseError,
  subPhases,
  type LossPoint,
  type SubPhase,
  type SubPhaseReport,
  type SubPhaseSettings,
  type SubPhaseSpan,
  type SubPhaseState,
} from './sub-phases';
export { switchAdvice, type SwitchAdvice } from './switch-rule';
export {
  CURVE_COLUMNS,
  readCurveFile,
  type ColumnNames,
  type CurveColumn,
  type CurveFile,
  type CurveFileOptions,
  type FileRun,
} from './curve-file';
export { fitCurveFile, type RunCeiling } from './curve-fits';
export { decodeText, TableError } from './table';
