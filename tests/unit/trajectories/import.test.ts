import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { createTask, OwnSurvey, type Task } from '../../../src/tasks';
import { digestOf } from '../../../src/trajectories/digest';
import { exportLines, fileStem, setCard } from '../../../src/trajectories/files/export';
import { importRows, type ImportOptions } from '../../../src/trajectories/files/import';
import { shapeOfRows } from '../../../src/trajectories/files/mapping/known-shapes';
import { readFile } from '../../../src/trajectories/files/read-file';
import { openSource } from '../../../src/trajectories/files/rows/source';
import { jsonLines } from '../../../src/trajectories/files/rows/line-rows';
import { linesOf, LONGEST_LINE } from '../../../src/trajectories/files/rows/lines';
import { summaryOf, type ImportReport } from '../../../src/trajectories/files/report';
import type { SourceRow } from '../../../src/trajectories/files/rows/source-row';
import { statisticsOf } from './statistics-of';
import { joinTables, type TrajectoryTable } from '../../../src/trajectories/table';
import { arithmetic, ARITHMETIC, EXACT, generated, grid, recipe } from './set-examples';

const encoder = new TextEncoder();

/** A file that arrives in pieces of a few bytes each. */
function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

interface Imported {
  report: ImportReport;
  table: TrajectoryTable;
  progress: { bytes: number; rows: number }[];
}

type Options = Pick<ImportOptions, 'refuse'> & { task?: Task; pieceSize?: number };

async function imported(file: string | Uint8Array, options: Options = {}): Promise<Imported> {
  const { task = arithmetic, pieceSize = 4096, ...rest } = options;
  const bytes = typeof file === 'string' ? encoder.encode(file) : file;
  const rows: SourceRow[] = [];
  for await (const row of jsonLines(pieces(bytes, pieceSize))) rows.push(row);
  const found = shapeOfRows(rows.map(({ value }) => value));
  const tables: TrajectoryTable[] = [];
  const progress: Imported['progress'] = [];
  const reading = importRows(task, jsonLines(pieces(bytes, pieceSize)), { ...found, ...rest });
  let next = await reading.next();
  for (; !next.done; next = await reading.next()) {
    if (next.value.type === 'chunk') tables.push(next.value.table);
    else progress.push(next.value);
  }
  return { report: next.value, table: joinTables(tables), progress };
}

function jsonl(...rows: unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

const SHAPES = ['prompt-completion', 'messages', 'text'] as const;

function exported(task: Task, table: TrajectoryTable, shape: (typeof SHAPES)[number]): string {
  return [...exportLines(task, table, shape)].join('');
}

const GOOD = { prompt: '8*3=', completion: '*34#4' };

/** The problems of a report, as `fault@line,line` with the kept ones in brackets. */
function faultsOf({ faults }: ImportReport): string[] {
  return faults.map(({ fault, kept, count, examples }) => {
    const lines = `${count}: ${fault}@${examples.map(({ line }) => line).join()}`;
    return kept ? `(${lines})` : lines;
  });
}

describe('lines of a file', () => {
  it('are the same however the file arrives', async () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '"') }));
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        const text = lines.join('\n') + '\n';
        const found: (string | null)[] = [];
        for await (const line of linesOf(pieces(encoder.encode(text), size))) found.push(line.text);
        expect(found).toEqual(text.slice(0, -1).split('\n'));
      }),
    );
  });

  it('of 10 MB are read over without being held, and the next one is fine', async () => {
    const megabyte = new Uint8Array(1 << 20).fill(97);
    const file = function* (): Generator<Uint8Array> {
      for (let i = 0; i < 10; i++) yield megabyte;
      yield encoder.encode('\nshort');
    };
    const lines: unknown[] = [];
    for await (const { number, text, fault, bytes } of linesOf(file())) {
      lines.push([number, text, fault, bytes]);
    }
    expect(lines).toEqual([
      [1, null, 'long-line', 10 * LONGEST_LINE],
      [2, 'short', null, 5],
    ]);
  });
});

describe('an import', () => {
  it('reads the shapes of the field and keeps other columns', async () => {
    const messages = [
      { role: 'user', content: '8*3=' },
      { role: 'assistant', content: '*34#4' },
    ];
    const files = [
      jsonl({ ...GOOD, source: 'hand', tags: ['a', { b: null }] }),
      jsonl({
        prompt: [messages[0]],
        completion: [messages[1]],
        source: 'hand',
        tags: ['a', { b: null }],
      }),
      jsonl({ messages, source: 'hand', tags: ['a', { b: null }] }),
      jsonl({ text: '8*3=*34#4', source: 'hand', tags: ['a', { b: null }] }),
      jsonl({
        text: '8*3=*34#4$',
        level: 1,
        answer: '4',
        source: 'hand',
        tags: ['a', { b: null }],
      }),
    ];
    for (const file of files) {
      const { report, table } = await imported(file);
      expect(report).toMatchObject({ read: 1, kept: 1, faults: [], columns: ['source', 'tags'] });
      expect([...arithmetic.tokenizer.decode(table.completions.ids)].join('')).toBe('*34#4$');
      expect(table).toMatchObject({ answers: ['4'], extras: { source: ['hand'] } });
      expect(table.extras.tags).toEqual([['a', { b: null }]]);
    }
  });

  it('reports every bad row with its line, and keeps the good ones', async () => {
    const file = [
      JSON.stringify(GOOD),
      '{"prompt": "8*3=", "completion": "*34#4"',
      '[1, 2]',
      '"text"',
      JSON.stringify({ prompt: '1+1=' }),
      JSON.stringify({ prompt: '1+1=', completion: { text: 7 } }),
      JSON.stringify({ question: '1+1=' }),
      JSON.stringify({ text: '1+1=+12#2' }),
      '',
      JSON.stringify({ prompt: '1+x=', completion: '+12#2' }),
      JSON.stringify({ prompt: '1+1=', completion: '+1_#2' }),
      JSON.stringify({ prompt: '1+1=', completion: '+12$#2' }),
      JSON.stringify({ prompt: `1${'+1'.repeat(11)}=`, completion: '#2' }),
      JSON.stringify({ prompt: '1+1=', completion: `${'+12'.repeat(11)}#2` }),
      JSON.stringify({ prompt: '1+1+1+1=', completion: '#4' }),
      JSON.stringify({ prompt: '1+1=', completion: '+12#2', answer: '3' }),
      JSON.stringify({ prompt: '1+1=', completion: '+12#2', level: 3 }),
      JSON.stringify({ prompt: '2+1=', completion: '+12#2' }),
      JSON.stringify({ prompt: '2+2=', completion: '+24' }),
      JSON.stringify(GOOD),
    ].join('\n');
    const { report, table } = await imported(file);
    expect(report).toMatchObject({ read: 19, kept: 4, blankLines: 1, shape: 'prompt-completion' });
    expect(table.rows).toBe(4);
    expect(faultsOf(report)).toEqual([
      '1: broken-json@2',
      '2: not-a-row@3,4',
      '4: missing-field@5,6,7,8',
      '3: not-in-vocabulary@10,11,12',
      '1: prompt-too-long@13',
      '1: completion-too-long@14',
      '3: not-a-problem@15,16,17',
      '(2: wrong@18,19)',
      '(1: duplicate@20)',
    ]);
    const messages = report.faults.flatMap(({ examples }) => examples.map((e) => e.message));
    for (const pattern of [
      /not JSON/,
      /holds a list/,
      /has prompt; it has no completion/,
      /completion is an object; it must be text/,
      /has question; it has no prompt/,
      /has text; it has no prompt/,
      /"x" is not in the vocabulary/,
      /uses _, the padding, or \$/,
      /24 tokens.*allows 22/,
      /36 tokens.*allows 33/,
      /has 3 operators/,
      /answer given to 1\+1= is "3"; it is 2/,
      /level given is 3/,
      /gives the answer "2"; right is "3"/,
      /gives no answer; right is "4"/,
      /Line 1 has the same prompt/,
    ]) {
      expect(messages.some((message) => pattern.test(message))).toBe(true);
    }
  });

  it('leaves wrong rows and duplicates out when asked to', async () => {
    const file = jsonl(
      GOOD,
      { ...GOOD, completion: '#5' },
      { prompt: '1+1=', completion: '#3' },
      GOOD,
    );
    const { report, table } = await imported(file, { refuse: ['wrong', 'duplicate'] });
    expect(faultsOf(report)).toEqual(['2: wrong@2,3', '1: duplicate@4']);
    expect([report.kept, table.rows]).toEqual([1, 1]);
  });

  it('accounts for every row: kept ones and those of each fault that is not kept', async () => {
    const line = fc.oneof(
      fc.constant(JSON.stringify(GOOD)),
      fc.constant(JSON.stringify({ text: '8*3=#4' })),
      fc.json(),
      fc.string(),
      fc.constant(' '),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), async (lines) => {
        const { report, table } = await imported(`${lines.join('\n')}\n`);
        const lost = report.faults.reduce((sum, f) => sum + (f.kept ? 0 : f.count), 0);
        expect(report.kept).toBe(table.rows);
        expect(report.kept + lost).toBe(report.read);
      }),
    );
  });

  it('shows the first five examples of a fault, cut short, and counts the rest', async () => {
    const { report } = await imported(`{"prompt": "${'x'.repeat(500)}\n`.repeat(7));
    const [fault] = report.faults;
    expect(fault).toMatchObject({ fault: 'broken-json', count: 7 });
    expect(fault!.examples.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
    expect(fault!.examples[0]!.excerpt).toHaveLength(121);
    expect(summaryOf(report).faults).toEqual([{ fault: 'broken-json', count: 7 }]);
  });

  it.each([1, 2, 3, 1000])(
    'takes CRLF and a byte order mark, in pieces of %i bytes',
    async (size) => {
      const text = `\ufeff${jsonl(GOOD, { ...GOOD, prompt: '1+1=' })}`.replaceAll('\n', '\r\n');
      const { report } = await imported(text, { pieceSize: size });
      expect(report).toMatchObject({ read: 2, kept: 2, crlfLines: 2, hasByteOrderMark: true });
      const plain = await imported(jsonl(GOOD), { pieceSize: size });
      expect(plain.report).toMatchObject({ kept: 1, crlfLines: 0, hasByteOrderMark: false });
    },
  );

  it('counts lines that are too long or no UTF-8', async () => {
    const long = encoder.encode(JSON.stringify({ ...GOOD, note: 'x'.repeat(LONGEST_LINE) }));
    const latin1 = Uint8Array.from('{"prompt": "8*3é="}\n', (c) => c.charCodeAt(0));
    const file = new Uint8Array([...latin1, ...long, 10, ...encoder.encode(JSON.stringify(GOOD))]);
    const { report } = await imported(file);
    expect(faultsOf(report)).toEqual(['1: not-utf8@1', '1: long-line@2']);
    expect(report.kept).toBe(1);
  });

  it('reads rows as they come: it reports progress, and stops reading when it is left', async () => {
    const line = encoder.encode(jsonl(GOOD));
    let given = 0;
    const endless = function* (): Generator<Uint8Array> {
      for (;;) {
        given += 1;
        yield line;
      }
    };
    const found = shapeOfRows([GOOD]);
    const reading = importRows(arithmetic, jsonLines(endless()), found);
    const first = await reading.next();
    expect(first.value).toEqual({ type: 'progress', bytes: 1024 * line.length, rows: 1024 });
    await reading.return(undefined as never);
    expect(given).toBeLessThan(1030);
  });
});

it('a compressed file of its own task is read in pieces of a thousand rows, however small it is', async () => {
  const rows = Array.from({ length: 5000 }, (_, i) => ({ prompt: `${i % 7}+1`, completion: '#1' }));
  const bytes = gzipSync(encoder.encode(jsonl(...rows)));
  const slice = (start: number, end?: number) => new Uint8Array(bytes.subarray(start, end)).buffer;
  const source = await openSource({ byteLength: bytes.length, slice });
  const options = { name: 'own', answer: { by: 'marker', marker: '#' } } as const;
  const reading = readFile(source, { ...shapeOfRows(rows), task: { is: 'own', options } });
  let pieces = 0;
  for await (const { type } of reading) if (type === 'progress') pieces += 1;
  // Four of its survey, and four of its reading.
  expect(pieces).toBe(8);
});

describe('an export', () => {
  const sets: [string, Task, TrajectoryTable][] = [
    [
      'arithmetic',
      arithmetic,
      generated(arithmetic, recipe(300, { expert: { ...EXACT, error: 0.1 } })),
    ],
    ['the grid', grid, generated(grid, recipe(120, { levels: 'balanced', expert: EXACT }))],
  ];

  it.each(
    sets.flatMap(([name, task, table]) =>
      SHAPES.map((shape) => [name, shape, task, table] as const),
    ),
  )('of %s as %s comes back with equal content', async (_, shape, task, table) => {
    const { report, table: back } = await imported(exported(task, table, shape), { task });
    expect(report).toMatchObject({ kept: table.rows, shape });
    expect(back).toEqual(table);
    expect(digestOf(back)).toBe(digestOf(table));
  });

  /** What TRL documents of its dataset formats: these fields, and any other columns beside them. */
  const message = (role: string) =>
    v.strictObject({ role: v.literal(role), content: v.pipe(v.string(), v.minLength(1)) });
  const trl = {
    'prompt-completion': v.looseObject({
      prompt: v.pipe(v.string(), v.minLength(1)),
      completion: v.pipe(v.string(), v.minLength(1)),
    }),
    messages: v.looseObject({ messages: v.strictTuple([message('user'), message('assistant')]) }),
    text: v.looseObject({ text: v.pipe(v.string(), v.minLength(1)) }),
  };

  it.each(SHAPES)('as %s has the fields that TRL documents, and only one shape', (shape) => {
    for (const [, task, table] of sets) {
      const lines = exported(task, table, shape).trimEnd().split('\n');
      expect(lines).toHaveLength(table.rows);
      for (const line of lines) {
        const row: unknown = JSON.parse(line);
        expect(v.is(trl[shape], row)).toBe(true);
        expect(Object.values(trl).filter((format) => v.is(format, row))).toHaveLength(1);
      }
    }
  });

  it('writes no padding and no end token, with level and answer beside', () => {
    const [first] = exported(grid, sets[1]![2], 'prompt-completion').split('\n');
    const row = JSON.parse(first!) as Record<string, unknown>;
    expect(Object.keys(row)).toEqual(['prompt', 'completion', 'level', 'answer']);
    expect(row.level).toBe(1);
    expect(row.prompt).toMatch(/^(\d+ ){8}> \d+ @ \d+$/);
    expect(row.completion).toMatch(/^\d+( \d+)*$/);
  });

  it('of a user’s own task comes back whole, with its columns and the names of its levels', async () => {
    const rows = [
      { prompt: 'ab→', completion: 'ba#ba', level: 2, answer: 'ba', id: 7, note: null },
      { prompt: 'é😀→', completion: '😀é#😀é', level: 2, answer: '😀é' },
      { prompt: 'a→', completion: 'a#a', level: 10, answer: 'a', id: 9 },
    ];
    const survey = new OwnSurvey();
    for (const row of rows) survey.add(row);
    const settings = survey.settings({
      name: 'Reversal',
      answer: { by: 'marker', marker: '#' },
      promptEnd: '→',
    });
    const task = createTask(settings);
    const { report, table } = await imported(jsonl(...rows), { task });
    expect(report).toMatchObject({ kept: 3, faults: [], columns: ['id', 'note'] });
    expect(exported(task, table, 'prompt-completion')).toBe(jsonl(...rows));
    const { table: back } = await imported(exported(task, table, 'text'), { task });
    expect(back).toEqual(table);
  });

  it('has a card that states task, origin, statistics and columns', () => {
    const [, task, table] = sets[0]!;
    const facts = {
      name: 'uniform, 300',
      task: ARITHMETIC,
      origin: { kind: 'generated', seed: 0, recipe: recipe(300) },
      statistics: statisticsOf(task, table),
      digest: digestOf(table),
    } as const;
    const card = setCard(facts, { shape: 'messages', extras: ['id'] });
    expect(JSON.parse(JSON.stringify(card))).toEqual({
      format: 'plasticity-lab trajectory set',
      version: 1,
      ...facts,
      file: {
        name: 'uniform-300.jsonl',
        shape: 'messages',
        columns: ['messages', 'level', 'answer', 'id'],
      },
    });
    expect(fileStem('../…')).toBe('trajectories');
  });
});
