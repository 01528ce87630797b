/** The error for what the terminal cannot do, and the numbers of its options. */
import { rangeInWords, readNumber, type NumberRange } from '../settings/number';

/** A command line that cannot be carried out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Options that take a text, for `parseArgs`. */
export function textOptions<Name extends string>(
  ...names: Name[]
): Record<Name, { readonly type: 'string' }> {
  return optionsOf('string', names);
}

/** Options that are given or not, for `parseArgs`. */
export function flagOptions<Name extends string>(
  ...names: Name[]
): Record<Name, { readonly type: 'boolean' }> {
  return optionsOf('boolean', names);
}

function optionsOf<Name extends string, const Type>(
  type: Type,
  names: readonly Name[],
): Record<Name, { readonly type: Type }> {
  return Object.fromEntries(names.map((name) => [name, { type }])) as Record<
    Name,
    { readonly type: Type }
  >;
}

/** What a command takes beside its options: one argument, neither none nor more. */
export function onlyArgument(command: string, what: string, given: readonly string[]): string {
  const [argument] = given;
  if (argument !== undefined && given.length === 1) return argument;
  throw new UsageError(`${command} takes ${what}; ${given.length} were given.`);
}

/** Reads a number option; throws {@link UsageError} naming the option, the value and the limit. */
export function numberOption(name: string, text: string, range: NumberRange): number {
  const value = readNumber(text, range);
  if (value !== null) return value;
  throw new UsageError(`--${name} is "${text}"; it must be ${rangeInWords(range)}.`);
}

/** Reads an integer option, as {@link numberOption} does. */
export function integerOption(name: string, text: string, least = 0): number {
  return numberOption(name, text, { isInteger: true, least });
}
