/** Which attempts are on the screen: the newest, but each long enough to be read. */
import type { RolloutBatch } from '../measurements';

/** Milliseconds that a batch stays at least. */
const STAY = 2000;
/** Attempts on the screen at once. */
const MOST = 8;

export class RolloutFeed {
  #shown = $state.raw<RolloutBatch | null>(null);
  #isFrozen = $state(false);
  #newest: RolloutBatch | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  get shown(): RolloutBatch | null {
    return this.#shown;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Takes the newest batch; it is shown when the one before has had its time. */
  offer(batch: RolloutBatch | null): void {
    if (batch === this.#newest) return;
    this.#newest = batch;
    if (this.#timer === null) this.#showNewest();
  }

  /** Holds what is on the screen, or lets it go on. */
  toggle(): void {
    this.#isFrozen = !this.#isFrozen;
    if (!this.#isFrozen && this.#timer === null) this.#showNewest();
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #showNewest(): void {
    if (this.#isFrozen || this.#newest === null) return;
    const { position, rollouts } = this.#newest;
    this.#shown = { position, rollouts: spread(rollouts, MOST) };
    const shown = this.#newest;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#newest !== shown) this.#showNewest();
    }, STAY);
  }
}

/** At most `most` items, evenly spread: an evaluation's come in order of their level. */
function spread<T>(items: readonly T[], most: number): T[] {
  const stride = Math.max(1, items.length / most);
  const count = Math.min(most, items.length);
  return Array.from({ length: count }, (_, i) => items[Math.floor(i * stride)]!);
}
