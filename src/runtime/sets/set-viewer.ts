/** The set that is looked at: held open by the library worker, so that the page has only what it shows. */
import { LabError } from '../../errors';
import { createTask } from '../../tasks';
import { overlapOf, type SetOverlap } from '../../trajectories/compare';
import {
  SetIndex,
  type SetFilter,
  type SetQueryResult,
  type TrajectoryView,
} from '../../trajectories/set-index';
import type { SetStore } from '../stores/sets';

/** A set, and the measure by which its difficulty is shown; null for none. */
interface OpenRequest {
  readonly id: string;
  readonly measure: string | null;
}

export class SetViewer {
  readonly #store: SetStore;
  #open: { readonly request: OpenRequest; readonly index: SetIndex } | null = null;

  constructor(store: SetStore) {
    this.#store = store;
  }

  /** Finds what passes the filter; reads the set where another one was open. */
  async query(request: OpenRequest, filter: SetFilter): Promise<SetQueryResult> {
    return (await this.#index(request)).query(filter);
  }

  /** What stands at the places `from` … `to` − 1 of the last query of that set. */
  async view(id: string, from: number, to: number): Promise<TrajectoryView[]> {
    if (this.#open?.request.id !== id) {
      throw new LabError('library/not-open', { set: id });
    }
    return this.#open.index.view(from, to);
  }

  /** What two sets have in common; throws `library/no-overlap` for sets of different tasks. */
  async compare(first: string, second: string): Promise<SetOverlap> {
    const sets = await Promise.all([first, second].map((id) => this.#store.readRecord(id)));
    if (JSON.stringify(sets[0]!.task) !== JSON.stringify(sets[1]!.task)) {
      throw new LabError('library/no-overlap', { first: sets[0]!.name, second: sets[1]!.name });
    }
    return overlapOf(await this.#store.readTable(first), await this.#store.readTable(second));
  }

  /** Lets go of the open set. */
  close(): void {
    this.#open = null;
  }

  async #index(request: OpenRequest): Promise<SetIndex> {
    const { id, measure } = request;
    const open = this.#open;
    if (open && open.request.id === id && open.request.measure === measure) return open.index;
    // Two sets at a time would take twice the room.
    this.#open = null;
    const { task } = await this.#store.readRecord(id);
    const table = await this.#store.readTable(id);
    const values = measure === null ? null : await this.#store.readMeasure(id, measure);
    const index = new SetIndex(createTask(task), table, values?.values ?? null);
    this.#open = { request, index };
    return index;
  }
}
