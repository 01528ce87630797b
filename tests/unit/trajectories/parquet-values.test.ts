/** Values of Parquet files that DuckDB writes, as the lab reads them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { parquetRows } from '../../../src/trajectories/files/parquet/parquet';

const folder = mkdtempSync(path.join(tmpdir(), 'lab-values-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The rows that a query gives, by way of a file. */
async function read(query: string, options = ''): Promise<unknown[]> {
  const file = path.join(folder, 'values.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`copy (${query}) to '${file}' (format parquet${options})`);
  const bytes = Uint8Array.from(readFileSync(file));
  const values: unknown[] = [];
  for await (const { value } of parquetRows(bytes.buffer)) values.push(value);
  return values;
}

describe('values of Parquet', () => {
  it.each(['decimal(9, 2)', 'decimal(18, 2)', 'decimal(38, 2)'])(
    'that are %s keep their digits',
    async (type) => {
      const query = `select unnest([0.3, 1.1, -1234.56, 0, null])::${type} as a`;
      expect(await read(query)).toEqual([{ a: 0.3 }, { a: 1.1 }, { a: -1234.56 }, { a: 0 }, {}]);
    },
  );

  it('that are decimals beyond a double are their digits, in lists and structs too', async () => {
    const digits = '-12345678901234567890.123456789';
    const value = `'${digits}'::decimal(38, 10)`;
    const query = `select ${value} as a, [${value}, null] as b, {'c': 0.3::decimal(4, 1)} as d`;
    expect(await read(query)).toEqual([{ a: digits, b: [digits, null], d: { c: 0.3 } }]);
  });

  it('that are integers of 64 bits keep their digits', async () => {
    const query = 'select unnest([9007199254740991, -9223372036854775808, null])::bigint as a';
    expect(await read(query)).toEqual([{ a: 9007199254740991 }, { a: '-9223372036854775808' }, {}]);
    const [unsigned] = await read('select 18446744073709551615::ubigint as a');
    expect(unsigned).toEqual({ a: '18446744073709551615' });
  });

  it('that are times before 1970 keep all their digits', async () => {
    const query = `select '1969-12-31 23:59:59.999999'::timestamp as a, '1969-12-31 23:59:59.9985'::timestamp as b,
      '1970-01-01 00:00:01'::timestamp as c, '1969-12-31'::date as d, '1815-12-10 01:02:03.123456789'::timestamp_ns as e`;
    expect(await read(query)).toEqual([
      {
        a: '1969-12-31T23:59:59.999999Z',
        b: '1969-12-31T23:59:59.9985Z',
        c: '1970-01-01T00:00:01.000Z',
        d: '1969-12-31',
        e: '1815-12-10T01:02:03.123456789Z',
      },
    ]);
  });

  it('that are single-precision numbers have no digits that nobody wrote', async () => {
    const query = 'select unnest([0.1, 0.33333334, 1e10, 0])::float as a';
    expect(await read(query)).toEqual([{ a: 0.1 }, { a: 0.33333334 }, { a: 1e10 }, { a: 0 }]);
  });

  it('that are missing in lists and structs are null there, and absent in a row', async () => {
    const query = `select unnest([['x', null], [], null]) as a, {'b': null::int, 'c': [{'d': 1}]} as e`;
    const e = { c: [{ d: 1 }] };
    expect(await read(query)).toEqual([{ a: ['x', null], e }, { a: [], e }, { e }]);
  });

  it('that are identifiers and maps are text and objects', async () => {
    const query = `select '123e4567-e89b-12d3-a456-426614174000'::uuid as a, map {'k': 0.5::decimal(3, 1)} as b`;
    expect(await read(query)).toEqual([
      { a: '123e4567-e89b-12d3-a456-426614174000', b: { k: 0.5 } },
    ]);
  });

  it.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])(
    'that are packed with %s are read',
    async (codec) => {
      const rows = await read(
        "select i as a, repeat('ab', i::int) as b from range(50) t(i)",
        `, compression ${codec}`,
      );
      expect(rows).toEqual(Array.from({ length: 50 }, (_, a) => ({ a, b: 'ab'.repeat(a) })));
    },
  );
});
