/** The framework: ceilings, sub-phases and the switch rule. Pure functions of measurements. */
export { ceilingCurve, type CeilingParameters } from './ceiling-model';
export {
  CeilingError,
  fitCeiling,
  fitCeilingOrReason,
  MIN_OBSERVATIONS,
  type CeilingFit,
  type CeilingOptions,
  type CurveObservation,
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
