/** What an import found: every line of a file is counted, and nothing is dropped without a word. */
import * as v from 'valibot';
import { countOrZero, type DataOf } from '../../schema/pieces';

export const fileFormat = v.picklist(['jsonl', 'parquet', 'json', 'csv', 'python']);
export type FileFormat = v.InferOutput<typeof fileFormat>;

/** Why a line cannot be kept. */
export const ROW_FAULTS = {
  'not-utf8': 'not UTF-8 text',
  'long-line': 'line too long to be a trajectory',
  'broken-json': 'broken JSON',
  'broken-record': 'not readable as a row',
  'not-a-row': 'JSON, but no object',
  'missing-field': 'fields are missing or of the wrong type',
  'mixed-shape': 'another shape than the first row',
  'not-in-vocabulary': 'characters outside the vocabulary',
  'not-a-problem': 'not a problem of this task',
  'no-answer': 'without an answer',
  'no-level': 'level missing or unknown',
  'bad-answer': 'labelled as a bad answer',
  'prompt-too-long': 'prompt too long',
  'completion-too-long': 'completion too long',
  wrong: 'answer wrong by the verifier',
  duplicate: 'prompt of an earlier row',
} as const;
export type RowFault = keyof typeof ROW_FAULTS;

/** Problems of rows that could be kept all the same: the importer is told whether to. */
export const SOFT_FAULTS = ['wrong', 'duplicate'] as const satisfies readonly RowFault[];
export type SoftFault = (typeof SOFT_FAULTS)[number];

interface FaultExample {
  /** From 1; in Parquet the row. */
  readonly line: number;
  /** What is wrong, in a sentence. */
  readonly message: string;
  /** The beginning of the line. */
  readonly excerpt: string;
}

export interface FaultReport {
  readonly fault: RowFault;
  readonly count: number;
  /** Whether the rows were kept: soft problems only. */
  readonly kept: boolean;
  /** The first lines of them. */
  readonly lines: readonly number[];
  /** The first of them. */
  readonly examples: readonly FaultExample[];
}

export const importSummary = v.object({
  /** Rows of the file: lines that are not blank. */
  read: countOrZero,
  kept: countOrZero,
  /** As known-shapes.ts calls it; null where nothing was read. */
  shape: v.nullable(v.string()),
  faults: v.array(
    v.object({ fault: v.picklist(Object.keys(ROW_FAULTS) as RowFault[]), count: countOrZero }),
  ),
});

/** Counts alone; they stay with the set that was imported. */
interface ImportSummary extends DataOf<typeof importSummary> {}

export interface ImportReport extends ImportSummary {
  readonly faults: readonly FaultReport[];
  readonly blankLines: number;
  /** Lines that end with CR LF. */
  readonly crlfLines: number;
  readonly hasByteOrderMark: boolean;
  readonly columns: readonly string[];
  readonly bytes: number;
}

const EXAMPLES = 5;
const LINES = 100;
const EXCERPT = 120;

interface Tallied {
  count: number;
  readonly lines: number[];
  readonly examples: FaultExample[];
}

/** Counts problems and keeps the first examples of each. */
export class FaultTally {
  readonly #reports = new Map<RowFault, Tallied>();

  add(fault: RowFault, line: number, message: string, text: string): void {
    let report = this.#reports.get(fault);
    if (!report) this.#reports.set(fault, (report = { count: 0, lines: [], examples: [] }));
    report.count += 1;
    if (report.lines.length < LINES) report.lines.push(line);
    if (report.examples.length >= EXAMPLES) return;
    const excerpt = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
    report.examples.push({ line, message, excerpt });
  }

  reports(keeps: (fault: RowFault) => boolean): FaultReport[] {
    return [...this.#reports].map(([fault, report]) => ({
      fault,
      kept: keeps(fault),
      ...report,
    }));
  }
}

/** The part of a report that is stored with the set. */
export function summaryOf({ read, kept, shape, faults }: ImportReport): ImportSummary {
  return {
    read,
    kept,
    shape,
    faults: faults.map(({ fault, count }) => ({ fault, count })),
  };
}
