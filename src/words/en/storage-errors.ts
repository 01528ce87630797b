import type { Issue } from '../../schema/issues';
import type { Failure } from '../../schema/pieces';
import { failureSentence } from '../../sentences';
import { issueWords } from './issue';

/** What is wrong with a record: against its schema, in its configuration, or otherwise. */
export type Damage = Issue | Failure | string;

function damageWords(how: Damage): string {
  if (typeof how === 'string') return how;
  if ('path' in how) return issueWords(how, 'the record');
  return `in its configuration, ${failureSentence(how).replace(/\.$/, '')}`;
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
  'storage/damaged': ({ what, how, remedy }: { what: string; how: Damage; remedy: string }) =>
    `${what} cannot be read: ${damageWords(how)}. It was damaged, or written by another version of the lab. ${remedy}`,
  'storage/short-log': ({ run, has, asked }: { run: string; has: number; asked: number }) =>
    `The log of run ${run} has ${has} events; it cannot be cut to ${asked}.`,
  'storage/short-measure': ({ set, has, size }: { set: string; has: number; size: number }) =>
    `The measure has ${has} numbers; "${set}" has ${size} trajectories. Measure the set again.`,
  'storage/short-set': ({ set, from }: { set: string; from: number }) =>
    `Trajectory set "${set}" cannot be read: the rows from ${from} on are missing. Delete the set.`,
  /** The run is being trained here. */
  'storage/live': () => 'This run is being trained. Stop it first, then delete it.',
  'storage/live-elsewhere': () => 'This run is being trained in another tab. Go on there.',
  'storage/no-name': () => 'The set has no name; give it one.',
  'storage/set-size': ({ rows, counted }: { rows: number; counted: number }) =>
    `The set has ${rows} trajectories and its statistics count ${counted}; a set needs at least one, and both must agree.`,
  'storage/rows': (facts: { from: number; to: number; set: string; size: number }) =>
    `Rows ${facts.from} to ${facts.to} were asked for; "${facts.set}" has rows 0 to ${facts.size}.`,
};
