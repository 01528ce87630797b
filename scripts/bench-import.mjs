/**
 * How long an import of 200,000 rows takes in each shape and format of the field, beside TRL's plain
 * prompt and completion as JSONL: a table of seconds, ratio and memory, which fails on nothing.
 * `npm run bench:import [-- ROWS]`
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildCli } from './lib/build-cli.mjs';
import { ROOT } from './lib/process.mjs';

const ROWS = Number(process.argv[2] ?? 200_000);

/** @param {number} i */
function solved(i) {
  const [a, b, c] = [2 + (i % 97), 3 + (i % 89), 5 + (i % 83)];
  const answer = String(a + b + c);
  return {
    prompt: `${a}+${b}+${c}=?`,
    completion: `${a}+${b}=${a + b}; ${a + b}+${c}=${answer} #### ${answer}`,
    answer,
  };
}

/** @typedef {ReturnType<typeof solved>} Solved */

/** @satisfies {Record<string, (row: Solved, i: number) => object>} */
const SHAPES = {
  'prompt-completion': ({ prompt, completion }) => ({ prompt, completion }),
  gsm8k: ({ prompt, completion }) => ({ question: prompt, answer: completion }),
  alpaca: ({ prompt, completion }) => ({ instruction: 'Add.', input: prompt, output: completion }),
  sharegpt: ({ prompt, completion }) => ({
    conversations: [
      { from: 'human', value: prompt },
      { from: 'gpt', value: completion },
    ],
  }),
  messages: ({ prompt, completion }) => ({
    messages: [
      { role: 'system', content: 'Add.' },
      { role: 'user', content: [{ type: 'text', text: prompt }] },
      { role: 'assistant', content: completion },
    ],
  }),
  'problem-solution': ({ prompt, completion, answer }) => ({
    ...{ problem: prompt, solution: completion, answer },
    ...{ generations: [completion, completion], is_reasoning_complete: [true, true] },
  }),
  limo: ({ prompt, completion, answer }) => ({ question: prompt, solution: completion, answer }),
  s1k: ({ prompt, completion, answer }) => ({
    ...{ question: prompt, solution: answer, attempt: completion, cot_type: 'math' },
    thinking_trajectories: [completion],
  }),
  'verl-rl': ({ prompt, completion, answer }, index) => ({
    data_source: 'mine',
    prompt: [{ role: 'user', content: prompt }],
    reward_model: { style: 'rule', ground_truth: answer },
    extra_info: { index, split: 'train', answer: completion },
  }),
  dpo: ({ prompt, completion }) => ({ prompt, chosen: completion, rejected: '#### 0' }),
  kto: ({ prompt, completion }, i) => ({ prompt, completion, label: i % 4 > 0 }),
  'with thoughts': ({ prompt, completion }) => ({ prompt, thinking: 'hm', response: completion }),
  text: ({ prompt, completion }) => ({ text: `${prompt}\n### Response:\n${completion}` }),
};

const jsonLine = (/** @type {object} */ row) => `${JSON.stringify(row)}\n`;

/** Other formats than JSONL: how a row is written, and what becomes of the whole. */
const plain = SHAPES['prompt-completion'];
const cells = (/** @type {object} */ row) =>
  `${Object.values(row)
    .map((cell) => `"${cell}"`)
    .join(',')}\n`;
const python = (/** @type {object} */ row) => jsonLine(row).replaceAll('"', "'");

/** @type {Record<string, { head?: string, tail?: string, row: (row: object, i: number) => string, pack?: (text: Buffer) => Uint8Array }>} */
const FORMATS = {
  CSV: { head: 'prompt,completion\n', row: cells },
  'a JSON array': {
    head: '[',
    tail: ']\n',
    row: (row, i) => (i ? ',\n' : '') + JSON.stringify(row),
  },
  'Python’s dicts': { row: python },
  'JSONL in UTF-16': {
    row: jsonLine,
    pack: (text) => Buffer.from(`\ufeff${text.toString()}`, 'utf16le'),
  },
  'JSONL in gzip': { row: jsonLine, pack: (text) => gzipSync(text) },
};

/**
 * Rows of a JSONL file in another format, by DuckDB: with lists and structs where a shape has them.
 * @param {string} from @param {string} to @param {string} format
 */
async function convert(from, to, format) {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `copy (select * from read_json('${from}')) to '${to}' (format ${format}, compression zstd)`,
  );
}

/** @param {string} file @param {(i: number) => string} line */
async function write(file, line, { head = '', tail = '' } = {}) {
  const stream = createWriteStream(file);
  stream.write(head);
  for (let i = 0; i < ROWS; i++) if (!stream.write(line(i))) await once(stream, 'drain');
  stream.end(tail);
  await once(stream, 'close');
}

/** Ends with the most memory that the process had, in kB. */
const TELL_MEMORY =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("maxRSS "+process.resourceUsage().maxRSS+"\\n"))';

/** @param {string} file */
function imported(file) {
  const started = performance.now();
  const command = ['--import', TELL_MEMORY, path.join(ROOT, 'build/cli/main.js'), 'import', file];
  const { stdout, stderr, status } = spawnSync('node', [...command, '--json'], {
    encoding: 'utf8',
  });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`The import of ${file} failed: ${stderr}`);
  const { rows, kept, refused, shape } = JSON.parse(stdout);
  const megabytes = Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024;
  return { seconds, megabytes, rows, kept, refused, shape };
}

/** @param {string} name @param {ReturnType<typeof imported>} of @param {ReturnType<typeof imported>} base */
function lineOf(name, { seconds, megabytes, rows, kept, refused, shape }, base) {
  const cells = [
    name.padEnd(28),
    shape.padEnd(18),
    `${seconds.toFixed(2)} s`.padStart(8),
    `${(seconds / base.seconds).toFixed(2)} times`.padStart(11),
    `${megabytes.toFixed(0)} MB`.padStart(8),
    `${rows} rows, ${kept} kept, ${refused} refused`,
  ];
  return cells.join('  ');
}

await buildCli();
const folder = await mkdtemp(path.join(tmpdir(), 'lab-bench-import-'));
try {
  const file = path.join(folder, 'set');
  /** @type {ReturnType<typeof imported> | null} */
  let base = null;
  const tell = (/** @type {string} */ name) => {
    const found = imported(file);
    base ??= found;
    console.log(lineOf(name, found, base));
  };
  for (const [name, rowOf] of Object.entries(SHAPES)) {
    await write(file, (i) => jsonLine(rowOf(solved(i), i)));
    // The first run warms the disk.
    if (!base) imported(file);
    tell(`${name}, JSONL`);
  }
  for (const name of /** @type {const} */ (['prompt-completion', 'messages', 'verl-rl'])) {
    const rows = path.join(folder, 'rows.jsonl');
    await write(rows, (i) => jsonLine(SHAPES[name](solved(i), i)));
    await convert(rows, file, 'parquet');
    tell(`${name}, Parquet`);
    if (name !== 'prompt-completion') continue;
    await convert(rows, file, 'json');
    tell(`${name}, JSONL in zstd`);
  }
  for (const [name, { row, head, tail, pack }] of Object.entries(FORMATS)) {
    await write(file, (i) => row(plain(solved(i)), i), { head, tail });
    if (pack) {
      await writeFile(file, pack(await readFile(file)));
    }
    tell(`prompt-completion, ${name}`);
  }
} finally {
  await rm(folder, { recursive: true });
}
