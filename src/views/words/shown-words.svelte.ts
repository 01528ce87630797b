/** Which terms the page explains, and where each stands first. */
import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { entriesInOrder, type EntryId } from '../../words/en/glossary';

export class ShownWords {
  /** The places of each term on the page, in the order in which they were built. */
  readonly #places = new SvelteMap<EntryId, readonly symbol[]>();

  /** The terms of the page, in the order of a dictionary. */
  readonly all: readonly EntryId[] = $derived.by(() =>
    entriesInOrder().flatMap(({ id }) => (this.#placesOf(id).length > 0 ? [id] : [])),
  );

  #placesOf(id: EntryId): readonly symbol[] {
    return this.#places.get(id) ?? [];
  }

  /** Takes a place in; returns what forgets it again. */
  enter(id: EntryId, place: symbol): () => void {
    this.#places.set(id, [...this.#placesOf(id), place]);
    return () => {
      this.#places.set(
        id,
        this.#placesOf(id).filter((other) => other !== place),
      );
    };
  }

  /** Whether the term is explained at this place: where it stands first. */
  isFirst(id: EntryId, place: symbol): boolean {
    return this.#placesOf(id)[0] === place;
  }
}

export const [useShownWords, provideShownWords] = createContext<ShownWords>();
