/**
 * While the page is printed, it is light and whole: what is built only when it comes into sight is
 * built at once, and charts draw at once what they would draw in their turn.
 */
import { createContext, flushSync } from 'svelte';

export class Printing {
  #isOn = $state(false);
  #redraws: readonly (() => void)[] = [];

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Browsers take the picture of the page when this returns. */
  begin(): void {
    flushSync(() => (this.#isOn = true));
    for (const redraw of this.#redraws) redraw();
  }

  end(): void {
    this.#isOn = false;
  }

  /** Has `redraw` called before each print; returns how to end that. */
  before(redraw: () => void): () => void {
    this.#redraws = [...this.#redraws, redraw];
    return () => {
      this.#redraws = this.#redraws.filter((other) => other !== redraw);
    };
  }
}

export const [usePrinting, providePrinting] = createContext<Printing>();
