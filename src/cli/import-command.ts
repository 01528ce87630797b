/** `lab import FILE`: takes in a file of trajectories, and says what it is and what becomes of each row. */
import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import { drive } from '../runtime/drive';
import { announceBytes } from '../runtime/sets/decoding';
import { createTask, type AnswerRule, type TaskSettings } from '../tasks';
import { presets } from '../training/configuration/presets';
import { exportLines } from '../trajectories/files/export';
import type { ImportEvent } from '../trajectories/files/import';
import type { FoundShape } from '../trajectories/files/mapping/known-shapes';
import type { LookRemark } from '../trajectories/files/mapping/remarks';
import { firstRows, lookAt, type FileLook } from '../trajectories/files/mapping/look';
import {
  MAPPED_FIELDS,
  NO_MAPPING,
  pathsOf,
  type FieldMapping,
  type MappedField,
} from '../trajectories/files/mapping/mapping';
import type { RandomAccessFile } from '../trajectories/files/parquet/parquet';
import {
  readFile,
  type FileReading,
  type ImportedTask,
  type ReadRequest,
} from '../trajectories/files/read-file';
import { ROW_FAULTS, type FaultReport } from '../trajectories/files/report';
import { openSource, type Source } from '../trajectories/files/rows/source';
import type { TrajectoryTable } from '../trajectories/table';
import { counted } from '../words/en/counted';
import { remarkSentence } from '../words/en/reasons/look-remarks';
import { answerRuleOf } from './answer-option';
import { flagOptions, onlyArgument, textOptions, UsageError } from './usage';

interface ImportOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

const PROCESS_OUTPUT: ImportOutput = {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
};

/** Prints what was found; the exit code is 1 where no row can be kept. */
export async function importCommand(args: string[]): Promise<void> {
  const kept = await runImport(args, PROCESS_OUTPUT);
  if (kept === 0) process.exitCode = 1;
}

/** Reads and prints; returns how many rows can be kept. */
export async function runImport(args: string[], output: ImportOutput): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...textOptions('map', 'out', 'task', 'answer', 'tolerance', 'prompt-end'),
      ...flagOptions('json'),
    },
  });
  const path = onlyArgument('import', 'one file', positionals);
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) throw new UsageError(`There is no file "${path}".`);
  const handle = await open(path);
  try {
    const source = await openSource(fileOf(handle, info.size));
    const tasks = presets().map(({ name, config }) => ({ name, settings: config.task }));
    const look = lookAt(
      source,
      await firstRows(source),
      tasks.map(({ settings }) => settings),
    );
    const found = mappedBy(look, values.map);
    const options = { name: basename(path, extname(path)), ...ownOptions(look, values) };
    const task = taskFor(values.task, tasks, look, options);
    const request = { ...found, task };
    const reading = await readTo(source, request, values.out);
    const imported = { look, request, reading, out: values.out };
    output.stdout(values.json ? `${JSON.stringify(asJson(imported))}\n` : asText(imported));
    return reading.report.kept;
  } finally {
    await handle.close();
  }
}

function fileOf(handle: FileHandle, byteLength: number): RandomAccessFile {
  return {
    byteLength,
    announce: announceBytes,
    async slice(start, end = byteLength) {
      const length = Math.max(0, Math.min(end, byteLength) - start);
      const buffer = new ArrayBuffer(length);
      await handle.read(new Uint8Array(buffer), 0, length, start);
      return buffer;
    },
  };
}

function isMappedField(name: string): name is MappedField {
  return MAPPED_FIELDS.some((field) => field === name);
}

/** Reads `prompt=instruction+input,answer=none`; fields that are not named stay as they were found. */
function mappedBy(look: FoundShape, text: string | undefined): FoundShape {
  if (text === undefined) return look;
  let mapping: FieldMapping = look.mapping;
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const field = part.slice(0, Math.max(0, at)).trim();
    const column = part.slice(at + 1).trim();
    if (!isMappedField(field) || column === '') {
      throw new UsageError(
        `--map has "${part}"; it must be like prompt=question, for ${MAPPED_FIELDS.join(', ')}.`,
      );
    }
    mapping = withField(mapping, field, column === 'none' ? [] : column.split('+'));
  }
  return { shape: 'mapped', mapping };
}

/** Prompt and completion are one way to say it, a conversation or a text are others. */
function withField(mapping: FieldMapping, field: MappedField, paths: string[]): FieldMapping {
  switch (field) {
    case 'prompt':
    case 'completion':
      return { ...mapping, messages: null, text: null, [field]: paths };
    case 'messages':
    case 'text': {
      const { answer, level } = mapping;
      return { ...NO_MAPPING, answer, level, [field]: paths[0] ?? null };
    }
    default:
      return { ...mapping, [field]: paths[0] ?? null };
  }
}

interface OwnValues {
  readonly answer?: string;
  readonly tolerance?: string;
  readonly 'prompt-end'?: string;
}

function ownOptions(
  look: FileLook,
  { answer, tolerance, 'prompt-end': promptEnd }: OwnValues,
): { readonly answer: AnswerRule; readonly promptEnd: string | null } {
  return {
    answer: answerRuleOf(answer, tolerance, look.answer),
    promptEnd: promptEnd?.replaceAll('\\n', '\n') ?? look.promptEnd,
  };
}

/** The task that is named, or that of the file's first rows, or one of the file's own. */
function taskFor(
  name: string | undefined,
  tasks: readonly { readonly name: string; readonly settings: TaskSettings }[],
  look: FileLook,
  options: Extract<ImportedTask, { is: 'own' }>['options'],
): ImportedTask {
  if (name === 'own') return { is: 'own', options };
  if (name === undefined) {
    const guessed = look.task === null ? undefined : tasks[look.task];
    return guessed ? { is: 'known', settings: guessed.settings } : { is: 'own', options };
  }
  const named = tasks.find((task) => task.name === name);
  if (named) return { is: 'known', settings: named.settings };
  const known = ['own', ...tasks.map((task) => task.name)].join(', ');
  throw new UsageError(`--task is "${name}"; choose one of: ${known}.`);
}

/** Reads the file, and writes its good rows where that is asked for. */
async function readTo(
  source: Source,
  request: ReadRequest,
  out: string | undefined,
): Promise<FileReading> {
  const tables: TrajectoryTable[] = [];
  const reading = await drive(
    telling(readFile(source, request), (table) => {
      if (out !== undefined) tables.push(table);
    }),
  );
  const { task } = reading;
  if (out !== undefined && task) await write(out, task, tables);
  return reading;
}

/** The reading as it is, with its tables told to somebody. */
async function* telling(
  reading: AsyncGenerator<ImportEvent, FileReading>,
  tell: (table: TrajectoryTable) => void,
): AsyncGenerator<ImportEvent, FileReading> {
  let next = await reading.next();
  for (; !next.done; next = await reading.next()) {
    if (next.value.type === 'chunk') tell(next.value.table);
    yield next.value;
  }
  return next.value;
}

async function write(
  out: string,
  settings: TaskSettings,
  tables: readonly TrajectoryTable[],
): Promise<void> {
  const task = createTask(settings);
  const file = await open(out, 'w');
  try {
    for (const table of tables) {
      await file.write([...exportLines(task, table, 'prompt-completion')].join(''));
    }
  } catch (error) {
    // Half a file would be taken for a whole one.
    await rm(out, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

interface Imported {
  readonly look: FileLook;
  readonly request: ReadRequest;
  readonly reading: FileReading;
  readonly out: string | undefined;
}

/** Columns of the fields that have some: `{"prompt": "question"}`. */
function fieldsOf(mapping: FieldMapping): Record<string, string> {
  return Object.fromEntries(
    MAPPED_FIELDS.map((field) => [field, pathsOf(mapping, field).join('+')] as const).filter(
      ([, columns]) => columns !== '',
    ),
  );
}

function reasonOf({ fault, count, lines, examples }: FaultReport) {
  const [first] = examples;
  const reason = first ? `${ROW_FAULTS[fault]}: ${first.message}` : ROW_FAULTS[fault];
  return { reason, count, lines, examples };
}

function asJson({ look, request, reading: { report, task }, out }: Imported) {
  return {
    format: look.format,
    compression: look.compression,
    shape: request.shape,
    fields: fieldsOf(request.mapping),
    remarks: look.remarks.map(remarkOf),
    columns: look.columns.map(({ path }) => path),
    rows: report.read,
    kept: report.kept,
    refused: report.read - report.kept,
    reasons: report.faults.filter(({ kept }) => !kept).map(reasonOf),
    notes: report.faults.filter(({ kept }) => kept).map(reasonOf),
    answer: request.task.is === 'own' ? request.task.options.answer : null,
    task,
    out: out ?? null,
  };
}

/** What the page asks, with the options that answer it. */
function remarkOf(remark: LookRemark): string {
  const said = remarkSentence(remark);
  if (remark.because !== 'whole-text') return said;
  const end = remark.promptEnd?.replaceAll('\n', '\\n') ?? 'TEXT';
  return `${said} To learn it instead, say where its prompt ends: --map text=${remark.column} --prompt-end "${end}".`;
}

/** Lines that are named of a reason. */
const SHOWN_LINES = 10;

function asText({ look, request, reading: { report }, out }: Imported): string {
  const fields = Object.entries(fieldsOf(request.mapping));
  const packing = look.compression === null ? '' : ` (${look.compression})`;
  const lines = [
    `${look.format}${packing}, shape ${request.shape}; columns ${look.columns.map(({ path }) => path).join(', ')}`,
    ...fields.map(([field, columns]) => `  ${field.padEnd(11)} ${columns}`),
    // Who says the columns has decided already.
    ...(request.shape === look.shape ? look.remarks.map(remarkOf) : []),
    `${report.kept} of ${counted(report.read, 'row')} can be kept.`,
    ...report.faults.flatMap(faultLines),
    ...(out !== undefined && report.kept > 0 ? [`Written to ${out}.`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function faultLines({ fault, count, kept, lines, examples }: FaultReport): string[] {
  const named = lines.slice(0, SHOWN_LINES).join(', ');
  const more = count > SHOWN_LINES ? ', …' : '';
  return [
    `  ${count} ${kept ? 'kept' : 'left out'}: ${ROW_FAULTS[fault]} (line ${named}${more})`,
    ...examples.slice(0, 2).map(({ line, message }) => `    line ${line}: ${message}`),
  ];
}
