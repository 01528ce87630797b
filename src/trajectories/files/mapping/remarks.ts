/** What the first rows of a file leave open, though they can be read: a person should know, or decide. */
import type { SourceRow } from '../rows/source-row';
import { ANSWERS } from './known-shapes';
import { isRecord, type FieldMapping } from './mapping';
import type { TextRow } from './shapes';
import { promptEndIn } from './text-splitter';

/** The rows stand in one more column, as the whole texts that a trainer is given. */
export interface WholeTextRemark {
  readonly because: 'whole-text';
  readonly column: string;
  /** With what the prompt ends in it; null where no template is known. */
  readonly promptEnd: string | null;
}

/** The completions are a column of right answers, of a word each: no worked solutions. */
interface BareAnswersRemark {
  readonly because: 'bare-answers';
  readonly column: string;
}

export type LookRemark = WholeTextRemark | BareAnswersRemark;

/** @param texts what the mapping makes of the rows */
export function remarksOn(
  rows: readonly SourceRow[],
  mapping: FieldMapping,
  texts: readonly TextRow[],
): LookRemark[] {
  return [wholeText(rows, mapping, texts), bareAnswers(mapping, texts)].filter(
    (remark) => remark !== null,
  );
}

const TEXT = 'text';

function wholeText(
  rows: readonly SourceRow[],
  mapping: FieldMapping,
  texts: readonly TextRow[],
): WholeTextRemark | null {
  if (mapping.text !== null || texts.length === 0) return null;
  const whole = rows.flatMap(({ value }) => {
    const text = isRecord(value) ? value[TEXT] : null;
    return typeof text === 'string' ? [text] : [];
  });
  const holds = texts.filter(({ prompt, completion }) => {
    const parts = [prompt.slice(prompt.lastIndexOf('\n') + 1), completion.trim()];
    return whole.some((text) => text !== completion && parts.every((part) => text.includes(part)));
  });
  if (2 * holds.length <= texts.length) return null;
  return { because: 'whole-text', column: TEXT, promptEnd: promptEndIn(whole) };
}

function bareAnswers(
  { completion }: FieldMapping,
  texts: readonly TextRow[],
): BareAnswersRemark | null {
  const [column] = completion;
  if (column === undefined || !ANSWERS.includes(column.toLowerCase())) return null;
  const bare = texts.filter((text) => !/\s/.test(text.completion.trim()));
  return 2 * bare.length > texts.length ? { because: 'bare-answers', column } : null;
}
