/** Plays a path step by step. */

const STEP_MS = 350;

export class GridPlayer {
  #step = $state(0);
  #timer = $state<ReturnType<typeof setInterval> | null>(null);
  readonly #steps: () => number;

  /** @param steps moves of the path */
  constructor(steps: () => number) {
    this.#steps = steps;
    this.#step = steps();
  }

  /** Moves that are shown. */
  get step(): number {
    return Math.min(this.#step, this.#steps());
  }

  get isPlaying(): boolean {
    return this.#timer !== null;
  }

  goTo(step: number): void {
    this.pause();
    this.#step = Math.min(this.#steps(), Math.max(0, step));
  }

  /** From the start where the whole path is shown, else onward. */
  play(): void {
    if (this.#timer !== null) return;
    if (this.step === this.#steps()) this.#step = 0;
    this.#timer = setInterval(() => {
      this.#step += 1;
      if (this.#step >= this.#steps()) this.pause();
    }, STEP_MS);
  }

  pause(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
