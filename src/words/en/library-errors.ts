/** What the library of trajectory sets cannot do as asked. */
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
    `None of the ${rows} rows of ${file} can be kept; the report says why.`,
};
