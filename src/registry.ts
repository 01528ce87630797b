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

  /** Adds an entry behind the others; returns what takes it away again. Throws for a name in use. */
  register(entry: Entry): () => void {
    const name = this.#nameOf(entry);
    if (this.#entries.has(name)) {
      throw new Error(`There already is a ${this.#what} "${name}"; give this one another name.`);
    }
    this.#entries.set(name, entry);
    return () => this.#entries.delete(name);
  }

  /** Throws a RangeError that lists the known names. */
  named(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    throw new RangeError(
      `There is no ${this.#what} "${name}"; choose one of: ${[...this.#entries.keys()].join(', ')}.`,
    );
  }

  /** In the order in which they were registered. */
  all(): readonly Entry[] {
    return [...this.#entries.values()];
  }
}
