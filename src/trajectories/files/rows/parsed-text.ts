/** Lists and objects that a file holds as text, as CSV has to, and JSON with what JSON has no room for. */
import { pythonLiteral } from '../../../files/python-literal';

/** What a text in brackets spells, in JSON or as Python prints it; anything else as it is. */
export function parsedText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return pythonLiteral(value) ?? value;
  }
}

const STRING = /"(?:[^"\\]|\\.)*"/.source;
/** A string, or an integer that a double may not hold. */
const LONG_INTEGERS = new RegExp(`${STRING}|(?<![\\d.eE+-])-?\\d{16,}(?![\\d.eE])`, 'g');
/** A string, or what Python writes for numbers that JSON has not. */
const NO_NUMBERS = new RegExp(`${STRING}|-?\\b(?:NaN|Infinity)\\b`, 'g');

/**
 * Reads JSON; throws a SyntaxError. Integers beyond 2^53 become their digits, and Python's NaN and
 * Infinity null.
 */
export function parseJson(text: string): unknown {
  const exact = /\d{16}/.test(text) ? text.replace(LONG_INTEGERS, quotedIfLong) : text;
  try {
    return JSON.parse(exact) as unknown;
  } catch (error) {
    if (!/NaN|Infinity/.test(exact)) throw error;
    return JSON.parse(
      exact.replace(NO_NUMBERS, (token) => (token[0] === '"' ? token : 'null')),
    ) as unknown;
  }
}

function quotedIfLong(token: string): string {
  return token[0] === '"' || Number.isSafeInteger(Number(token)) ? token : `"${token}"`;
}
