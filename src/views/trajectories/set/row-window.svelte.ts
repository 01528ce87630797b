/** Which rows of a long table are in sight: only they and a few around them are built. */

export const ROW_HEIGHT = 34;
/** Rows that are built beyond both ends of what is in sight. */
const AROUND = 8;

export class RowWindow {
  #top = $state(0);
  #height = $state(0);
  readonly #count: () => number;

  readonly first: number = $derived.by(() =>
    Math.max(0, Math.min(Math.floor(this.#top / ROW_HEIGHT) - AROUND, this.#count() - 1)),
  );
  readonly end: number = $derived.by(() =>
    Math.min(this.#count(), Math.ceil((this.#top + this.#height) / ROW_HEIGHT) + AROUND),
  );
  /**
   * Rows that are built. Each of them shows one place after another while the table scrolls, so that
   * scrolling changes texts and builds nothing.
   */
  readonly slots: number = $derived(Math.ceil(this.#height / ROW_HEIGHT) + 2 * AROUND + 1);

  /** @param count rows of the table */
  constructor(count: () => number) {
    this.#count = count;
  }

  /** The place that a slot shows; beyond the table's end where it shows none. */
  placeOf(slot: number): number {
    const behind = (slot - this.first) % this.slots;
    return this.first + (behind < 0 ? behind + this.slots : behind);
  }

  /** Rows that fit into sight. */
  get page(): number {
    return Math.max(1, Math.floor(this.#height / ROW_HEIGHT) - 1);
  }

  /** Follows an element that scrolls; for use as an attachment. */
  readonly follow = (element: HTMLElement): (() => void) => {
    const look = (): void => {
      this.#top = element.scrollTop;
      this.#height = element.clientHeight;
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  };
}

/** The scroll position that brings a row into sight from `top`. */
export function topShowing(
  place: number,
  { top, height }: { top: number; height: number },
): number {
  const [start, end] = [place * ROW_HEIGHT, (place + 1) * ROW_HEIGHT];
  if (start < top) return start;
  return end > top + height ? end - height : top;
}
