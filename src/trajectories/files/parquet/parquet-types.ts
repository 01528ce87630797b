/** The type of a Parquet column that holds JSON values, found from the values themselves. */
import type { SchemaElement } from 'hyparquet';

/** What all values of a column are; `mixed` values are written as their JSON. */
export type ColumnType =
  | { readonly is: 'nothing' | 'boolean' | 'integer' | 'number' | 'text' | 'mixed' }
  | { readonly is: 'list'; readonly item: ColumnType }
  | { readonly is: 'struct'; readonly fields: ReadonlyMap<string, ColumnType> };

const MIXED: ColumnType = { is: 'mixed' };
export const NOTHING: ColumnType = { is: 'nothing' };
/** An object with more fields is a map, whose keys are data. */
const MOST_FIELDS = 200;

/** The type of one value. */
export function typeOfValue(value: unknown): ColumnType {
  if (value === null || value === undefined) return NOTHING;
  if (typeof value === 'boolean') return { is: 'boolean' };
  if (typeof value === 'number') return { is: Number.isSafeInteger(value) ? 'integer' : 'number' };
  if (typeof value === 'string') return { is: 'text' };
  if (Array.isArray(value)) {
    return { is: 'list', item: value.map(typeOfValue).reduce(common, NOTHING) };
  }
  const fields = Object.entries(value).map(([name, field]) => [name, typeOfValue(field)] as const);
  // Parquet has no struct without fields.
  if (fields.length === 0 || fields.length > MOST_FIELDS) return MIXED;
  return { is: 'struct', fields: new Map(fields) };
}

/** The type that holds the values of both. */
export function common(a: ColumnType, b: ColumnType): ColumnType {
  if (a.is === 'nothing') return b;
  if (b.is === 'nothing') return a;
  if (a.is === 'list' && b.is === 'list') return { is: 'list', item: common(a.item, b.item) };
  if (a.is === 'struct' && b.is === 'struct') return commonStruct(a.fields, b.fields);
  if (a.is === b.is) return a;
  const areNumbers = [a, b].every(({ is }) => is === 'integer' || is === 'number');
  return areNumbers ? { is: 'number' } : MIXED;
}

function commonStruct(
  a: ReadonlyMap<string, ColumnType>,
  b: ReadonlyMap<string, ColumnType>,
): ColumnType {
  const fields = new Map(a);
  for (const [name, type] of b) fields.set(name, common(fields.get(name) ?? NOTHING, type));
  return fields.size > MOST_FIELDS ? MIXED : { is: 'struct', fields };
}

/** The column in a file's schema: the element, and those below it. */
export function schemaOf(name: string, type: ColumnType): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type.is) {
    case 'boolean':
      return [{ ...optional, type: 'BOOLEAN' }];
    case 'integer':
      return [{ ...optional, type: 'INT64' }];
    case 'number':
      return [{ ...optional, type: 'DOUBLE' }];
    case 'nothing':
    case 'text':
    case 'mixed':
      return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    case 'list':
      return [
        { ...optional, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...schemaOf('element', type.item),
      ];
    case 'struct':
      return [
        { ...optional, num_children: type.fields.size },
        ...[...type.fields].flatMap(([field, inner]) => schemaOf(field, inner)),
      ];
    default:
      return type satisfies never;
  }
}

/** A value as the writer wants it for its column. */
export function valueFor(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  switch (type.is) {
    case 'mixed':
      return JSON.stringify(value);
    case 'integer':
      return BigInt(value as number);
    case 'list':
      return (value as unknown[]).map((item) => valueFor(item, type.item));
    case 'struct': {
      const entries = [...type.fields].map(([name, inner]) => {
        const field = (value as Record<string, unknown>)[name];
        return [name, valueFor(field, inner)] as const;
      });
      return Object.fromEntries(entries);
    }
    case 'nothing':
    case 'boolean':
    case 'number':
    case 'text':
      return value;
    default:
      return type satisfies never;
  }
}
