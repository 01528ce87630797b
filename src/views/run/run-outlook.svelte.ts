/**
 * What a run's curve promises: a forecast ahead of its last evaluation while it runs, and whether its
 * first half came true once it is over. The analyst computes both, so that neither page nor trainer waits.
 */
import {
  MIN_OBSERVATIONS,
  type BacktestCurve,
  type BacktestRow,
  type ForecastPoint,
} from '../../theory';
import { levelChance } from '../../tasks';
import { measurementOf, observationOf, type RunSummary } from '../../training/run-state';
import type { RunDesk } from './run-desk.svelte';
import type { RunSession } from './run-session.svelte';

/** Of the draws: the same curve has the same forecast. */
const SEED = 0;

function curveOf(
  { branch, final, curve, compute }: RunSummary,
  levels: BacktestCurve['levels'],
): BacktestCurve {
  return {
    id: '',
    set: null,
    curve: { pSft: measurementOf(branch), points: curve.map(observationOf) },
    end: { ...measurementOf(final), compute: compute.rl },
    levels,
  };
}

export class RunOutlook {
  readonly #session: RunSession;
  readonly #desk: Pick<RunDesk, 'openAnalyst'>;
  #ahead = $state.raw<readonly ForecastPoint[]>([]);
  #tested = $state.raw<BacktestRow | null>(null);
  /** Evaluations of the forecast that was asked for last. */
  #asked = 0;
  #isBusy = false;
  readonly #levels: BacktestCurve['levels'];

  constructor(session: RunSession, desk: Pick<RunDesk, 'openAnalyst'>) {
    this.#session = session;
    this.#levels = { taskChance: levelChance(session.config.task) };
    this.#desk = desk;
  }

  /** Ahead of the last evaluation, its compute counted from the switch; empty where there is none. */
  get ahead(): readonly ForecastPoint[] {
    return this.#session.summary ? [] : this.#ahead;
  }

  /** What the first half of a finished run promised and what came; null where nothing can be said. */
  get tested(): BacktestRow | null {
    return this.#tested;
  }

  /** Asks for what the run has come to since; to be called when it has measured more. */
  async follow(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (await this.#next());
    } catch {
      // Without an analyst the run is shown as it was measured.
    } finally {
      this.#isBusy = false;
    }
  }

  /** One fit; false where there is nothing new to fit. */
  async #next(): Promise<boolean> {
    const { summary, measurements } = this.#session;
    if (summary) return this.#test(summary);
    const curve = measurements.rlCurve;
    const evaluations = curve?.points.length ?? 0;
    if (evaluations < this.#asked) this.#ahead = [];
    if (!curve || evaluations < MIN_OBSERVATIONS || evaluations === this.#asked) return false;
    this.#asked = evaluations;
    const analyst = await this.#desk.openAnalyst();
    this.#ahead = (await analyst.forecast(curve, { seed: SEED, levels: this.#levels })) ?? [];
    return true;
  }

  async #test(summary: RunSummary): Promise<boolean> {
    if (this.#tested || summary.curve.length === 0 || !summary.ceiling) return false;
    const analyst = await this.#desk.openAnalyst();
    const tested = await analyst.test(curveOf(summary, this.#levels));
    if ('forecast' in tested) this.#tested = tested;
    return false;
  }
}
