/**
 * How a study is looked at: the paper beside it, the set that a figure shows, the slide of a talk. A
 * link carries it all: `#/studies?study=ID&paper=1&set.decomposition=hard&slide=ceiling-map`.
 */
import { queryOf } from '../address';
import type { OpenStudy } from './open-study.svelte';

const SET = 'set.';

/** Whether a query is of a study that is looked at, and not of one that is to be built. */
export function isOfView(query: URLSearchParams): boolean {
  return [...query.keys()].every(
    (key) => ['study', 'bundle', 'paper', 'slide'].includes(key) || key.startsWith(SET),
  );
}

export class StudyView {
  /** Whether the published numbers stand beside the study's. */
  withPaper = $state(false);
  /** Name of the slide that is presented; null where nothing is. */
  slide = $state<string | null>(null);
  /** The set that a figure shows, by the figure's id; all where it names none. */
  #sets = $state.raw<Readonly<Record<string, string>>>({});

  setOf(figure: string): string | null {
    return this.#sets[figure] ?? null;
  }

  chooseSet(figure: string, set: string | null): void {
    const others = Object.entries(this.#sets).filter(([id]) => id !== figure);
    this.#sets = Object.fromEntries(set === null ? others : [...others, [figure, set]]);
  }

  /** Takes over what a link says. */
  read(query: URLSearchParams): void {
    this.withPaper = query.get('paper') === '1';
    this.slide = query.get('slide');
    this.#sets = Object.fromEntries(
      [...query]
        .filter(([key]) => key.startsWith(SET))
        .map(([key, set]) => [key.slice(SET.length), set]),
    );
  }

  /** The query of a link to `study` as it is looked at; a file that is not kept has no address. */
  linkTo(study: Pick<OpenStudy, 'record' | 'address'>): string {
    const query: [string, string][] = [];
    if (study.record) query.push(['study', study.record.id]);
    else if (study.address !== null) query.push(['bundle', study.address]);
    if (this.withPaper) query.push(['paper', '1']);
    for (const [figure, set] of Object.entries(this.#sets)) query.push([SET + figure, set]);
    if (this.slide !== null) query.push(['slide', this.slide]);
    return queryOf(query);
  }
}
