/**
 * Writes rows of JSON values as a Parquet file with lists and structs of its own, as every reader knows
 * them. The writer by itself would make JSON text of both. Rows are given twice: first for the types of
 * the columns, then to be written.
 */
import { common, NOTHING, schemaOf, typeOfValue, valueFor, type ColumnType } from './parquet-types';

type Row = Readonly<Record<string, unknown>>;

/** Finds the types of a file's columns. */
export class ParquetColumns {
  readonly #types = new Map<string, ColumnType>();

  add(row: Row): void {
    for (const [name, value] of Object.entries(row)) {
      this.#types.set(name, common(this.#types.get(name) ?? NOTHING, typeOfValue(value)));
    }
  }

  /** A file with these columns, for rows that all were added. */
  async file(): Promise<ParquetFile> {
    const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
    const writer = new ByteWriter();
    const columns = [...this.#types].flatMap(([name, type]) => schemaOf(name, type));
    const root = { name: 'schema', num_children: this.#types.size };
    const parquet = new ParquetWriter({ writer, schema: [root, ...columns] });
    const types = this.#types;
    return {
      add(rows) {
        const columnData = [...types].map(([name, type]) => ({
          name,
          data: rows.map((row) => valueFor(row[name], type)),
        }));
        void parquet.write({ columnData, rowGroupSize: Math.max(1, rows.length) });
      },
      bytes() {
        void parquet.finish();
        return writer.getBytes();
      },
    };
  }
}

export interface ParquetFile {
  /** Writes rows as a group of their own. */
  add(rows: readonly Row[]): void;
  /** The whole file; nothing can be added after it. */
  bytes(): Uint8Array;
}
