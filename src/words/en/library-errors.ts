/** What the library of trajectory sets cannot do as asked. */
import { counted } from './counted';

export const LIBRARY_ERRORS = {
  'library/busy': () => 'The library is at work: wait until it has finished, or cancel it.',
  'library/not-open': ({ set }: { set: string }) =>
    `The set ${set} is not open: ask for its rows first.`,
  'library/no-overlap': ({ first, second }: { first: string; second: string }) =>
    `"${first}" and "${second}" belong to different tasks, so they have no trajectory in common.`,
  'library/source-changed': ({ set, source }: { set: string; source: string }) =>
    `"${set}" was made from "${source}", which has changed.`,
  'library/from-file': ({ set, file }: { set: string; file: string }) =>
    `"${set}" came from the file ${file}: import that file again.`,
  'library/no-source': () => 'No set was chosen to derive from; choose one or more.',
  'library/other-task': ({ first, second }: { first: string; second: string }) =>
    `"${first}" and "${second}" belong to different tasks; only sets of one task can be merged.`,
  'library/no-file': () => 'No file has been read; read one first.',
  'library/no-rows': ({ rows, file }: { rows: number; file: string }) =>
    `${rows === 1 ? 'The only row' : `None of the ${counted(rows, 'row')}`} of ${file} can${rows === 1 ? 'not' : ''} be kept; the report says why.`,
  'library/none-for-run': ({ set }: { set: string }) =>
    `The run trains on "${set}", a set of the library, and there is no library here. Start it in the browser that keeps the set.`,
  'library/set-changed': ({ set, digest }: { set: string; digest: string }) =>
    `The library no longer has what "${set}" held when it was chosen (digest ${digest}): it was deleted or changed. Bring it back under Trajectories: undo the deletion, make it again with its settings and seed, or import its file. Its name does not matter. Or choose another set for a new run.`,
  'library/no-run-storage': ({ run }: { run: string }) =>
    `The run ${run} cannot be read: there is no storage here.`,
  'library/no-checkpoint': ({ run, slot }: { run: string; slot: string }) =>
    `The run ${run} has no checkpoint "${slot}": it has not got that far. Choose another policy.`,
  'library/none': () => 'There is no library of sets here, so none is measured.',
};
