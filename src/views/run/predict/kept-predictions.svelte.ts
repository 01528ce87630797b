/** One's own predictions of runs, kept in this browser: the page may be reloaded before the run ends. */
import { predictedValues, predictionOf, type RunPrediction } from './run-prediction';

const KEY = 'predictions';
const MOST = 40;

/** The newest first: the link of a run, and its numbers by their names. */
type Kept = readonly (readonly [run: string, values: Readonly<Record<string, number>>])[];

/** Browsers may refuse to tell, and what is no longer readable is forgotten. */
function stored(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? (kept as Kept) : [];
  } catch {
    return [];
  }
}

export class KeptPredictions {
  #kept = $state.raw(stored());

  /** The prediction of a run by its link; null where there is none. */
  of(run: string): RunPrediction | null {
    const [, values] = this.#kept.find((one) => one[0] === run) ?? [];
    return values ? predictionOf(values) : null;
  }

  /** null takes it back. */
  set(run: string, prediction: RunPrediction | null): void {
    const others = this.#kept.filter((one) => one[0] !== run);
    const own: Kept = prediction ? [[run, predictedValues(prediction)]] : [];
    this.#kept = [...own, ...others].slice(0, MOST);
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#kept));
    } catch {
      // It then holds until the page is closed.
    }
  }
}
