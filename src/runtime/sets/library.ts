/**
 * The library of trajectory sets: makes, imports, derives and exports them, off the page's thread.
 * It does one thing at a time, tells how far it is, and can be cancelled; a set is stored when it is
 * whole, so whatever is cancelled or fails leaves nothing.
 */
import { LabError } from '../../errors';
import { createTask, type Task, type TaskSettings, type SetRecipe } from '../../tasks';
import { derive, type DeriveRule } from '../../trajectories/derive';
import type { DifficultyMeasure } from '../../trajectories/difficulty';
import { TableDigest } from '../../trajectories/digest';
import {
  exportedRows,
  exportLines,
  isParquetShape,
  setCard,
  type ExportShape,
  type SetCard,
} from '../../trajectories/files/export';
import { ParquetColumns } from '../../trajectories/files/parquet/parquet-file';
import { generateTables } from '../../trajectories/generate';
import type { SetOrigin } from '../../trajectories/origin';
import { StatisticsTally } from '../../trajectories/statistics';
import type { SetDraft, SetRecord, SetStore } from '../stores/sets';
import { CHUNK_ROWS, chunksOf, type TrajectoryTable } from '../../trajectories/table';
import { LibraryWork, type LibraryListener, type LibraryNews } from './library-work';

export interface GenerateRequest {
  readonly name: string;
  readonly task: TaskSettings;
  readonly recipe: SetRecipe;
  readonly seed: number;
}

export interface DeriveRequest {
  readonly name: string;
  readonly sources: readonly string[];
  readonly rule: DeriveRule;
}

type Work<T> = AsyncGenerator<LibraryNews, T>;

/** A set made again from its origin. */
export interface Remade {
  /** Whether its content is what the set holds. */
  readonly isSame: boolean;
  readonly digest: string;
}

export class Library {
  readonly #store: SetStore;
  readonly #work: LibraryWork;

  /**
   * @param listener is told how far the work is
   * @param now milliseconds of a clock that never goes back
   */
  constructor(store: SetStore, listener: LibraryListener, now: () => number) {
    this.#store = store;
    this.#work = new LibraryWork(listener, now);
  }

  /** Ends the work at hand, which then rejects; without effect where there is none. */
  cancel(): void {
    this.#work.cancel();
  }

  /** Makes a set of a task and stores it. */
  generate(request: GenerateRequest): Promise<SetRecord> {
    return this.#work.run(() => this.#generate(request));
  }

  /** Makes a set of other sets and stores it; what was measured on them goes along. */
  derive(request: DeriveRequest): Promise<SetRecord> {
    return this.#work.run(() => this.#derive(request));
  }

  /**
   * Makes a generated or derived set again from its recipe and compares. Throws
   * an error of `library` where a source is not what it was, or the set came from a file.
   */
  remake(id: string): Promise<Remade> {
    return this.#work.run(() => this.#remake(id));
  }

  /** A set as a file of a shape, and the card that states what it is. */
  export(id: string, shape: ExportShape): Promise<{ file: Blob; card: SetCard }> {
    return this.#work.run(() => this.#export(id, shape));
  }

  async *#generate({ name, task, recipe, seed }: GenerateRequest): Work<SetRecord> {
    const tables = yield* generated(createTask(task), recipe, seed);
    return yield* this.#save({ name, task, origin: { kind: 'generated', seed, recipe } }, tables);
  }

  async *#derive({ name, sources: ids, rule }: DeriveRequest): Work<SetRecord> {
    const sources = await Promise.all(ids.map((id) => this.#store.readRecord(id)));
    const task = commonTask(sources);
    const derived = derive(createTask(task), rule, {
      tables: await this.#tables(sources),
      ...(await this.#difficulty(rule, sources)),
    });
    const measures = await this.#carried(sources, derived.from);
    const origin: SetOrigin = {
      kind: 'derived',
      sources: sources.map((source) => ({
        id: source.id,
        name: source.name,
        digest: source.digest,
      })),
      rule,
      report: derived.report,
    };
    return yield* this.#save({ name, task, origin }, [derived.table], measures);
  }

  async *#remake(id: string): Work<Remade> {
    const record = await this.#store.readRecord(id);
    const digest = new TableDigest();
    for (const table of yield* this.#madeAgain(record)) digest.add(table);
    return { isSame: digest.value() === record.digest, digest: digest.value() };
  }

  async *#madeAgain({ name, task, origin }: SetRecord): Work<TrajectoryTable[]> {
    switch (origin.kind) {
      case 'generated':
        return yield* generated(createTask(task), origin.recipe, origin.seed);
      case 'derived': {
        const sources = await Promise.all(
          origin.sources.map((source) => this.#store.readRecord(source.id)),
        );
        const changed = sources.find(({ digest }, i) => digest !== origin.sources[i]!.digest);
        if (changed) {
          throw new LabError('library/source-changed', { set: name, source: changed.name });
        }
        const tables = await this.#tables(sources);
        const difficulty = await this.#difficulty(origin.rule, sources);
        return [derive(createTask(task), origin.rule, { tables, ...difficulty }).table];
      }
      case 'imported':
        throw new LabError('library/from-file', { set: name, file: origin.file.name });
      default:
        return origin satisfies never;
    }
  }

  async *#export(id: string, shape: ExportShape): Work<{ file: Blob; card: SetCard }> {
    const record = await this.#store.readRecord(id);
    const parts = isParquetShape(shape)
      ? yield* this.#parquet(record, shape)
      : yield* this.#lines(record, shape);
    const type = isParquetShape(shape) ? 'application/vnd.apache.parquet' : 'application/jsonl';
    return {
      file: new Blob(parts, { type }),
      card: setCard(record, { shape, extras: record.extras }),
    };
  }

  async *#lines(record: SetRecord, shape: ExportShape): Work<string[]> {
    const task = createTask(record.task);
    const parts: string[] = [];
    for await (const { rows, done } of this.#chunks(record)) {
      yield { activity: 'Export', done, total: record.statistics.size };
      parts.push([...exportLines(task, rows, shape)].join(''));
    }
    return parts;
  }

  /** Read twice: what a column holds is known when all of its values have been seen. */
  async *#parquet(record: SetRecord, shape: ExportShape): Work<Uint8Array<ArrayBuffer>[]> {
    const task = createTask(record.task);
    const total = 2 * record.statistics.size;
    const columns = new ParquetColumns();
    for await (const { rows, done } of this.#chunks(record)) {
      yield { activity: 'Export', done, total };
      for (const row of exportedRows(task, rows, shape)) columns.add(row);
    }
    const file = await columns.file();
    for await (const { rows, done } of this.#chunks(record)) {
      yield { activity: 'Export', done: total / 2 + done, total };
      file.add([...exportedRows(task, rows, shape, done)]);
    }
    return [file.bytes() as Uint8Array<ArrayBuffer>];
  }

  /** The rows of a set in turn, and how many came before them. */
  async *#chunks({
    id,
    statistics,
  }: SetRecord): AsyncGenerator<{ rows: TrajectoryTable; done: number }> {
    const { size: total } = statistics;
    for (let done = 0; done < total; done += CHUNK_ROWS) {
      const rows = await this.#store.readRows(id, done, Math.min(total, done + CHUNK_ROWS));
      yield { rows, done };
    }
  }

  async *#save(
    made: Pick<SetDraft, 'name' | 'task' | 'origin'>,
    tables: readonly TrajectoryTable[],
    measures: readonly DifficultyMeasure[] = [],
  ): Work<SetRecord> {
    const draft = yield* draftOf(made, tables);
    return this.#store.createSet(draft, tables, measures);
  }

  #tables(sources: readonly SetRecord[]): Promise<TrajectoryTable[]> {
    return Promise.all(sources.map(({ id }) => this.#store.readTable(id)));
  }

  async #difficulty(
    rule: DeriveRule,
    sources: readonly SetRecord[],
  ): Promise<{ difficulty?: Float32Array }> {
    const source = sources[0];
    if (rule.kind !== 'band' || rule.order.by !== 'measure' || !source) return {};
    return { difficulty: (await this.#store.readMeasure(source.id, rule.order.measure)).values };
  }

  /** The measures that all sources have, at the rows that were taken. */
  async #carried(sources: readonly SetRecord[], from: Uint32Array): Promise<DifficultyMeasure[]> {
    const shared = (sources[0]?.measures ?? []).filter(({ id }) =>
      sources.every(({ measures }) => measures.some((other) => other.id === id)),
    );
    return Promise.all(
      shared.map(async (summary) => {
        const measured = await Promise.all(
          sources.map(({ id }) => this.#store.readMeasure(id, summary.id)),
        );
        const all = measured.flatMap(({ values }) => [...values]);
        const values = Float32Array.from(from, (place) => all[place]!);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return { ...summary, mean, values };
      }),
    );
  }
}

function* generated(
  task: Task,
  recipe: SetRecipe,
  seed: number,
): Generator<LibraryNews, TrajectoryTable[]> {
  const tables: TrajectoryTable[] = [];
  for (const event of generateTables(task, recipe, seed)) {
    if (event.type === 'chunk') tables.push(event.table);
    else yield { activity: event.activity, done: event.done, total: event.total };
  }
  return tables;
}

/** All that is known of a set from its trajectories. */
export function* draftOf(
  made: Pick<SetDraft, 'name' | 'task' | 'origin'>,
  tables: readonly TrajectoryTable[],
): Generator<LibraryNews, SetDraft> {
  const tally = new StatisticsTally(createTask(made.task));
  const digest = new TableDigest();
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  for (const whole of tables) {
    for (const table of chunksOf(whole)) {
      yield { activity: 'Statistics', done, total };
      tally.add(table);
      digest.add(table);
      done += table.rows;
    }
  }
  const extras = [...new Set(tables.flatMap((table) => Object.keys(table.extras)))];
  return { ...made, statistics: tally.statistics(), digest: digest.value(), extras };
}

function commonTask(sources: readonly SetRecord[]): TaskSettings {
  const [first, ...others] = sources;
  if (!first) throw new LabError('library/no-source');
  const text = JSON.stringify(first.task);
  const other = others.find(({ task }) => JSON.stringify(task) !== text);
  if (!other) return first.task;
  throw new LabError('library/other-task', { first: first.name, second: other.name });
}
