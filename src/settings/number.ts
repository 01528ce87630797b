/** Numbers as people write them: in a form, a link or the terminal. */

import { LabError } from '../errors';

/** Which numbers are allowed. */
export interface NumberRange {
  readonly isInteger?: boolean;
  readonly least?: number;
  /** A lower limit that is not allowed itself. */
  readonly above?: number;
  readonly most?: number;
  /** Said after the limits, such as `percent`. */
  readonly unit?: string;
  readonly example?: string;
  /** The limits in words, where they are not plain numbers. */
  readonly words?: string;
}

/** A range with its name, as a sentence about it begins: `The seed`. */
export interface NamedRange extends NumberRange {
  readonly subject: string;
}

/** An integer in digits alone, which no reader mistakes; other numbers with a power of ten, too. */
const INTEGER = /^-?\d+$/;
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text stands for; null where it is none of the range. */
export function readNumber(text: string, range: NumberRange): number | null {
  const { isInteger = false, least = -Infinity, most = Infinity, above = -Infinity } = range;
  const written = text.trim();
  const value = Number(written);
  const isRight = isInteger
    ? INTEGER.test(written) && Number.isSafeInteger(value)
    : NUMBER.test(written) && Number.isFinite(value);
  return isRight && value >= least && value <= most && value > above ? value : null;
}

/** What is allowed, to complete "it must be …": `an integer from 0 to 10`. */
export function rangeInWords(range: NumberRange): string {
  const { isInteger = false, unit, example, words } = range;
  const parts = [
    words ?? [isInteger ? 'an integer' : 'a number', limitsInWords(range)].join(' ').trim(),
    unit === undefined ? '' : ` ${unit}`,
    example === undefined ? '' : `, for example ${example}`,
  ];
  return parts.join('');
}

function limitsInWords({ least, above, most }: NumberRange): string {
  if (above !== undefined) return `above ${above}${most === undefined ? '' : `, up to ${most}`}`;
  if (least !== undefined)
    return most === undefined ? `from ${least} on` : `from ${least} to ${most}`;
  return most === undefined ? '' : `up to ${most}`;
}

/** Why `text` is no such number; null where it is one. */
export function numberProblem(text: string, range: NamedRange): string | null {
  const isRight = readNumber(text, range) !== null;
  return isRight ? null : refusal(range.subject, text, rangeInWords(range)).message;
}

/** The number; throws {@link LabError} for a text that is none of the range. */
export function numberOf(text: string, range: NamedRange): number {
  const value = readNumber(text, range);
  if (value !== null) return value;
  throw refusal(range.subject, text, rangeInWords(range));
}

/** `scale` times a value, such as a percentage, without digits that come of the product alone. */
export function scaled(value: number, scale: number): number {
  return scale === 1 ? value : Number((scale * value).toPrecision(10));
}

/** A number as a text that {@link readNumber} reads: large amounts as powers of ten, such as 9e10. */
export function numberText(value: number, { isInteger = false }: NumberRange = {}): string {
  const isPlain = isInteger || Math.abs(value) < 1e6;
  return isPlain ? String(value) : value.toExponential().replace('+', '');
}

/**
 * The error of a text that is not a value of a setting.
 * @param subject what was set, as a sentence begins
 * @param allowed completes "it must be …"
 */
export function refusal(subject: string, text: string, allowed: string): LabError {
  return new LabError('setting/refused', { subject, text, allowed });
}
