/** The cells of a map as its figure shows them: what was measured in each, and what the surface expects. */
import type { ReportedResults } from '../../studies/study-results';
import {
  isSurfaceData,
  Surface,
  surfaceData,
  type CeilingVerdict,
  type Estimate,
  type NoSurface,
  type SurfaceOf,
} from '../../theory';
import type { SurfaceFits } from '../../studies/analysis';
import { createTask } from '../../tasks';
import type { Shown } from '../drawing/numbers';
import { openPeak } from '../open-ceilings';
import type { SetPicture } from '../set-picture';

/** What a surface is of, as an axis names it. */
export const OUTCOME: Readonly<Record<SurfaceOf, string>> = {
  ceiling: 'expected A_post',
  end: 'expected after RL',
};

/**
 * Share of the ceilings that have to be identified for their surface to be drawn. An open one may be
 * anything up to 100 with equal right, and a surface through many of them says little but that.
 */
const ENOUGH_IDENTIFIED = 0.8;

/** A set on the map. */
export interface MapCell {
  readonly name: string;
  /** Trajectories. */
  readonly size: number;
  readonly difficulty: number;
  /** Measured at the end of RL from the branch point with the highest ceiling, in percent. */
  readonly end: Shown;
  /** Of that ceiling over all seeds; null where nothing could be fitted. */
  readonly verdict: CeilingVerdict['is'] | null;
  readonly expected: Estimate;
  readonly seeds: number;
}

/** The sets of one difficulty, from the smallest. */
export interface MapLine {
  /** Such as "easy (2.4)". */
  readonly label: string;
  readonly difficulty: number;
  readonly cells: readonly MapCell[];
}

export interface MapPicture {
  /** The one that is drawn. */
  readonly surface: Surface;
  /** What it is of: the ceilings, or what was measured where too many of them are open. */
  readonly of: SurfaceOf;
  readonly surfaces: Readonly<Record<SurfaceOf, Surface>>;
  /** Ceilings of single seeds, and how many of them are identified. */
  readonly ceilings: number;
  readonly identified: number;
  /** From the easiest. */
  readonly lines: readonly MapLine[];
  readonly sizes: readonly number[];
  /** What difficulty is, with its unit. */
  readonly difficultyTitle: string;
}

function cellOf(set: SetPicture, surface: Surface): MapCell | null {
  const { name, size, difficulty, branches, peak } = set;
  if (!size || difficulty === null) return null;
  const branch = openPeak(set)?.branch ?? peak ?? branches[0];
  if (!branch?.final) return null;
  return {
    name,
    size,
    difficulty,
    end: branch.final,
    verdict: branch.fit?.verdict.is ?? null,
    expected: surface.at(size, difficulty),
    seeds: branch.seeds,
  };
}

/** What the names of sets have in common at their beginning: "easy" of "easy-80" and "easy-250". */
export function commonName(names: readonly string[]): string {
  const [first = ''] = names;
  let length = first.length;
  for (const name of names) {
    while (!name.startsWith(first.slice(0, length))) length -= 1;
  }
  const common = names.length > 1 ? first.slice(0, length) : first;
  return common.replace(/[\s_-]*\d*$/, '');
}

/** Such as "3.5". */
export function difficultyLabel(difficulty: number): string {
  return String(Number(difficulty.toFixed(2)));
}

function linesOf(cells: readonly MapCell[], difficulties: readonly number[]): MapLine[] {
  return difficulties.map((difficulty) => {
    const own = cells
      .filter((cell) => cell.difficulty === difficulty)
      .toSorted((a, b) => a.size - b.size);
    const name = commonName(own.map((cell) => cell.name));
    const value = difficultyLabel(difficulty);
    return { label: name === '' ? value : `${name} (${value})`, difficulty, cells: own };
  });
}

/** The map of a study; null until its surfaces are fitted, or the reason why it has none. */
export function mapPicture(
  { cells, config }: ReportedResults,
  sets: readonly SetPicture[],
  fits: SurfaceFits | null,
): MapPicture | NoSurface | null {
  const own = cells.map(({ cell }) => cell);
  const [data, ends] = [surfaceData(own, 'ceiling'), surfaceData(own, 'end')];
  if (!isSurfaceData(data)) return data;
  if (!isSurfaceData(ends)) return ends;
  if (!fits) return null;
  const surfaces = { ceiling: new Surface(data, fits.ceiling), end: new Surface(ends, fits.end) };
  const identified = data.points.filter(({ isOpen }) => !isOpen).length;
  const of = identified >= ENOUGH_IDENTIFIED * data.points.length ? 'ceiling' : 'end';
  const surface = surfaces[of];
  const placed = sets.flatMap((set) => cellOf(set, surface) ?? []);
  const { task } = config.run;
  return {
    surface,
    of,
    surfaces,
    ceilings: data.points.length,
    identified,
    lines: linesOf(placed, surface.data.difficulties),
    sizes: surface.data.sizes,
    difficultyTitle: difficultyTitle(task ? createTask(task).levels : null),
  };
}

/** As a task names its levels, such as "L3 · 3 operators". */
const LEVEL_UNIT = /(\d+) ([a-z]+)$/;

/** "mean number of operators" where the third level has three of them, and so on; else the mean level. */
export function difficultyTitle(levels: readonly string[] | null): string {
  if (!levels) return 'difficulty';
  const units = levels.map((name, place) => {
    const [, count, unit = ''] = LEVEL_UNIT.exec(name) ?? [];
    return Number(count) === place + 1 ? unit.replace(/s$/, '') : null;
  });
  const [unit] = units;
  const isCount = unit && units.every((each) => each === unit);
  return isCount ? `mean number of ${unit}s` : 'mean level';
}
