import type { Issue } from '../../schema/issues';
import type { Failure, Spelled } from '../../schema/pieces';
import { failureSentence } from '../../sentences';
import { issueWords } from './issue';
import { counted } from './counted';

/** What is wrong with a table of trajectories. */
export type TableDamage =
  | { because: 'entries'; column: string; entries: number; rows: number }
  /** `level` counts from 0. */
  | { because: 'level'; level: number; levels: number }
  | { because: 'offsets'; tokens: number; rows: number }
  | { because: 'tokens'; tokens: number; end: number }
  | { because: 'token'; token: number; vocabulary: number };

/** What is wrong with a tensor of a checkpoint. */
export type TensorDamage =
  | { because: 'tensor-size'; numbers: number; model: number }
  | { because: 'tensor-value'; value: Spelled; index: number };

/** What is wrong with a record: against its schema, in its configuration, or otherwise. */
export type Damage =
  | Issue
  | Failure
  /** It lies under another's id. */
  | { because: 'owner'; kind: 'run' | 'set'; id: string }
  | { because: 'incomplete'; kind: 'events' | 'trajectories'; there: number; of: number }
  | { because: 'rows-missing'; from: number }
  | { because: 'measure-size'; numbers: number; trajectories: number }
  | { because: 'chunk'; row: number; damage: TableDamage }
  | { because: 'tensor'; tensor: string; damage: TensorDamage };

function tableWords(damage: TableDamage): string {
  switch (damage.because) {
    case 'entries':
      return `${damage.column} has ${damage.entries} entries for ${damage.rows} rows`;
    case 'level':
      return `a row is of level ${damage.level + 1} of ${damage.levels}`;
    case 'offsets':
      return `the offsets do not divide ${damage.tokens} tokens into ${damage.rows} rows`;
    case 'tokens':
      return `there are ${damage.tokens} tokens and the offsets end at ${damage.end}`;
    case 'token':
      return `a token is ${damage.token}; the vocabulary has ${damage.vocabulary}`;
    default:
      return damage satisfies never;
  }
}

function tensorWords(damage: TensorDamage): string {
  return damage.because === 'tensor-size'
    ? `has ${damage.numbers} numbers and the model ${damage.model}`
    : `holds ${damage.value} at index ${damage.index}`;
}

function damageWords(how: Damage): string {
  if ('path' in how) return issueWords(how, 'the record');
  switch (how.because) {
    case 'owner':
      return `its record belongs to ${how.kind} ${how.id}`;
    case 'incomplete':
      return `${how.there} of its ${how.of} ${how.kind} are there in order`;
    case 'rows-missing':
      return `the rows from ${how.from} on are missing`;
    case 'measure-size':
      return `it has ${how.numbers} numbers for ${how.trajectories} trajectories`;
    case 'chunk':
      return `in the chunk at row ${how.row}, ${tableWords(how.damage)}`;
    case 'tensor':
      return `${how.tensor} ${tensorWords(how.damage)}`;
    default:
      return `in its configuration, ${failureSentence(how).replace(/\.$/, '')}`;
  }
}

/** What can go wrong with storage. */
export const STORAGE_ERRORS = {
  /** The browser gives this page no database, as in some private windows. */
  'storage/refused': () =>
    'This browser refuses to store data for this page, as some private windows do: allow it site data, or use an ordinary window.',
  'storage/full': () =>
    'The browser’s storage is full: delete runs or trajectory sets that are no longer needed, or free disk space.',
  /** The database was made by a newer version of the lab. */
  'storage/newer': () =>
    'The stored runs belong to a newer version of the lab: reload this page, and close other tabs of the lab.',
  /** One record was written by a newer version of the lab. */
  'storage/newer-format': ({ format, newest }: { format: number; newest: number }) =>
    `It was written by a newer version of the lab (format ${format}; this one reads up to ${newest}): reload the page, or bring the lab up to date.`,
  /** An older version of the lab holds the database open. */
  'storage/blocked': () =>
    'An older version of the lab is open in another tab and holds the stored runs: close that tab, then reload this page.',
  'storage/failed': ({ name, message }: { name: string; message: string }) =>
    `The browser’s storage failed (${name}: ${message}).`,
  'storage/missing': ({ what, id }: { what: 'run' | 'study' | 'trajectory set'; id: string }) =>
    `There is no ${what} ${id}; it may have been deleted.`,
  'storage/study-deleted': () => 'The study has been deleted.',
  'storage/no-measure': ({ set, measure }: { set: string; measure: string }) =>
    `"${set}" has no measure "${measure}".`,
  /** What was read back is not what the lab writes. */
  'storage/damaged': ({
    what,
    how,
    remedy,
  }: {
    what: string;
    how: Damage | string;
    remedy: string;
  }) =>
    // Failed jobs of studies keep sentences of earlier versions.
    `${what} cannot be read: ${typeof how === 'string' ? how : damageWords(how)}. It was damaged, or written by another version of the lab. ${remedy}`,
  'storage/short-log': ({ run, has, asked }: { run: string; has: number; asked: number }) =>
    `The log of run ${run} has ${counted(has, 'event')}; it cannot be cut to ${asked}.`,
  'storage/short-measure': ({ set, has, size }: { set: string; has: number; size: number }) =>
    `The measure has ${counted(has, 'number')}; "${set}" has ${counted(size, 'trajectory', 'trajectories')}. Measure the set again.`,
  'storage/short-set': ({ set, from }: { set: string; from: number }) =>
    `Trajectory set "${set}" cannot be read: the rows from ${from} on are missing. Delete the set.`,
  /** The run is being trained here. */
  'storage/live': () => 'This run is being trained. Stop it first, then delete it.',
  'storage/live-elsewhere': () => 'This is being trained in another tab. Go on there.',
  'storage/no-name': () => 'The set has no name; give it one.',
  'storage/set-size': ({ rows, counted: stated }: { rows: number; counted: number }) =>
    `The set has ${counted(rows, 'trajectory', 'trajectories')} and its statistics count ${stated}; a set needs at least one, and both must agree.`,
  'storage/rows': (facts: { from: number; to: number; set: string; size: number }) =>
    `Rows ${facts.from} to ${facts.to} were asked for; "${facts.set}" has rows 0 to ${facts.size}.`,
};
