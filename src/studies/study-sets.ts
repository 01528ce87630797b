/**
 * Sets of the library that a study trains on. A study keeps their rows, so that it goes on and opens
 * elsewhere without the library that they came from; files hold them as the library exports them.
 */
import { LabError, messageOf } from '../errors';
import { createTask, levelCount, type SetRecipe } from '../tasks';
import { digestOf } from '../trajectories/digest';
import { encodeRow } from '../trajectories/files/encode-row';
import { exportLines, nameOfColumn } from '../trajectories/files/export';
import { NO_MAPPING } from '../trajectories/files/mapping/mapping';
import { rowReader } from '../trajectories/files/mapping/shapes';
import { TableBuilder, type TrajectoryTable } from '../trajectories/table';
import type { StudyConfig } from './study-config';

/** The rows of sets, by the digest of each. */
export type SetTables = ReadonlyMap<string, TrajectoryTable>;

/** A set of the library as a study names it. */
export interface NamedSet {
  readonly recipe: SetRecipe;
  readonly digest: string;
}

type Named = Pick<StudyConfig, 'sets' | 'run' | 'paradigms'>;

/** The sets of the library that a study names, each once. */
export function librarySetsOf({ sets, run, paradigms }: Named): NamedSet[] {
  const shared = { recipe: run.trajectories, librarySet: run.librarySet };
  const all = paradigms.length > 0 ? [...sets, shared] : sets;
  const named = all.flatMap(({ recipe, librarySet }) =>
    librarySet ? [[librarySet.digest, { recipe, digest: librarySet.digest }] as const] : [],
  );
  return [...new Map(named).values()];
}

/** Where the rows of a set lie, beside study.json: in a bundle, and in a folder of the terminal. */
export function setPath({ recipe }: NamedSet): string {
  return `sets/${recipe.name}.jsonl`;
}

/** Rows as JSONL with `prompt`, `completion`, `level` and `answer`. */
export function writeSetText({ run }: Pick<StudyConfig, 'run'>, table: TrajectoryTable): string {
  return [...exportLines(createTask(run.task), table, 'prompt-completion')].join('');
}

/** As {@link writeSetText} writes rows. */
const WRITTEN = {
  ...NO_MAPPING,
  prompt: ['prompt'],
  completion: ['completion'],
  answer: 'answer',
  level: 'level',
};

/** Reads what {@link writeSetText} wrote; throws an error of `study` for a line that is not a row. */
export function readSetText(
  { run }: Pick<StudyConfig, 'run'>,
  { recipe }: NamedSet,
  text: string,
): TrajectoryTable {
  const task = createTask(run.task);
  const builder = new TableBuilder();
  const read = rowReader(WRITTEN, (whole) => task.splitText(whole));
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') continue;
    try {
      const { extras, ...row } = read(JSON.parse(line));
      const named = Object.entries(extras).map(([name, value]) => [nameOfColumn(name), value]);
      builder.add(encodeRow(task, { ...row, extras: Object.fromEntries(named) as typeof extras }));
    } catch (error) {
      const reason = messageOf(error);
      throw new LabError('study/set-line', { line: i + 1, set: recipe.name, reason });
    }
  }
  return builder.table();
}

/** Throws an error of `study` where the rows are not those that the study names. */
export function requireNamed(
  { run }: Pick<StudyConfig, 'run'>,
  { recipe, digest }: NamedSet,
  table: TrajectoryTable,
): void {
  const found = digestOf(table);
  if (found !== digest) {
    throw new LabError('study/other-rows', { set: recipe.name, has: found, wanted: digest });
  }
  requireMeasures(recipe, table, levelCount(run.task));
}

/** Figures tell a set's size and difficulty from what the study says of it. */
function requireMeasures({ name, size, levels }: SetRecipe, table: TrajectoryTable, count: number) {
  const perLevel = Array<number>(count).fill(0);
  for (const level of table.levels) perLevel[level]! += 1;
  if (size === table.rows && JSON.stringify(levels) === JSON.stringify(perLevel)) return;
  throw new LabError('study/recipe', {
    set: name,
    rows: table.rows,
    perLevel,
    size,
    levels: levels === 'balanced' ? levels : levels.join(', '),
  });
}
