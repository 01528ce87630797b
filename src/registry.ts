import { LabError } from './errors';

/**
 * Things of one kind by their names: a list that is written once, and that a test or a page can add
 * to. Who looks something up asks the entry what it can do, never what it is called.
 *
 *     const tasks = new Registry<TaskEntry>('task', ({ kind }) => kind, [arithmetic, grid]);
 *     tasks.named('grid').levelCount(settings);
 */
export class Registry<Entry> {
  readonly #what: string;
  readonly #nameOf: (entry: Entry) => string;
  readonly #entries = new Map<string, Entry>();

  /** @param what an entry is, to complete "There is no …" */
  constructor(what: string, nameOf: (entry: Entry) => string, entries: readonly Entry[] = []) {
    this.#what = what;
    this.#nameOf = nameOf;
    for (const entry of entries) this.register(entry);
  }

  /** Adds an entry behind the others; returns what takes it away again. Throws `fault/name-taken`. */
  register(entry: Entry): () => void {
    const name = this.#nameOf(entry);
    if (this.#entries.has(name)) {
      throw new LabError('fault/name-taken', { what: this.#what, name });
    }
    this.#entries.set(name, entry);
    return () => this.#entries.delete(name);
  }

  /** Throws `fault/not-registered` with the known names. */
  named(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    throw new LabError('fault/not-registered', {
      what: this.#what,
      name,
      known: [...this.#entries.keys()],
    });
  }

  /** In the order in which they were registered. */
  all(): readonly Entry[] {
    return [...this.#entries.values()];
  }
}
