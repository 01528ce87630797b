/** Files in the shapes of the field, of the same forty problems each, and how a test reads them. */
import { gzipSync } from 'node:zlib';
import { firstRows, lookAt, type FileLook } from '../../../src/trajectories/files/mapping/look';
import type { FieldMapping } from '../../../src/trajectories/files/mapping/mapping';
import { readFile } from '../../../src/trajectories/files/read-file';
import type { ImportReport } from '../../../src/trajectories/files/report';
import { openSource } from '../../../src/trajectories/files/rows/source';
import { createTask, type AnswerRule, type TaskSettings } from '../../../src/tasks';
import { joinTables, tokensOf, type TrajectoryTable } from '../../../src/trajectories/table';

export interface Solved {
  readonly prompt: string;
  readonly completion: string;
  readonly answer: string;
}

/** Subtractions, worked and answered behind ####. */
export const SOLVED: readonly Solved[] = Array.from({ length: 40 }, (_, i) => {
  const [a, b] = [90 - i, (i * 7) % 30];
  return {
    prompt: `What is ${a} - ${b}?`,
    completion: `${a} - ${b} = ${a - b}\n#### ${a - b}`,
    answer: String(a - b),
  };
});

/** The set in one shape, row by row; what it is to be read as; other columns are kept. */
export const SHAPES: Readonly<Record<string, (solved: Solved, row: number) => object>> = {
  'prompt-completion': ({ prompt, completion, answer }) => ({ prompt, completion, answer }),
  gsm8k: ({ prompt, completion }) => ({ question: prompt, answer: completion }),
  alpaca: ({ prompt, completion }, row) => ({
    instruction: prompt,
    input: row % 2 === 0 ? '' : null,
    output: completion,
  }),
  sharegpt: ({ prompt, completion }) => ({
    conversations: [
      { from: 'human', value: prompt },
      { from: 'gpt', value: completion },
    ],
  }),
  messages: ({ prompt, completion }) => ({
    messages: [
      { role: 'user', content: [{ type: 'text', text: prompt }] },
      { role: 'assistant', content: completion },
    ],
  }),
  'prompt-response': ({ prompt, completion }) => ({ prompt, response: completion }),
  'problem-solution': ({ prompt, completion, answer }) => ({
    ...{ problem: prompt, solution: completion, answer },
    ...{ generations: [completion, 'x'], correctness_math_verify: [true, false] },
  }),
  limo: ({ prompt, completion, answer }) => ({ question: prompt, solution: completion, answer }),
  s1k: ({ prompt, completion, answer }) => ({
    ...{ question: prompt, solution: answer, attempt: completion },
    ...{ thinking_trajectories: ['hm'], cot_type: 'math' },
  }),
  'verl-rl': ({ prompt, completion, answer }, index) => ({
    data_source: 'mine',
    prompt: [{ role: 'user', content: prompt }],
    reward_model: { style: 'rule', ground_truth: answer },
    extra_info: { index, split: 'train', answer: completion },
  }),
  dpo: ({ prompt, completion }) => ({ prompt, chosen: completion, rejected: '#### 0' }),
  pairs: ({ prompt, completion }) => ({ Query: prompt, Response: completion }),
  text: ({ prompt, completion }) => ({ text: `${prompt}\n### Response:\n${completion}` }),
};

export function jsonl(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function python(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value.replaceAll('\n', '\\n')}'`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value);
  return `{${fields.map(([name, field]) => `${python(name)}: ${python(field)}`).join(', ')}}`;
}

function csv(rows: readonly object[], delimiter = ',', newline = '\n'): string {
  const columns = Object.keys(rows[0]!);
  const cell = (value: unknown): string => {
    const isText = typeof value === 'string';
    const text = isText ? value : value === null || value === undefined ? '' : python(value);
    return `"${text.replaceAll('"', '""')}"`;
  };
  const lines = rows.map((row) =>
    columns.map((name) => cell((row as never)[name])).join(delimiter),
  );
  return [columns.join(delimiter), ...lines].join(newline) + newline;
}

/** The same rows in every text format that is read. */
export const FORMATS: Readonly<Record<string, (rows: readonly object[]) => string | Uint8Array>> = {
  JSONL: jsonl,
  'JSONL with CRLF and a mark': (rows) => `\ufeff${jsonl(rows).replaceAll('\n', '\r\n')}`,
  'JSONL in UTF-16': (rows) => Buffer.from(`\ufeff${jsonl(rows)}`, 'utf16le'),
  'JSONL in gzip': (rows) => gzipSync(jsonl(rows)),
  'a JSON array': (rows) => JSON.stringify(rows, null, 2),
  'a JSON array in one line': (rows) => JSON.stringify(rows),
  'rows one after another': (rows) => rows.map((row) => JSON.stringify(row, null, 1)).join('\n'),
  'the rows API': (rows) =>
    JSON.stringify({
      features: [{ feature_idx: 0, name: 'x', type: {} }],
      rows: rows.map((row, i) => ({ row_idx: i, row, truncated_cells: [] })),
      num_rows_total: rows.length,
    }),
  'a W&B table': (rows) => {
    const columns = Object.keys(rows[0]!);
    return JSON.stringify({
      columns,
      data: rows.map((row) => columns.map((c) => (row as never)[c])),
    });
  },
  'columns as lists': (rows) =>
    JSON.stringify(
      Object.fromEntries(
        Object.keys(rows[0]!).map((c) => [c, rows.map((row) => (row as never)[c])]),
      ),
    ),
  'Python’s dicts': (rows) => rows.map((row) => `${python(row)}\n`).join(''),
  'a Python list': (rows) => python(rows),
  CSV: csv,
  'CSV with semicolons and CR': (rows) => `sep=;\r${csv(rows, ';', '\r')}`,
  TSV: (rows) => csv(rows, '\t'),
};

export interface Read {
  readonly look: FileLook;
  readonly report: ImportReport;
  readonly task: TaskSettings | null;
  /** What is kept, as text. */
  readonly rows: Solved[];
  readonly table: TrajectoryTable | null;
}

export interface HowToRead {
  readonly mapping?: Partial<FieldMapping>;
  readonly answer?: AnswerRule;
  readonly promptEnd?: string;
}

/** Reads a file of its own task to its end, mapped as it is found but for what a test says. */
export async function readBytes(file: string | Uint8Array, how: HowToRead = {}): Promise<Read> {
  // A Buffer shares its memory with others.
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : Uint8Array.from(file);
  const source = await openSource({
    byteLength: bytes.length,
    slice: (start, end) => bytes.slice(start, end).buffer,
  });
  const look = lookAt(source, await firstRows(source), []);
  const options = {
    name: 'mine',
    answer: how.answer ?? look.answer,
    promptEnd: how.promptEnd ?? look.promptEnd,
  };
  const reading = readFile(source, {
    shape: look.shape,
    mapping: { ...look.mapping, ...how.mapping },
    task: { is: 'own', options },
  });
  const tables: TrajectoryTable[] = [];
  let next = await reading.next();
  for (; !next.done; next = await reading.next()) {
    if (next.value.type === 'chunk') tables.push(next.value.table);
  }
  const { report, task } = next.value;
  const table = task && tables.length > 0 ? joinTables(tables) : null;
  return { look, report, task, table, rows: task && table ? textsOf(task, table) : [] };
}

function textsOf(settings: TaskSettings, table: TrajectoryTable): Solved[] {
  const { tokenizer } = createTask(settings);
  return Array.from({ length: table.rows }, (_, row) => ({
    prompt: tokenizer.decode(tokensOf(table.prompts, row)),
    completion: tokenizer.decode(tokensOf(table.completions, row).subarray(0, -1)),
    answer: table.answers[row]!,
  }));
}
