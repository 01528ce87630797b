/** A setting of a configuration, by its path and a text: what links and `--set` say. */
import * as v from 'valibot';
import { LabError } from '../errors';
import { refusal } from './number';
import { valueAt, withValueAt } from './path';
import { allowedBy, isMissing, kindKeyOf, schemaAt, type Missing } from './schema';
import { unknownKey } from './unknown-key';

/** What is set, and by whom. */
export interface Target {
  readonly schema: v.GenericSchema;
  /** Such as `study`. */
  readonly what: string;
  /** Who sets it, as a sentence begins: `The link`. */
  readonly by: string;
}

/**
 * A copy of a configuration with the value that `text` stands for at `path`. The text is JSON; words
 * need no quotes, and the kind of a thing that has no other settings stands for it: `switch=end`. Only
 * the value itself is checked here, not how it goes with others. Throws {@link LabError}.
 */
export function assigned<C>(config: C, path: string, text: string, target: Target): C {
  const { schema: whole, by } = target;
  const schema = schemaAt(whole, path, config);
  if (isMissing(schema)) throw unknown(path, schema, target);
  const meant = meanings(schema, text);
  for (const value of meant) {
    const { success, output } = v.safeParse(schema, value);
    if (!success) continue;
    const dropped = unknownKey(value, output, path);
    const missing =
      dropped === null ? null : schemaAt(whole, dropped, withValueAt(config, path, value));
    if (dropped !== null && missing && isMissing(missing)) throw unknown(dropped, missing, target);
    return withValueAt(config, path, output);
  }
  const value = meant.find((one) => typeof one === 'object') ?? meant[0];
  const issue = v.safeParse(schema, value).issues?.[0];
  // What is too short or too long as a whole, its reader knows more words for.
  const isOfRightKind = issue?.kind === 'validation' && issue.path === undefined;
  if (isOfRightKind && typeof value === 'object') return withValueAt(config, path, value);
  throw refused(schema, value, { issue, path, text, by, before: valueAt(config, path) });
}

function unknown(path: string, missing: Missing, { by, what }: Target): LabError {
  return new LabError('setting/unknown', { by, path, what, ...missing });
}

interface Fault {
  readonly issue: v.BaseIssue<unknown> | undefined;
  readonly path: string;
  readonly text: string;
  readonly by: string;
  readonly before: unknown;
}

/** Why none of the meanings of a text is a value, at the part that is wrong. */
function refused(
  schema: v.GenericSchema,
  value: unknown,
  { issue, path, text, by, before }: Fault,
): LabError {
  const allowed = allowedBy(schema, before);
  if (typeof value === 'string' && allowed.includes('JSON')) {
    return new LabError('setting/not-json', { by, path, text, allowed });
  }
  const inner = issue && v.getDotPath(issue);
  const part = inner ? schemaAt(schema, inner, value) : null;
  if (!inner || !part || isMissing(part)) return refusal(path, text, allowed);
  const there = valueAt(value, inner);
  const words = typeof there === 'string' ? there : (JSON.stringify(there) as string | undefined);
  return refusal(`${path}.${inner}`, words ?? 'missing', allowedBy(part));
}

/** What a text can stand for, the most literal first. */
function meanings(schema: v.GenericSchema, text: string): unknown[] {
  const value = parsed(text);
  const key = kindKeyOf(schema);
  const bare = key === null ? text : { [key]: text };
  return value === undefined ? [bare] : [value, bare];
}

/** undefined where a text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
