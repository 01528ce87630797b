/** A study on a set of a library, and the library. */
import type { StudyLibrary } from '../../../src/runtime/studies/study-rows';
import type { StudyConfig } from '../../../src/studies/study-config';
import { createTask, type TaskSettings } from '../../../src/tasks';
import { digestOf } from '../../../src/trajectories/digest';
import { generateTables } from '../../../src/trajectories/generate';
import { statisticsOf } from '../trajectories/statistics-of';
import { joinTables, type TrajectoryTable } from '../../../src/trajectories/table';

/** What the study's first seed makes for itself as its first set. */
function tableOf({ run, sets, seeds }: StudyConfig): TrajectoryTable {
  const made = generateTables(createTask(run.task), sets[0]!.recipe, seeds[0]!);
  return joinTables([...made].flatMap((event) => (event.type === 'chunk' ? [event.table] : [])));
}

/** The study with its first set, called `mine`, taken from a library; and that library. */
export function onLibrarySet(made: StudyConfig) {
  const rows = tableOf(made);
  const statistics = statisticsOf(createTask(made.run.task), rows);
  const [set] = made.sets;
  const { expert } = set!.recipe;
  const recipe = { name: 'mine', size: rows.rows, levels: [...statistics.perLevel], expert };
  const librarySet = { id: 'set-1', digest: digestOf(rows) };
  const study: StudyConfig = {
    ...made,
    run: { ...made.run, trajectories: recipe, librarySet },
    sets: [{ ...set!, recipe, librarySet }],
  };
  /** @param task what the library says of the set */
  const libraryOf = (task: TaskSettings = made.run.task): StudyLibrary => {
    const origin = { kind: 'generated', seed: 0, recipe } as const;
    const about = { name: 'Mine', task, origin, statistics, extras: [], createdAt: 0 };
    return {
      listSets: async () => [{ ...librarySet, ...about, measures: [] }],
      readTable: async () => rows,
    };
  };
  return { study, libraryOf };
}
