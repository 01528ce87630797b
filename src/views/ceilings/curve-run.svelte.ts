/** One run on the page: its curves, and its ceiling once it is fitted. */
import type { RunOverview } from '../../runtime/ceilings/api';
import { fittedPerformance, type CeilingFit, type RunCeiling } from '../../theory';
import { SeriesTable } from '../charts/series-table';

/** Where a run's fit stands; `problem`: nothing can be fitted. */
type FitStage = 'waiting' | 'fitting' | 'fitted' | 'cancelled' | 'problem';

/** Seeds that are drawn apart; all are fitted. */
const DRAWN_SEEDS = 6;

interface CurveRunOptions {
  /** Unique on the page. */
  readonly key: string;
  /** Its place in its source. */
  readonly index: number;
  /** What its compute is counted in, such as the name of the column. */
  readonly unit: string;
  readonly overview: RunOverview;
  /** The true ceiling of a simulated curve; null for real ones. */
  readonly truth: number | null;
}

/** Name of a seed's column in the table; seeds count from 1 for people. */
export function seedKey(seed: number): string {
  return `seed_${seed + 1}`;
}

export const FITTED_KEY = 'fitted';

export class CurveRun {
  readonly key: string;
  readonly index: number;
  readonly unit: string;
  readonly truth: number | null;
  readonly overview: RunOverview;
  /** Performance of each drawn seed and of the fit, over compute. */
  readonly table: SeriesTable;
  #stage = $state<FitStage>('waiting');
  #result = $state.raw<RunCeiling | null>(null);
  #version = $state(0);
  #fits = 0;

  readonly ceiling: CeilingFit | null = $derived(this.#result?.ceiling ?? null);
  /** Why nothing could be fitted; empty where it could, or before it was tried. */
  readonly problems: readonly string[] = $derived(this.#result?.problems ?? []);

  constructor({ key, index, unit, overview, truth }: CurveRunOptions) {
    this.key = key;
    this.index = index;
    this.unit = unit;
    this.overview = overview;
    this.truth = truth;
    const seeds = Array.from({ length: this.drawnSeeds }, (_, seed) => seedKey(seed));
    this.table = new SeriesTable([...seeds, FITTED_KEY], { sparse: seeds });
    this.#fillTable(null);
    const { run, problems } = overview;
    if (problems.length === 0) return;
    this.#result = { run, ceiling: null, problems };
    this.#stage = 'problem';
  }

  get name(): string {
    return this.overview.run;
  }

  get drawnSeeds(): number {
    return Math.min(DRAWN_SEEDS, this.overview.curves.length);
  }

  get stage(): FitStage {
    return this.#stage;
  }

  get result(): RunCeiling | null {
    return this.#result;
  }

  /** Changes when the table has. */
  get version(): number {
    return this.#version;
  }

  /** Largest compute of its evaluations. */
  get lastCompute(): number {
    return Math.max(0, ...this.overview.curves.map(({ compute }) => compute.at(-1) ?? 0));
  }

  /** To be fitted, or fitted again. */
  wait(): void {
    this.#fits += 1;
    this.#stage = 'waiting';
  }

  /** Returns the fit's number: what comes of an older one is void. */
  begin(): number {
    this.#stage = 'fitting';
    return this.#fits;
  }

  /** Takes what a fit gave; null where it was cancelled. */
  finish(fit: number, result: RunCeiling | null): void {
    if (fit !== this.#fits) return;
    if (!result) {
      this.cancel();
      return;
    }
    this.#result = result;
    this.#stage = result.ceiling ? 'fitted' : 'problem';
    this.#fillTable(result.ceiling);
    this.#version += 1;
  }

  cancel(): void {
    this.#fits += 1;
    this.#stage = 'cancelled';
  }

  #fillTable(ceiling: CeilingFit | null): void {
    const curves = this.overview.curves.slice(0, this.drawnSeeds);
    const cells = curves.flatMap(({ pSft, compute, performance }, seed) => [
      { seed, compute: 0, performance: pSft.value },
      ...Array.from(compute, (place, i) => ({
        seed,
        compute: place,
        performance: performance[i]!,
      })),
    ]);
    cells.sort((a, b) => a.compute - b.compute);
    this.table.clear();
    cells.forEach(({ seed, compute, performance }, step) => {
      const fitted = ceiling && fittedPerformance(ceiling, compute);
      this.table.add(
        { stage: 'rl', step, compute },
        { [seedKey(seed)]: performance, [FITTED_KEY]: fitted },
      );
    });
  }
}
