/** The stored runs, newest first, and the room that they take. */
import type { RunRecord, RunStore } from '../../../runtime/contracts';
import { messageOf } from '../../format';

export class RunLibrary {
  readonly #store: RunStore | null;
  #runs = $state.raw<readonly RunRecord[]>([]);
  #usage = $state.raw<{ readonly used: number; readonly quota: number } | null>(null);
  #problem = $state<string | null>(null);
  #isLoaded = $state(false);
  #loads = 0;

  readonly interrupted: readonly RunRecord[] = $derived(
    this.#runs.filter((run) => run.status === 'interrupted'),
  );

  constructor(store: RunStore | null) {
    this.#store = store;
  }

  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  /** Bytes used and allowed; null where the browser does not tell. */
  get usage(): { readonly used: number; readonly quota: number } | null {
    return this.#usage;
  }

  get problem(): string | null {
    return this.#problem;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get canStore(): boolean {
    return this.#store !== null;
  }

  /** Reads the list again. */
  async refresh(): Promise<void> {
    if (!this.#store) return;
    const load = ++this.#loads;
    try {
      const [runs, usage] = await Promise.all([this.#store.listRuns(), this.#store.usage()]);
      // A later refresh has newer news.
      if (load !== this.#loads) return;
      this.#runs = runs;
      this.#usage = usage;
      this.#problem = null;
    } catch (error) {
      this.#problem = `The list of runs could not be read: ${messageOf(error)}`;
    }
    this.#isLoaded = true;
  }

  /** Deletes a run with its checkpoints. */
  async delete(id: string): Promise<void> {
    await this.#store?.deleteRun(id);
    await this.refresh();
  }
}
