/** The one cursor that moves through all charts of a run: a place on the compute axis. */
export class ChartCursor {
  #compute = $state<number | null>(null);

  /** FLOPs; null while nothing is pointed at. */
  get compute(): number | null {
    return this.#compute;
  }

  moveTo(compute: number | null): void {
    this.#compute = compute;
  }
}
