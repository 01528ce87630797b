/**
 * A set that is looked at: the filter, what passes it, and the rows that are in sight. The set itself
 * stays in the library's worker, so a hundred thousand rows cost the page what a hundred do.
 */
import { LabError, messageOf } from '../../../errors';
import { NO_FILTER } from '../../../trajectories/set-index';
import type {
  BinRange,
  Dimension,
  Histogram,
  RowVerdict,
  SetFilter,
  SetOrder,
  SetQueryResult,
  TrajectoryView,
} from '../../../trajectories/set-index';
import type { RemoteLibrary, SetsDesk } from '../sets-desk.svelte';
import { PAGE_ROWS, RowPages } from './row-pages';
import { readSetLink, writeSetLink } from './set-link';

/** Requests for rows at a time: in a fast scroll most places are passed before their rows come. */
const MOST_FETCHES = 2;

export class SetView {
  readonly id: string;
  readonly #desk: Pick<SetsDesk, 'open'>;
  #filter = $state.raw<SetFilter>(NO_FILTER);
  #measure = $state<string | null>(null);
  /** Shown where none is chosen. */
  readonly #ownMeasure: string | null;
  #linkProblems = $state.raw<readonly string[]>([]);
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

  /** @param ownMeasure the measure of difficulty that is shown where a link names none */
  constructor(desk: Pick<SetsDesk, 'open'>, id: string, ownMeasure: string | null) {
    this.#desk = desk;
    this.id = id;
    this.#ownMeasure = ownMeasure;
  }

  /** Looks at the set as a link asks; nothing is shown before. */
  read(query: string): void {
    const { filter, measure, problems } = readSetLink(query);
    this.#filter = filter;
    this.#measure = measure ?? this.#ownMeasure;
    this.#linkProblems = problems;
    void this.#ask();
  }

  /** The query of a link to the set as it is looked at. */
  get query(): string {
    const measure = this.#measure === this.#ownMeasure ? null : this.#measure;
    return writeSetLink({ filter: this.#filter, measure });
  }

  /** What could not be used of the link that was read last. */
  get linkProblems(): readonly string[] {
    return this.#linkProblems;
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
    this.#linkProblems = [];
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
    if (this.#leaveOutStray(result.histograms)) return;
    // Rows that are still on their way belong to the old pages.
    this.#pages = new RowPages();
    this.#version += 1;
    this.#place = null;
    this.#result = result;
    this.#problem = null;
  }

  /** A link may ask for bins that the set does not have; whether it did. */
  #leaveOutStray(histograms: readonly Histogram[]): boolean {
    const { ranges } = this.#filter;
    const countOf = (name: Dimension): number =>
      histograms.find(({ dimension }) => dimension === name)?.count ?? 0;
    const stray = (Object.keys(ranges) as Dimension[]).filter(
      (name) => ranges[name] && ranges[name][1] >= countOf(name),
    );
    if (stray.length === 0) return false;
    const problems = stray.map((name) => {
      const [first, last] = ranges[name]!;
      const text = `${first + 1}-${last + 1}`;
      const count = countOf(name);
      const allowed = count > 0 ? `bins up to ${count}` : 'none, since it is not measured';
      return messageOf(new LabError('page/set-link', { name, text, allowed }));
    });
    const others = this.#linkProblems;
    const whole = Object.fromEntries(stray.map((name) => [name, null]));
    this.#change({ ranges: { ...ranges, ...whole } });
    this.#linkProblems = [...others, ...problems];
    return true;
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
