/** The paper's switch rule as advice while SFT runs: turn to RL when stable or just past it. */
import type { SubPhaseSettings, SubPhaseState } from './sub-phases';

export interface SwitchAdvice {
  readonly action: 'wait' | 'switch' | 'late';
  /** A plain sentence. */
  readonly reason: string;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(value < 0.1 ? 1 : 0)}%`;
}

/** Whether to switch now, and why. */
export function switchAdvice(state: SubPhaseState, settings: SubPhaseSettings): SwitchAdvice {
  const margin = percent(settings.stableWithin);
  switch (state.phase) {
    case 'adaptation': {
      const known = state.minima.length > settings.patience;
      const gain = percent(state.minima[0]! / state.minima.at(-1)! - 1);
      return {
        action: 'wait',
        reason: known
          ? `Validation loss has improved by ${gain} over the last ${settings.patience} evaluations: it is still adapting, wait.`
          : `${state.evaluations} evaluations are too few to see whether validation loss has settled: wait.`,
      };
    }
    case 'stable':
      return {
        action: 'switch',
        reason: `Validation loss has been within ${margin} of its minimum for ${state.evaluationsNearMinimum} evaluations: switch now.`,
      };
    case 'mild':
      return {
        action: 'switch',
        reason: `Validation loss is ${percent(state.rise)} above its minimum, mild overfitting: switch now.`,
      };
    case 'severe':
      return {
        action: 'late',
        reason: `Validation loss has risen more than ${percent(settings.severeFrom)} above its minimum (now ${percent(state.rise)}): severe overfitting, the best moment has passed.`,
      };
    default:
      return state.phase satisfies never;
  }
}
