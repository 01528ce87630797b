/**
 * Decides when charts redraw: one chart a frame, each at most four times a second, and none while it
 * is off-screen or the tab is hidden. So drawing never holds up the page.
 */

/** Milliseconds between two redraws of a chart. */
const INTERVAL = 250;

export interface Redrawn {
  readonly isOnScreen: boolean;
  redraw(): void;
}

export class RedrawClock {
  readonly #due = new Map<Redrawn, number>();
  readonly #lastDrawn = new WeakMap<Redrawn, number>();
  #timer: number | null = null;
  #frame: number | null = null;

  /** Asks for a redraw as soon as the chart's turn comes. */
  request(chart: Redrawn): void {
    if (!this.#due.has(chart)) {
      const last = this.#lastDrawn.get(chart) ?? -Infinity;
      this.#due.set(chart, last + INTERVAL);
    }
    this.#schedule();
  }

  /** Forgets a chart that is gone. */
  forget(chart: Redrawn): void {
    this.#due.delete(chart);
  }

  #schedule(): void {
    if (this.#frame !== null || this.#timer !== null) return;
    const times = [...this.#due].filter(([chart]) => chart.isOnScreen).map(([, time]) => time);
    if (times.length === 0) return;
    const wait = Math.min(...times) - performance.now();
    if (wait > 0) {
      this.#timer = window.setTimeout(() => {
        this.#timer = null;
        this.#schedule();
      }, wait);
      return;
    }
    // The browser calls no animation frame in a hidden tab.
    this.#frame = requestAnimationFrame(() => {
      this.#frame = null;
      this.#drawOne();
      this.#schedule();
    });
  }

  #drawOne(): void {
    const now = performance.now();
    const next = [...this.#due]
      .filter(([chart, time]) => chart.isOnScreen && time <= now)
      .sort(([, a], [, b]) => a - b)[0];
    if (!next) return;
    const [chart] = next;
    this.#due.delete(chart);
    this.#lastDrawn.set(chart, now);
    chart.redraw();
  }
}
