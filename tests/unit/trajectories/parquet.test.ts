import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/errors';
import { importRows } from '../../../src/trajectories/files/import';
import { shapeOfRows } from '../../../src/trajectories/files/mapping/known-shapes';
import { parquetRows } from '../../../src/trajectories/files/parquet/parquet';
import type { SourceRow } from '../../../src/trajectories/files/rows/source-row';
import { tokensOf } from '../../../src/trajectories/table';
import { arithmetic, generated, recipe } from './set-examples';

const table = generated(arithmetic, recipe(5000));
const decode = (column: typeof table.prompts, end?: number): string[] =>
  Array.from({ length: table.rows }, (_, row) =>
    arithmetic.tokenizer.decode(tokensOf(column, row).slice(0, end)),
  );

async function rowsOf(file: ArrayBuffer): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const row of parquetRows(file)) rows.push(row);
  return rows;
}

describe('a Parquet file', () => {
  it('gives the same trajectories as the set that was written, in more than one batch', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'prompt', data: decode(table.prompts) },
        { name: 'completion', data: decode(table.completions, -1) },
        { name: 'level', data: Array.from(table.levels, (level) => level + 1), type: 'INT32' },
      ],
      rowGroupSize: 1500,
    });
    const found = shapeOfRows([{ prompt: '', completion: '', level: 1 }]);
    const reading = importRows(arithmetic, parquetRows(file), found);
    let rows = 0;
    let next = await reading.next();
    for (; !next.done; next = await reading.next()) {
      if (next.value.type !== 'chunk') continue;
      const { completions, levels } = next.value.table;
      expect(levels).toEqual(table.levels.slice(rows, rows + levels.length));
      expect(tokensOf(completions, 0)).toEqual(tokensOf(table.completions, rows));
      rows += levels.length;
    }
    expect(next.value).toMatchObject({ read: 5000, kept: 5000, shape: 'prompt-completion' });
    expect(next.value.bytes).toBeCloseTo(file.byteLength, 0);
  });

  it('is decoded once, group by group, whatever is in it', async () => {
    const texts = Array.from({ length: 20_000 }, (_, i) => `text ${i}`);
    const columnData = [{ name: 'text', data: texts, codec: 'UNCOMPRESSED' as const }];
    const file = parquetWriteBuffer({ columnData, rowGroupSize: 12_000 });
    let read = 0;
    const slice = (start: number, end = file.byteLength): ArrayBuffer => {
      read += end - start;
      return file.slice(start, end);
    };
    const rows: SourceRow[] = [];
    for await (const row of parquetRows({ byteLength: file.byteLength, slice })) rows.push(row);
    expect(rows.map(({ value }) => value)).toEqual(texts.map((text) => ({ text })));
    expect(rows.map(({ line }) => line)).toEqual(texts.map((_, i) => i + 1));
    // The end of the file, with its metadata, is read twice.
    expect(read).toBeLessThan(1.5 * file.byteLength + 2 ** 19);
    expect(read).toBeGreaterThan(0.9 * file.byteLength);
  });

  it('tells of the bytes of each group before it decodes them, which a damaged one cannot overstate', async () => {
    const columnData = [{ name: 'text', data: Array.from({ length: 20_000 }, () => 'abcdefgh') }];
    const file = parquetWriteBuffer({ columnData, rowGroupSize: 12_000 });
    const announced: number[] = [];
    const announce = (bytes: number): void => void announced.push(bytes);
    const slice = (start: number, end?: number): ArrayBuffer => file.slice(start, end);
    const { byteLength } = file;
    let rows = 0;
    for await (const { line } of parquetRows({ byteLength, slice, announce })) rows = line;
    expect(rows).toBe(20_000);
    expect(announced).toHaveLength(2);
    expect(announced[0]).toBeGreaterThan(announced[1]!);
    for (const bytes of announced) expect(bytes).toBeLessThanOrEqual(10 * byteLength);
  });

  it('that is cancelled while it is read says so, and not that it cannot be read', async () => {
    const slice = () => Promise.reject(new LabError('cancelled'));
    const reading = parquetRows({ byteLength: 100, slice }).next();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('has whole numbers, dates and gaps as JSON has them', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'id', data: [7n, 2n ** 60n], type: 'INT64' },
        { name: 'day', data: [new Date(0), new Date(86_400_000)], type: 'TIMESTAMP' },
        { name: 'note', data: ['a', null], type: 'STRING', nullable: true },
      ],
    });
    expect((await rowsOf(file)).map(({ line, value }) => [line, value])).toEqual([
      [1, { id: 7, day: '1970-01-01T00:00:00.000Z', note: 'a' }],
      [2, { id: '1152921504606846976', day: '1970-01-02T00:00:00.000Z' }],
    ]);
  });

  it.each([
    [
      'something else',
      new TextEncoder().encode('{"prompt": "8*3="}\n').buffer,
      /cannot be read.*PAR1/,
    ],
  ])('that is %s is refused', async (_, file, message) => {
    await expect(rowsOf(file)).rejects.toThrow(message);
  });
});

describe('a Parquet file that is not what it states', () => {
  const column = { name: 'prompt', data: ['1+1=', '2+2='], type: 'STRING' as const };
  const read = async (bytes: ArrayBuffer): Promise<number> => {
    const slice = (start: number, end?: number) => bytes.slice(start, end);
    const lines: number[] = [];
    for await (const { line } of parquetRows({ byteLength: bytes.byteLength, slice })) {
      lines.push(line);
    }
    return lines.length;
  };

  it('is refused where it has columns without number', async () => {
    const columnData = Array.from({ length: 2100 }, (_, i) => ({ ...column, name: `c${i}` }));
    await expect(read(parquetWriteBuffer({ columnData }))).rejects.toThrow(
      /has 2,101 columns with their groups.*at most 2000 are read/,
    );
  });

  it('is refused where it states other rows than its groups hold', async () => {
    const { parquetMetadata } = await import('hyparquet');
    const whole = parquetWriteBuffer({ columnData: [column] });
    expect(await read(whole)).toBe(2);
    // The number of rows of the whole file, as a zigzag varint, is somewhere in the footer.
    const bytes = new Uint8Array(whole);
    const odd = Array.from(bytes, (_, at) => {
      const copy = bytes.slice();
      copy[at] = 8;
      return copy.buffer;
    }).find((file) => {
      try {
        const { num_rows, row_groups } = parquetMetadata(file);
        return num_rows === 4n && row_groups.every((group) => group.num_rows === 2n);
      } catch {
        return false;
      }
    });
    await expect(read(odd!)).rejects.toThrow(/it states 4 rows and holds 2/);
  });
});
