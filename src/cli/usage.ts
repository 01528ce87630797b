/** The error for what the terminal cannot do, and the numbers of its options. */
import { rangeInWords, readNumber } from '../settings/number';

/** A command line that cannot be carried out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads an integer option; throws {@link UsageError} naming the option, the value and the limit. */
export function integerOption(name: string, text: string, least = 0): number {
  const range = { isInteger: true, least };
  const value = readNumber(text, range);
  if (value !== null) return value;
  throw new UsageError(`--${name} is "${text}"; it must be ${rangeInWords(range)}.`);
}
