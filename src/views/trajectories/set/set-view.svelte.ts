/**
 * A set that is looked at: the filter, what passes it, and the rows that are in sight. The set itself
 * stays in the library's worker, so a hundred thousand rows cost the page what a hundred do.
 */
import { messageOf } from '../../../errors';
import { NO_FILTER } from '../../../trajectories/set-index';
import type {
  BinRange,
  Dimension,
  RowVerdict,
  SetFilter,
  SetOrder,
  SetQueryResult,
  TrajectoryView,
} from '../../../trajectories/set-index';
import type { RemoteLibrary, SetsDesk } from '../sets-desk.svelte';
import { PAGE_ROWS, RowPages } from './row-pages';

/** Requests for rows at a time: in a fast scroll most places are passed before their rows come. */
const MOST_FETCHES = 2;

export class SetView {
  readonly id: string;
  readonly #desk: Pick<SetsDesk, 'open'>;
  #filter = $state.raw<SetFilter>(NO_FILTER);
  #measure = $state<string | null>(null);
  #result = $state.raw<SetQueryResult | null>(null);
  /** Of the last query. */
  #pages = new RowPages();
  #version = $state(0);
  #problem = $state<string | null>(null);
  #place = $state<number | null>(null);
  #fetching = 0;
  #isAsking = false;
  #isStale = false;

  readonly isFiltered: boolean = $derived(
    this.#filter.search !== '' ||
      this.#filter.verdict !== null ||
      Object.values(this.#filter.ranges).some((range) => range !== null),
  );
  /** The trajectory that is opened; null where none is, or it is on its way. */
  readonly opened: TrajectoryView | null = $derived(
    this.#place === null ? null : this.row(this.#place),
  );

  constructor(desk: Pick<SetsDesk, 'open'>, id: string, measure: string | null) {
    this.#desk = desk;
    this.id = id;
    this.#measure = measure;
    void this.#ask();
  }

  get filter(): SetFilter {
    return this.#filter;
  }

  /** The measure of difficulty that is shown, by its id. */
  get measure(): string | null {
    return this.#measure;
  }

  /** null until the set has been read. */
  get result(): SetQueryResult | null {
    return this.#result;
  }

  /** Changes when rows have come, or can be asked for again. */
  get version(): number {
    return this.#version;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** The place of the opened trajectory among those that pass. */
  get place(): number | null {
    return this.#place;
  }

  /** The trajectory at a place; null where it is on its way. */
  row(place: number): TrajectoryView | null {
    void this.#version;
    return this.#pages.row(place);
  }

  search(search: string): void {
    this.#change({ search });
  }

  chooseVerdict(verdict: RowVerdict | null): void {
    this.#change({ verdict });
  }

  brush(dimension: Dimension, range: BinRange | null): void {
    this.#change({ ranges: { ...this.#filter.ranges, [dimension]: range } });
  }

  order(by: SetOrder['by']): void {
    const { order } = this.#filter;
    const isDescending = order.by === by && !order.isDescending;
    this.#change({ order: { by, isDescending } });
  }

  clear(): void {
    this.#change({ ...NO_FILTER, order: this.#filter.order });
  }

  showMeasure(measure: string | null): void {
    if (measure === this.#measure) return;
    this.#measure = measure;
    this.#change({ ranges: { ...this.#filter.ranges, difficulty: null } });
  }

  /** Opens the trajectory at a place; beyond the ends, the first or last. */
  openAt(place: number): void {
    const count = this.#result?.count ?? 0;
    if (count === 0) return;
    this.#place = Math.min(count - 1, Math.max(0, place));
    this.need(this.#place, this.#place + 1);
  }

  closeRow(): void {
    this.#place = null;
  }

  /** Fetches what is not there of the places `from` … `to` − 1. */
  need(from: number, to: number): void {
    if (!this.#result || this.#isAsking || this.#fetching >= MOST_FETCHES) return;
    const end = Math.min(to, this.#result.count);
    for (const page of this.#pages.claim(from, end)) void this.#fetch(page, this.#pages);
  }

  #change(patch: Partial<SetFilter>): void {
    this.#filter = { ...this.#filter, ...patch };
    void this.#ask();
  }

  /** Asks for what passes; a change on the way is asked for after it. */
  async #ask(): Promise<void> {
    this.#isStale = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const library = await this.#desk.open();
      while (this.#isStale) {
        this.#isStale = false;
        await this.#askOnce(library);
      }
    } catch (error) {
      this.#problem = messageOf(error);
    } finally {
      this.#isAsking = false;
      // Rows may be asked for again: whoever wanted some meanwhile was turned away.
      this.#version += 1;
    }
  }

  async #askOnce(library: RemoteLibrary): Promise<void> {
    const request = { id: this.id, measure: this.#measure };
    const result = await library.viewer.query(request, this.#filter);
    // Rows that are still on their way belong to the old pages.
    this.#pages = new RowPages();
    this.#version += 1;
    this.#place = null;
    this.#result = result;
    this.#problem = null;
  }

  async #fetch(page: number, pages: RowPages): Promise<void> {
    this.#fetching += 1;
    try {
      const library = await this.#desk.open();
      const first = page * PAGE_ROWS;
      pages.put(page, await library.viewer.view(this.id, first, first + PAGE_ROWS));
    } catch (error) {
      pages.release(page);
      if (pages === this.#pages) this.#problem = messageOf(error);
    } finally {
      this.#fetching -= 1;
      this.#version += 1;
    }
  }
}
