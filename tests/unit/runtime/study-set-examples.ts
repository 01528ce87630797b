/** A study on a set of a library, and the library. */
import type { StudyLibrary } from '../../../src/runtime/studies/study-rows';
import type { StudyConfig } from '../../../src/studies/study-config';
import { createTask, type TaskSettings } from '../../../src/tasks';
import { TableDigest } from '../../../src/trajectories/digest';
import { generateTables } from '../../../src/trajectories/generate';
import { statisticsOf } from '../../../src/trajectories/statistics';
import { joinTables, type TrajectoryTable } from '../../../src/trajectories/table';

/** What the study's first seed makes for itself as its first set. */
function tableOf({ run, sets, seeds }: StudyConfig): TrajectoryTable {
  const made = generateTables(createTask(run.task), sets[0]!.recipe, seeds[0]!);
  return joinTables([...made].flatMap((event) => (event.type === 'chunk' ? [event.table] : [])));
}

function digestOf(table: TrajectoryTable): string {
  const digest = new TableDigest();
  digest.add(table);
  return digest.value();
}

let remembered: TrajectoryTable | null = null;

/** The library of the last study of {@link onLibrarySet}, whose set may be said to be of another task. */
export function libraryOf(
  { run, sets }: StudyConfig,
  { task = run.task }: { task?: TaskSettings } = {},
) {
  const table = remembered!;
  const { librarySet, recipe } = sets[0]!;
  const record = {
    ...librarySet!,
    name: 'Mine',
    task,
    origin: { kind: 'generated', seed: 0, recipe } as const,
    statistics: statisticsOf(createTask(run.task), table),
    extras: [],
    createdAt: 0,
    measures: [],
  };
  return { listSets: async () => [record], readTable: async () => table } satisfies StudyLibrary;
}

/** The study with its first set taken from a library, under the name `mine`. */
export function onLibrarySet(made: StudyConfig): { study: StudyConfig; library: StudyLibrary } {
  const table = tableOf(made);
  remembered = table;
  const { expert } = made.sets[0]!.recipe;
  const { perLevel } = statisticsOf(createTask(made.run.task), table);
  const recipe = { name: 'mine', size: table.rows, levels: [...perLevel], expert };
  const librarySet = { id: 'set-1', digest: digestOf(table) };
  const study: StudyConfig = {
    ...made,
    run: { ...made.run, trajectories: recipe, librarySet },
    sets: [{ ...made.sets[0]!, recipe, librarySet }],
  };
  return { study, library: libraryOf(study) };
}
