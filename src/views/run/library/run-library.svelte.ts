/** The stored runs, newest first, and the room that they take. */
import { messageOf } from '../../../errors';
import type { DamagedRun, RunRecord, RunStore } from '../../../runtime/stores/runs';

export class RunLibrary {
  readonly #store: RunStore | null;
  #runs = $state.raw<readonly RunRecord[]>([]);
  #damaged = $state.raw<readonly DamagedRun[]>([]);
  #usage = $state.raw<{ readonly used: number; readonly quota: number } | null>(null);
  #problem = $state<string | null>(null);
  #loads = 0;
  /** The newest reading. */
  #latest: Promise<void> = Promise.resolve();

  readonly isEmpty: boolean = $derived(this.#runs.length + this.#damaged.length === 0);

  constructor(store: RunStore | null) {
    this.#store = store;
  }

  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  /** Runs that cannot be read any more. */
  get damaged(): readonly DamagedRun[] {
    return this.#damaged;
  }

  /** Bytes used and allowed; null where the browser does not tell. */
  get usage(): { readonly used: number; readonly quota: number } | null {
    return this.#usage;
  }

  get problem(): string | null {
    return this.#problem;
  }

  get canStore(): boolean {
    return this.#store !== null;
  }

  /** Reads the list again; resolves when it is up to date, by this reading or a later one. */
  async refresh(): Promise<void> {
    this.#latest = this.#read(++this.#loads);
    for (let seen = null; seen !== this.#latest;) await (seen = this.#latest);
  }

  async #read(load: number): Promise<void> {
    if (!this.#store) return;
    try {
      const [runs, damaged, usage] = await Promise.all([
        this.#store.listRuns(),
        this.#store.listDamaged(),
        this.#store.usage(),
      ]);
      // A later reading has newer news.
      if (load !== this.#loads) return;
      this.#runs = runs;
      this.#damaged = damaged;
      this.#usage = usage;
      this.#problem = null;
    } catch (error) {
      this.#problem = `The list of runs could not be read: ${messageOf(error)}`;
    }
  }

  /** Deletes a run with its checkpoints. */
  async delete(id: string): Promise<void> {
    await this.#store?.deleteRun(id);
    await this.refresh();
  }
}
