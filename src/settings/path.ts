/** Places in plain JSON, by paths such as `rl.steps` or `sets.0.sftSteps`. */

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is at a path; undefined where nothing is. */
export function valueAt(whole: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((place, key) => {
    if (Array.isArray(place)) return place[Number(key)] as unknown;
    return isObject(place) && Object.hasOwn(place, key) ? place[key] : undefined;
  }, whole);
}

/** A copy with another value at a path that a schema has (see schema.ts); the rest is shared. */
export function withValueAt<Whole>(whole: Whole, path: string, value: unknown): Whole {
  return replaced(whole, path.split('.'), value) as Whole;
}

function replaced(place: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(place)) {
    return place.map((item: unknown, i) =>
      i === Number(key) ? replaced(item, rest, value) : item,
    );
  }
  const fields = isObject(place) ? place : {};
  return { ...fields, [key]: replaced(fields[key], rest, value) };
}

/** One setting that differs. */
export interface Difference {
  readonly path: string;
  /** undefined where it is not there. */
  readonly from: unknown;
  readonly to: unknown;
}

/** Under these, objects of several kinds say which they are; those of two kinds share no settings. */
const KIND_KEYS = ['kind', 'at', 'by'];

/**
 * Settings that differ, in the order of the first configuration. Lists, and objects of two kinds, are
 * compared as a whole.
 */
export function differences(from: unknown, to: unknown, path = ''): Difference[] {
  if (!isObject(from) || !isObject(to) || KIND_KEYS.some((key) => from[key] !== to[key])) {
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }];
  }
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return keys.flatMap((key) =>
    differences(from[key], to[key], path === '' ? key : `${path}.${key}`),
  );
}
