/** Records of a CSV file, read by papaparse as the text arrives: comma, semicolon, tab or bar. */

import type * as Papa from 'papaparse';

export interface CsvForm {
  readonly delimiter: string;
  readonly newline: '\n' | '\r\n' | '\r';
}

export interface CsvRecord {
  /** Line on which it starts, from 1: a quoted cell may hold line ends. */
  readonly line: number;
  readonly cells: readonly string[];
  /** A quote is opened and not closed: the record is its first line, and the next begins after it. */
  readonly isBroken: boolean;
  /** The record as it stands in the file, without its end. */
  readonly text: string;
}

/** A record that goes on for longer has a quote that is never closed. */
const LONGEST_RECORD = 1 << 20;
const DELIMITERS = [',', ';', '\t', '|'];
/** Lines by which the form of a file is judged. */
const JUDGED_LINES = 20;

/**
 * The form of a file by its beginning; null where its lines have one cell each, as a text has that is
 * no table. @param comments what lines begin with that are passed over
 */
export async function csvFormOf(beginning: string, comments = ''): Promise<CsvForm | null> {
  const newline = newlineOf(beginning);
  const lines = beginning
    .split(newline)
    .filter((line) => line.trim() !== '' && (comments === '' || !line.startsWith(comments)));
  const judged = lines.slice(0, JUDGED_LINES).join(newline);
  const { default: papa } = await import('papaparse');
  let best: { delimiter: string; columns: number; odd: number } | null = null;
  for (const delimiter of DELIMITERS) {
    const { data } = papa.parse<string[]>(judged, { delimiter, newline, skipEmptyLines: true });
    const columns = data[0]?.length ?? 0;
    if (columns < 2) continue;
    const odd = data.filter((cells) => cells.length !== columns).length;
    const isBetter = !best || odd < best.odd || (odd === best.odd && columns > best.columns);
    if (isBetter) best = { delimiter, columns, odd };
  }
  return best && { delimiter: best.delimiter, newline };
}

/** The line end that comes first outside quotes decides. */
function newlineOf(text: string): CsvForm['newline'] {
  const outside = text.replace(/"(?:[^"]|"")*"/g, '');
  const first = /\r\n|\n|\r/.exec(outside)?.[0];
  return first === '\r' || first === '\r\n' ? first : '\n';
}

interface Parsed {
  readonly cells: string[];
  /** Characters up to the end of the record, its line end included. */
  readonly end: number;
}

/**
 * Records of a text that arrives in pieces. Blank lines give no record. A record with a quote that is
 * not closed costs its first line alone.
 */
export async function* csvRecords(
  texts: AsyncIterable<string> | Iterable<string>,
  form: CsvForm,
): AsyncGenerator<CsvRecord> {
  const { default: papa } = await import('papaparse');
  const records = new RecordBuffer(papa, form);
  for await (const text of texts) {
    records.add(text);
    yield* records.take(false);
  }
  yield* records.take(true);
}

class RecordBuffer {
  readonly #papa: typeof Papa;
  readonly #form: CsvForm;
  #text = '';
  #line = 1;
  /** Characters that are known to hold no whole record. */
  #looked = 0;

  constructor(papa: typeof Papa, form: CsvForm) {
    this.#papa = papa;
    this.#form = form;
  }

  add(text: string): void {
    this.#text += text;
  }

  /** The records that are whole; all that is left where the text is over. */
  *take(isLast: boolean): Generator<CsvRecord> {
    // A quote may stay open over many pieces: looking each time would take the square of their number.
    if (!isLast && this.#text.length < 2 * this.#looked) return;
    for (;;) {
      const { records, fault } = this.#parse(isLast);
      let at = 0;
      for (const { cells, end } of records) {
        const record = this.#record(this.#text.slice(at, end), cells, false);
        at = end;
        if (record) yield record;
      }
      this.#text = this.#text.slice(at);
      const isStuck = fault || (at === 0 && this.#text.length > LONGEST_RECORD);
      if (isStuck && (isLast || this.#hasLine())) {
        const record = this.#broken();
        if (record) yield record;
        continue;
      }
      this.#looked = this.#text.length;
      return;
    }
  }

  #hasLine(): boolean {
    return this.#text.includes(this.#form.newline);
  }

  /** Parses up to the first record whose quotes are at fault. */
  #parse(isLast: boolean): { records: Parsed[]; fault: boolean } {
    const records: Parsed[] = [];
    let fault = false;
    if (this.#text === '') return { records, fault };
    const parser = new this.#papa.Parser({
      ...this.#form,
      step: ({ data, errors, meta }: Papa.ParseStepResult<string[][]>) => {
        if (errors.some(({ type }) => type === 'Quotes')) {
          fault = true;
          parser.abort();
          return;
        }
        records.push({ cells: data[0]!, end: meta.cursor });
      },
    });
    parser.parse(this.#text, 0, !isLast);
    return { records, fault };
  }

  /** The first line alone, as a record that cannot be read. */
  #broken(): CsvRecord | null {
    const end = this.#text.indexOf(this.#form.newline);
    const length = end < 0 ? this.#text.length : end + this.#form.newline.length;
    const text = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    return this.#record(text, [text], true);
  }

  #record(whole: string, cells: readonly string[], isBroken: boolean): CsvRecord | null {
    const { newline } = this.#form;
    const text = whole.endsWith(newline) ? whole.slice(0, -newline.length) : whole;
    const line = this.#line;
    this.#line += whole.split(newline).length - 1;
    const isBlank = cells.length === 1 && cells[0]!.trim() === '';
    return isBlank ? null : { line, cells, isBroken, text };
  }
}
