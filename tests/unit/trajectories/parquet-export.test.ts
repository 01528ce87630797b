/** What is exported, as others read it: DuckDB the Parquet, Node's own JSON the lines. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { createTask } from '../../../src/tasks';
import {
  exportedRows,
  exportLines,
  nameOfColumn,
  type ExportShape,
} from '../../../src/trajectories/files/export';
import { ParquetColumns } from '../../../src/trajectories/files/parquet/parquet-file';
import { arithmetic, generated, recipe } from './set-examples';
import { jsonl, readBytes, SOLVED } from './field-files';

const folder = mkdtempSync(path.join(tmpdir(), 'lab-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function parquetOf(...groups: (readonly object[])[]): Promise<Uint8Array> {
  const columns = new ParquetColumns();
  for (const row of groups.flat()) columns.add(row as Record<string, unknown>);
  const file = await columns.file();
  for (const rows of groups) file.add(rows as Record<string, unknown>[]);
  return file.bytes();
}

/** Rows and column types of a query, as DuckDB has them, with 64-bit integers as numbers. */
async function duck(bytes: Uint8Array, query = 'select * from FILE') {
  const file = path.join(folder, `${bytes.length}-${query.length}.parquet`);
  writeFileSync(file, bytes);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = await connection.runAndReadAll(query.replace('FILE', `read_parquet('${file}')`));
  const types = reader.columnTypes().map((type) => String(type).replaceAll('"', ''));
  return { types, rows: reader.getRowObjectsJson() };
}

describe('a Parquet file that is written', () => {
  it('has lists and structs of its own for every reader, over several groups of rows', async () => {
    const rows = [
      { a: 1, b: 'x', c: [{ role: 'user', n: null }], d: { e: [1.5, null], f: true }, g: null },
      { a: null, b: 'é😀', c: [], d: null, g: [] },
      { a: -(2 ** 40), b: '', c: null, d: { e: [], f: null }, g: [[], ['y']] },
      {
        a: 0,
        c: [
          { role: 'a', n: 2 },
          { role: 'b', n: 3 },
        ],
        d: { e: null, f: false },
        g: [null],
      },
    ];
    const { types, rows: read } = await duck(await parquetOf(rows.slice(0, 3), rows.slice(3)));
    expect(types).toEqual([
      'BIGINT',
      'VARCHAR',
      'STRUCT(role VARCHAR, n BIGINT)[]',
      'STRUCT(e DOUBLE[], f BOOLEAN)',
      'VARCHAR[][]',
    ]);
    const numbers = (key: string, value: unknown) =>
      (key === 'a' || key === 'n') && typeof value === 'string' ? Number(value) : value;
    expect(JSON.parse(JSON.stringify(read), numbers)).toEqual([
      ...rows.slice(0, 3),
      { ...rows[3], b: null },
    ]);
  });

  it('has JSON where values of one column are of several kinds', async () => {
    const rows = [
      { a: 1, b: {} },
      { a: 'x', b: { c: 1 } },
    ];
    expect((await duck(await parquetOf(rows))).rows).toEqual([
      { a: '1', b: '{}' },
      { a: '"x"', b: '{"c":1}' },
    ]);
  });
});

describe('an exported set', () => {
  const table = generated(arithmetic, recipe(500));
  const texts = [...exportedRows(arithmetic, table, 'prompt-completion')] as unknown as {
    prompt: string;
    completion: string;
    answer: string;
    level: number;
  }[];

  it('for verl’s RL is what verl’s own scripts write', async () => {
    const bytes = await parquetOf([...exportedRows(arithmetic, table, 'verl-rl')]);
    const { types } = await duck(bytes);
    expect(types.slice(0, 4)).toEqual([
      'VARCHAR',
      'STRUCT(role VARCHAR, content VARCHAR)[]',
      'VARCHAR',
      'STRUCT(style VARCHAR, ground_truth VARCHAR)',
    ]);
    const query =
      'select prompt[1].content as prompt, extra_info.answer as completion, level::int as level, ' +
      'reward_model.ground_truth as answer, extra_info.index::int as row, prompt[1].role as role from FILE';
    const { rows } = await duck(bytes, query);
    expect(rows).toEqual(texts.map((text, row) => ({ ...text, row, role: 'user' })));
  });

  it('for verl’s SFT is its messages', async () => {
    const bytes = await parquetOf([...exportedRows(arithmetic, table, 'verl-sft')]);
    const { rows } = await duck(bytes, 'select messages, answer from FILE');
    expect(rows).toEqual(
      texts.map(({ prompt, completion, answer }) => ({
        messages: [
          { role: 'user', content: prompt },
          { role: 'assistant', content: completion },
        ],
        answer,
      })),
    );
  });

  it.each<ExportShape>(['verl-rl', 'verl-sft', 'messages', 'gsm8k'])(
    'as %s is read back by the lab with equal content',
    async (shape) => {
      const own = await readBytes(jsonl(SOLVED.map((row) => ({ ...row, level: 1 }))));
      const task = createTask(own.task!);
      const rows = [...exportedRows(task, own.table!, shape)];
      const isParquet = shape.startsWith('verl');
      const file = isParquet
        ? await parquetOf(rows)
        : [...exportLines(task, own.table!, shape)].join('');
      const back = await readBytes(file);
      expect(back.rows).toEqual(SOLVED);
      expect(back.table!.levels).toEqual(own.table!.levels);
    },
  );

  it('like GSM8K ends with its answer behind ####, and only once', async () => {
    const [line] = exportLines(arithmetic, table, 'gsm8k');
    const { question, answer } = JSON.parse(line!) as { question: string; answer: string };
    expect([question, answer]).toEqual([
      texts[0]!.prompt,
      `${texts[0]!.completion}\n#### ${texts[0]!.answer}`,
    ]);
    const own = await readBytes(jsonl(SOLVED));
    const [marked] = exportLines(createTask(own.task!), own.table!, 'gsm8k');
    expect(JSON.parse(marked!)).toMatchObject({ answer: SOLVED[0]!.completion });
  });

  it.each<ExportShape>(['prompt-completion', 'messages', 'text', 'gsm8k', 'verl-rl', 'verl-sft'])(
    'as %s keeps its own fields where a column of the file is called like one',
    async (shape) => {
      const strange = {
        ...{ prompt: '(see messages)', completion: '?', text: '?', question: '?', extra_info: 1 },
        ...{ extra_prompt: 'mine', __proto__x: 2 },
      };
      const rows = SOLVED.map(({ prompt, completion }) => ({
        messages: [
          { role: 'user', content: prompt },
          { role: 'assistant', content: completion },
        ],
        ...strange,
      }));
      const { task, table: own } = await readBytes(jsonl(rows), {
        mapping: { prompt: [], completion: [], messages: 'messages' },
      });
      const [first] = exportedRows(createTask(task!), own!, shape) as Generator<
        Record<string, unknown>
      >;
      const fields = JSON.stringify(first);
      expect(fields).toContain(JSON.stringify(SOLVED[0]!.prompt).slice(1, -1));
      const kept = Object.entries(first!).map(([name, value]) => [nameOfColumn(name), value]);
      expect(kept).toEqual(expect.arrayContaining(Object.entries(strange)));
    },
  );
});
