/** What a schema says of its parts: where settings are, and which values they may have. */
import { LabError } from '../errors';
import * as v from 'valibot';
import { rangeInWords, type NumberRange } from './number';

type Schema = v.GenericSchema;

/** The fields of valibot's schemas and actions that are read here; which there are depends on `type`. */
interface Parts {
  readonly kind: string;
  readonly type: string;
  readonly wrapped?: Schema;
  readonly getter?: (input: unknown) => Schema;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly key?: string;
  readonly options?: readonly unknown[];
  readonly item?: Schema;
  readonly items?: readonly Schema[];
  readonly literal?: unknown;
  readonly pipe?: readonly Parts[];
  readonly requirement?: unknown;
  readonly message?: unknown;
}

/** A wrapper's inner schema, as often as there is one. */
function unwrapped(schema: Schema, value: unknown): Parts {
  let parts = schema as unknown as Parts;
  for (;;) {
    const inner = parts.wrapped ?? parts.getter?.(value);
    if (!inner) return parts;
    parts = inner;
  }
}

function alternatives(parts: Parts, value: unknown): Parts[] {
  const all = (parts.options ?? []).map((option) => unwrapped(option as Schema, value));
  const { key } = parts;
  const kind = key !== undefined && isObject(value) ? value[key] : undefined;
  const fitting = all.filter(({ entries }) => key && literalOf(entries?.[key], kind) === kind);
  return fitting.length > 0 ? fitting : all;
}

function literalOf(schema: Schema | undefined, value: unknown): unknown {
  return schema && unwrapped(schema, value).literal;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isChoice({ type }: Parts): boolean {
  return type === 'variant' || type === 'union';
}

/** The names of what an object may hold; places of a list are none. */
function keysIn(parts: Parts, value: unknown): string[] {
  if (isChoice(parts)) {
    return [...new Set(alternatives(parts, value).flatMap((option) => keysIn(option, value)))];
  }
  return Object.keys(parts.entries ?? {});
}

function childOf(parts: Parts, key: string, value: unknown): Schema | null {
  const { entries, items, item } = parts;
  if (key === parts.key) return v.picklist(kindsOf(parts));
  if (isChoice(parts)) {
    for (const option of alternatives(parts, value)) {
      const child = childOf(option, key, value);
      if (child) return child;
    }
    return null;
  }
  if (entries) return Object.hasOwn(entries, key) ? entries[key]! : null;
  // A list has the places that it has: what is new in it is written as a whole.
  if (!Array.isArray(value) || !/^\d+$/.test(key) || Number(key) >= value.length) return null;
  return items?.[Number(key)] ?? item ?? null;
}

/** A place that a schema does not have. */
export interface Missing {
  /** The longest part of the path that it has; empty where that is nothing. */
  readonly parent: string;
  /** What is there instead. */
  readonly known: readonly string[];
}

/**
 * The schema at a path such as `rl.steps` or `sets.0.sftSteps`.
 * @param value what is described, whose lists and variants decide what there is
 */
export function schemaAt(schema: Schema, path: string, value?: unknown): Schema | Missing {
  const parts = path.split('.');
  for (const [depth, key] of parts.entries()) {
    const place = unwrapped(schema, value);
    const child = childOf(place, key, value);
    if (!child) {
      const known = Array.isArray(value) ? [...value.keys()].map(String) : keysIn(place, value);
      return { parent: parts.slice(0, depth).join('.'), known };
    }
    value = isObject(value) ? value[key] : undefined;
    schema = child;
  }
  return schema;
}

export function isMissing(found: Schema | Missing): found is Missing {
  return 'known' in found;
}

/** The numbers that a schema allows; null where it is none of numbers. */
function rangeOf(schema: Schema): NumberRange | null {
  const parts = unwrapped(schema, undefined);
  return parts.type === 'number' ? rangeOfPipe(parts) : null;
}

/**
 * The limits of the number at a path.
 * @param value what is described: see {@link schemaAt}
 */
export function rangeAt(schema: Schema, path: string, value?: unknown): NumberRange {
  const found = schemaAt(schema, path, value);
  const range = isMissing(found) ? null : rangeOf(found);
  if (range) return range;
  throw new LabError('fault/no-number', { path });
}

/** Each check narrows what those before it allow. */
function rangeOfPipe({ pipe = [] }: Parts): NumberRange {
  return pipe.reduce<NumberRange>((range, action, i) => {
    if (action.kind === 'schema') return i === 0 ? { ...range, ...rangeOfPipe(action) } : range;
    const limit = Number(action.requirement);
    switch (action.type) {
      case 'integer':
        return { ...range, isInteger: true };
      case 'min_value':
        return { ...range, least: limit };
      case 'max_value':
        return { ...range, most: limit };
      case 'gt_value':
        return { ...range, above: limit };
      case 'check':
        return typeof action.message === 'string' ? { ...range, words: action.message } : range;
      default:
        return range;
    }
  }, {});
}

/** What a schema allows, to complete "it must be …". */
export function allowedBy(schema: Schema, value?: unknown): string {
  const words = allowedByParts(unwrapped(schema, value), value);
  return isNullable(schema) ? `${words}, or null` : words;
}

/** Whether null is a value at a path, where it stands for none. */
export function isNullableAt(schema: Schema, path: string): boolean {
  const found = schemaAt(schema, path);
  return !isMissing(found) && isNullable(found);
}

function isNullable(schema: Schema): boolean {
  const { type, wrapped } = schema as unknown as Parts;
  return type.startsWith('null') || (wrapped !== undefined && isNullable(wrapped));
}

function allowedByParts(parts: Parts, value: unknown): string {
  switch (parts.type) {
    case 'number':
      return rangeInWords(rangeOfPipe(parts));
    case 'boolean':
      return 'true or false';
    case 'string':
      return textWords(parts);
    case 'literal':
      return String(parts.literal);
    case 'picklist':
      return listed((parts.options ?? []).map(String));
    case 'union':
      return listed(alternatives(parts, value).map((option) => allowedByParts(option, value)));
    case 'array':
    case 'tuple':
      return 'a list in JSON, such as [1, 2]';
    case 'variant':
      return `an object in JSON whose ${parts.key} is ${listed(kindsOf(parts))}`;
    default:
      return `an object in JSON with ${keysIn(parts, value).join(', ')}`;
  }
}

/** A check of our own says what a text must be. */
function textWords({ pipe = [] }: Parts): string {
  const check = pipe.find(({ message }) => typeof message === 'string');
  return check ? `a text of ${String(check.message)}` : 'a text';
}

/** The name under which a variant's objects say which they are; null for other schemas. */
export function kindKeyOf(schema: Schema): string | null {
  return unwrapped(schema, undefined).key ?? null;
}

function kindsOf(parts: Parts): string[] {
  const { key = '', options = [] } = parts;
  return options.map((option) => {
    const { entries } = unwrapped(option as Schema, undefined);
    return String(literalOf(entries?.[key], undefined));
  });
}

/** `a, b or c`. */
export function listed(words: readonly string[]): string {
  const [last, ...before] = [...words].reverse();
  return before.length === 0 ? (last ?? '') : `${before.reverse().join(', ')} or ${last}`;
}
