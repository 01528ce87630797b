/** The whole way of a file: the settings of its task, if it makes one of its own, then its rows. */
import { isLabError, LabError } from '../../errors';
import {
  answerReader,
  createTask,
  LARGEST_CONTEXT,
  OwnSurvey,
  type OwnOptions,
  type TaskSettings,
} from '../../tasks';
import { importRows, PROGRESS_ROWS, type ImportEvent } from './import';
import type { FoundShape } from './mapping/known-shapes';
import type { FieldMapping } from './mapping/mapping';
import { FaultTally, type ImportReport, type SoftFault } from './report';
import { RowError } from './row-error';
import { rowReader, type TextRow } from './mapping/shapes';
import type { Source } from './rows/source';
import type { SourceRow } from './rows/source-row';
import { textSplitter } from './mapping/text-splitter';

/** A task that is known, or one that is to be found in the file. */
export type ImportedTask =
  | { readonly is: 'known'; readonly settings: TaskSettings }
  | { readonly is: 'own'; readonly options: OwnOptions };

export interface ReadRequest extends FoundShape {
  readonly task: ImportedTask;
  /** Soft problems whose rows are left out. */
  readonly refuse?: readonly SoftFault[];
}

export interface FileReading {
  readonly report: ImportReport;
  /** null where no row can make a task. */
  readonly task: TaskSettings | null;
}

/** Reads a file to its end; a file of its own task is read twice. Throws an error of `file`. */
export async function* readFile(
  source: Source,
  { task: wanted, ...request }: ReadRequest,
): AsyncGenerator<ImportEvent, FileReading> {
  if (wanted.is === 'known') {
    const task = wanted.settings;
    return { report: yield* importRows(createTask(task), source.rows(), request), task };
  }
  const surveyed = yield* survey(source, request, wanted.options);
  if (!surveyed.task) return { report: surveyed.report, task: null };
  const { task, mapping } = surveyed;
  const options = { ...request, mapping };
  return { report: yield* importRows(createTask(task), source.rows(), options), task };
}

type Surveyed =
  | { readonly task: TaskSettings; readonly mapping: FieldMapping }
  | { readonly task: null; readonly report: ImportReport };

/** Finds the task that a file's rows make; where none can, the report says why. */
async function* survey(
  source: Source,
  { shape, mapping }: FoundShape,
  options: OwnOptions,
): AsyncGenerator<ImportEvent, Surveyed> {
  const surveyor = new Surveyor(mapping, options);
  let toldBytes = 0;
  for await (const row of source.rows()) {
    surveyor.take(row);
    // Of a compressed file a thousand rows may be a few bytes.
    const isLong = surveyor.bytes - toldBytes >= PROGRESS_BYTES;
    if (!isLong && surveyor.rows % PROGRESS_ROWS > 0) continue;
    toldBytes = surveyor.bytes;
    yield { type: 'progress', bytes: surveyor.bytes, rows: surveyor.rows };
  }
  const { found } = surveyor;
  if (surveyor.rows === 0) throw new LabError('file/no-rows');
  try {
    const task = found.settings(options);
    // A column that is not a level stays a column.
    return { task, mapping: found.hasLevels ? mapping : { ...mapping, level: null } };
  } catch (error) {
    if (isRowProblem(error)) {
      return { task: null, report: surveyor.report(shape) };
    }
    throw error;
  }
}

/** Whether the rows are at fault, each of which the report names. */
function isRowProblem(error: unknown): boolean {
  return isLabError(error, 'task/no-row') || isLabError(error, 'task/context');
}

const PROGRESS_BYTES = 1 << 18;

class Surveyor {
  readonly found = new OwnSurvey();
  rows = 0;
  bytes = 0;
  #blankLines = 0;
  readonly #tally = new FaultTally();
  readonly #read: (value: unknown) => TextRow;
  readonly #readAnswer: (completion: string) => string | null;

  constructor(mapping: FieldMapping, { answer, promptEnd = null }: OwnOptions) {
    this.#read = rowReader(mapping, textSplitter(promptEnd));
    this.#readAnswer = answerReader(answer);
  }

  take(row: SourceRow): void {
    this.bytes += row.bytes;
    if (row.isBlank) {
      this.#blankLines += 1;
      return;
    }
    this.rows += 1;
    try {
      this.#judge(row);
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      this.#tally.add(error.fault, row.line, error.message, row.text);
    }
  }

  #judge({ value, error }: SourceRow): void {
    if (error) throw error;
    const text = this.#read(value);
    if (!this.found.fits(text)) throw tooLong(text);
    // What has no answer is refused later, so it must not decide on vocabulary and lengths.
    if (text.answer === undefined && this.#readAnswer(text.completion) === null) {
      throw new RowError(
        'no-answer',
        'There is no answer column, and none is found in the completion.',
      );
    }
    this.found.add(text);
  }

  report(shape: string): ImportReport {
    return {
      read: this.rows,
      kept: 0,
      shape,
      faults: this.#tally.reports(() => false),
      blankLines: this.#blankLines,
      crlfLines: 0,
      hasByteOrderMark: false,
      columns: [],
      bytes: this.bytes,
    };
  }
}

function tooLong({ prompt, completion }: TextRow): RowError {
  const [asked, answered] = [[...prompt].length, [...completion].length + 1];
  return new RowError(
    'completion-too-long',
    `The prompt has ${asked} tokens, the completion with its end ${answered}; together they may have ${LARGEST_CONTEXT}.`,
  );
}
