/** Rows of the last query that have been fetched, by pages; the oldest pages go first. */
import type { TrajectoryView } from '../../../trajectories/set-index';

export const PAGE_ROWS = 100;
const MOST_PAGES = 40;

export class RowPages {
  readonly #pages = new Map<number, readonly TrajectoryView[]>();
  readonly #asked = new Set<number>();

  /** The row at a place; null where it has not been fetched. */
  row(place: number): TrajectoryView | null {
    return this.#pages.get(Math.floor(place / PAGE_ROWS))?.[place % PAGE_ROWS] ?? null;
  }

  /** Pages of the places `from` … `to` − 1 that are neither there nor on their way; marks them so. */
  claim(from: number, to: number): number[] {
    const first = Math.floor(from / PAGE_ROWS);
    const last = Math.floor((to - 1) / PAGE_ROWS);
    const pages = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
    const missing = pages.filter((page) => !this.#pages.has(page) && !this.#asked.has(page));
    for (const page of missing) this.#asked.add(page);
    return missing;
  }

  put(page: number, rows: readonly TrajectoryView[]): void {
    this.#asked.delete(page);
    // A map keeps the order in which its entries came.
    const oldest = this.#pages.keys().next();
    if (this.#pages.size >= MOST_PAGES && !oldest.done) this.#pages.delete(oldest.value);
    this.#pages.set(page, rows);
  }

  /** The page could not be fetched. */
  release(page: number): void {
    this.#asked.delete(page);
  }
}
