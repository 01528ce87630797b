/** What was counted on the levels of a benchmark, as columns of a CSV. */
import { levelName, type LevelResult } from '../../theory';

/** A level's columns by name, in which levels count from 1; without values where nothing was counted. */
export function levelColumns(
  level: number,
  counted: LevelResult | undefined,
): (readonly [name: string, value: number | null])[] {
  return (['successes', 'samples', 'problems'] as const).map((count) => [
    `level_${levelName(level)}_${count}`,
    counted?.[count] ?? null,
  ]);
}
