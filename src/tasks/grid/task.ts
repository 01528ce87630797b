/**
 * Paths in a grid with walls: the task that one can see. A level is a range of shortest
 * lengths; a trajectory lists the cells that are visited after the start, the goal last.
 *
 *   prompt       1 6 11 > 12 @ 0          (walls in ascending order, > goal, @ start)
 *   completion   5 10 15 16 17 12 $
 *
 * Symbols are separated by spaces, since cells have up to three digits. The number of walls is fixed,
 * so every prompt has the same length and each of its tokens a place of its own.
 */
import { LabError } from '../../errors';
import { MODEL_LIMITS } from '../../model/config';
import { Tokenizer } from '../../model/tokenizer';
import type { Random } from '../../random';
import { drawInPart } from '../parts';
import {
  checkLevel,
  happens,
  type ExpertSettings,
  type GivenFacts,
  type HeldOutVariant,
  type Illustration,
  type Part,
  type Problem,
  type Task,
  TaskFrame,
  type Verification,
} from '../task';
import { GridMap, UNREACHABLE } from './map';
import type { GridSettings } from './settings';
import { noisyWalk } from './walk';
import { counted } from '../../words/en/counted';

/** A path in its grid, as it is drawn. */
export interface GridIllustration extends Illustration {
  readonly form: 'grid';
  readonly side: number;
  readonly walls: readonly number[];
  readonly start: number;
  readonly goal: number;
  /** The cells visited after the start. */
  readonly path: readonly number[];
  /** Index in `path` of the first move that is not legal; null where all are. */
  readonly firstFault: number | null;
}

/** What a prompt says. */
interface Maze {
  readonly isWall: Uint8Array;
  readonly start: number;
  readonly goal: number;
}

/** Walls that the held-out grids lack. */
const FEWER_WALLS = 2;

/** Random grids tried for one problem; where the level is possible at all, some hundreds do. */
const MOST_GRIDS = 50_000;

function checkSettings({ side, walls, longestPerLevel, responseLength }: GridSettings): void {
  const largest = Math.floor(Math.sqrt(Math.min(MODEL_LIMITS.vocabSize[1] - 4, UNREACHABLE)));
  if (!Number.isInteger(side) || side < 2 || side > largest) {
    throw new LabError('task/grid-side', { side, largest });
  }
  const mostWalls = side * side - 2;
  if (!Number.isInteger(walls) || walls < 0 || walls > mostWalls) {
    throw new LabError('task/grid-walls', { walls, side, most: mostWalls });
  }
  const ascending = longestPerLevel.every(
    (n, i) => Number.isInteger(n) && n > (longestPerLevel[i - 1] ?? 0),
  );
  if (longestPerLevel.length === 0 || !ascending) {
    throw new LabError('task/grid-paths', { paths: longestPerLevel });
  }
  const longest = longestPerLevel.at(-1)!;
  const most = MODEL_LIMITS.contextLength[1] - walls - 4;
  if (!Number.isInteger(responseLength) || responseLength <= longest || responseLength > most) {
    throw new LabError('task/grid-response', { tokens: responseLength, least: longest + 1, most });
  }
}

/** The grid task; throws an error of `task` for settings outside its limits. */
export class GridTask extends TaskFrame implements Task {
  readonly map: GridMap;
  readonly heldOut: HeldOutVariant | null;
  readonly #distances: Uint8Array;

  constructor(readonly settings: GridSettings) {
    checkSettings(settings);
    const { side, walls, longestPerLevel } = settings;
    const map = new GridMap(side);
    const cells = Array.from({ length: map.cells }, (_, cell) => String(cell));
    super({
      name: `Paths in a ${side} × ${side} grid`,
      tokenizer: new Tokenizer([...cells, '$', '>', '@', '_'], ' '),
      levels: longestPerLevel.map((last, i) => {
        const first = (longestPerLevel[i - 1] ?? 0) + 1;
        const range = first === last ? String(first) : `${first}–${last}`;
        return `L${i + 1} · ${range} move${last === 1 ? '' : 's'}`;
      }),
      promptLength: walls + 4,
      completionLength: settings.responseLength,
      stop: '$',
      pad: '_',
    });
    this.map = map;
    this.#distances = new Uint8Array(map.cells);
    this.heldOut = this.#heldOut();
  }

  /** First number of moves of a level. */
  #shortest(level: number): number {
    return (this.settings.longestPerLevel[level - 1] ?? 0) + 1;
  }

  /** Grids with fewer walls; some are named twice, since a prompt has a fixed length. */
  #heldOut(): HeldOutVariant | null {
    const { walls, longestPerLevel, side } = this.settings;
    const fewer = walls - FEWER_WALLS;
    if (fewer < 1) return null;
    // What is farther than the corners are takes detours, for which the walls are too few.
    const levels = [...longestPerLevel.keys()].filter(
      (level) => this.#shortest(level) <= 2 * (side - 1),
    );
    return {
      description: `${counted(fewer, 'wall')} instead of ${walls}`,
      levels,
      draw: (random, level) => {
        const { maze, problem } = this.#draw(random, level, fewer);
        return { ...problem, prompt: this.#promptOf(maze, random) };
      },
      includes: (prompt) => {
        const named = prompt.split(' ').slice(0, walls);
        return new Set(named).size < named.length;
      },
    };
  }

  draw(random: Random, level: number, part: Part): Problem {
    return drawInPart(part, () => this.#draw(random, level, this.settings.walls).problem);
  }

  /** Random walls and goal, until some cell lies as far from the goal as the level wants. */
  #draw(random: Random, level: number, walls: number): { maze: Maze; problem: Problem } {
    const { longestPerLevel } = this.settings;
    const shortest = this.#shortest(level);
    const longest = longestPerLevel[level]!;
    const cells = Uint16Array.from({ length: this.map.cells }, (_, cell) => cell);
    const isWall = new Uint8Array(this.map.cells);
    for (let i = 0; i < MOST_GRIDS; i++) {
      shuffleFirst(cells, walls + 1, random);
      isWall.fill(0);
      for (let w = 0; w < walls; w++) isWall[cells[w]!] = 1;
      const goal = cells[walls]!;
      if (this.map.distancesTo(goal, isWall, this.#distances) < shortest) continue;
      const starts = [...this.#distances.keys()].filter(
        (cell) => this.#distances[cell]! >= shortest && this.#distances[cell]! <= longest,
      );
      const start = starts[random.integer(starts.length)]!;
      const maze = { isWall, start, goal };
      return { maze, problem: this.#problem(maze) };
    }
    throw new LabError('task/grid-draws', { draws: MOST_GRIDS, shortest, longest });
  }

  /** Describes a maze; the distances to its goal must be in place. */
  #problem({ isWall, start, goal }: Maze): Problem {
    const moves = this.#distances[start]!;
    const walls = wallsOf(isWall).join(' ');
    const level = this.settings.longestPerLevel.findIndex((longest) => moves <= longest);
    const around = walls === '' ? '' : ` around ${walls}`;
    return {
      level,
      prompt: `${walls} > ${goal} @ ${start}`.trimStart(),
      // It says all that a right path must keep to, so that it can be judged without the prompt.
      answer: `${counted(moves, 'move')} from ${start} to ${goal}${around}`,
    };
  }

  /** A prompt that names some of too few walls again. */
  #promptOf({ isWall, start, goal }: Maze, random: Random): string {
    const walls = wallsOf(isWall);
    const named = [...walls];
    while (named.length < this.settings.walls) named.push(walls[random.integer(walls.length)]!);
    return `${named.sort((a, b) => a - b).join(' ')} > ${goal} @ ${start}`;
  }

  read(prompt: string, given: GivenFacts = {}): Problem {
    const maze = this.#maze(prompt);
    this.map.distancesTo(maze.goal, maze.isWall, this.#distances);
    const moves = this.#distances[maze.start]!;
    const longest = this.settings.longestPerLevel.at(-1)!;
    if (moves === UNREACHABLE) {
      throw new LabError('task/grid-closed', { prompt });
    }
    if (moves < 1 || moves > longest) {
      throw new LabError('task/grid-far', { prompt, moves, longest });
    }
    const problem = this.#problem(maze);
    if (given.answer !== undefined && given.answer !== problem.answer) {
      throw new LabError('task/answer', { given: given.answer, answer: problem.answer });
    }
    checkLevel(this.levels, problem.level, given.level);
    return problem;
  }

  splitText(text: string): { prompt: string; completion: string } {
    const symbols = text.split(' ');
    return {
      prompt: symbols.slice(0, this.promptLength).join(' '),
      completion: symbols.slice(this.promptLength).join(' '),
    };
  }

  padPrompt(ids: readonly number[]): number[] {
    if (ids.length === this.promptLength) return [...ids];
    throw new LabError('task/grid-symbols', {
      prompt: this.tokenizer.decode(ids),
      symbols: ids.length,
      walls: this.settings.walls,
      length: this.promptLength,
    });
  }

  solve({ prompt }: Problem, random: Random, expert: ExpertSettings): string {
    if (expert.skip > 0 || expert.answerOnly > 0) {
      throw new LabError('task/leave-out', { skip: expert.skip, answerOnly: expert.answerOnly });
    }
    const maze = this.#maze(prompt);
    const path = happens(random, expert.wander)
      ? noisyWalk(this.map, maze, { random, mostMoves: this.completionLength - 1 })
      : this.#expertPath(maze, random, expert.error);
    if (happens(random, expert.verbose)) this.#addDetour(path, maze, random);
    if (happens(random, expert.wrong)) this.#missGoal(path, maze, random);
    return `${path.join(' ')} $`;
  }

  /**
   * A step to a free neighbour and back, where the completion has room for two more moves. The path is
   * legal and too long, which the verifier finds wrong.
   */
  #addDetour(path: number[], { isWall, start }: Maze, random: Random): void {
    if (path.length + 2 > this.completionLength - 1) return;
    const at = random.integer(path.length);
    const cell = path[at - 1] ?? start;
    const free = this.map.neighbours[cell]!.filter((next) => isWall[next] === 0);
    path.splice(at, 0, free[random.integer(free.length)]!, cell);
  }

  /** The last move leads beside the goal. */
  #missGoal(path: number[], { start, goal }: Maze, random: Random): void {
    const from = path.at(-2) ?? start;
    const others = this.map.neighbours[from]!.filter((next) => next !== goal);
    path[path.length - 1] = others[random.integer(others.length)]!;
  }

  /** One shortest path, ties broken at random; with probability `error` a move is any legal one. */
  #expertPath({ isWall, start, goal }: Maze, random: Random, error: number): number[] {
    const distances = this.#distances;
    this.map.distancesTo(goal, isWall, distances);
    const path: number[] = [];
    let cell = start;
    while (cell !== goal) {
      // A detour is possible while the shortest way back still fits the completion.
      const room = this.completionLength - 1 - path.length - 1;
      const strays = error > 0 && random.chance(error);
      const moves = this.map.neighbours[cell]!.filter((next) =>
        strays ? distances[next]! <= room : distances[next] === distances[cell]! - 1,
      );
      cell = moves[moves.length === 1 ? 0 : random.integer(moves.length)]!;
      path.push(cell);
    }
    return path;
  }

  verify(answer: string, completion: ArrayLike<number>): Verification {
    const { moves, isWall, start, goal } = this.#readAnswer(answer);
    const limit = Math.min(completion.length, this.completionLength);
    let cell = start;
    let isLegal = true;
    for (let made = 0; made < limit; made++) {
      const token = completion[made]!;
      if (token === this.stopToken) {
        if (made === 0) break;
        const correct = isLegal && cell === goal && made === moves;
        return { correct, wellFormed: true, answer: `${counted(made, 'move')}` };
      }
      if (token >= this.map.cells) break;
      isLegal &&= isWall[token] === 0 && this.map.neighbours[cell]!.includes(token);
      cell = token;
    }
    return { correct: false, wellFormed: false, answer: null };
  }

  /** Its path ends before the first symbol that is not a cell. */
  illustrate(prompt: string, completion: string): GridIllustration {
    const { isWall, start, goal } = this.#maze(prompt);
    const ids = completion === '' ? [] : this.tokenizer.encode(completion);
    const end = ids.findIndex((id) => id >= this.map.cells);
    const path = end < 0 ? ids : ids.slice(0, end);
    const illegal = path.findIndex((cell, i) => {
      const isNear = this.map.neighbours[path[i - 1] ?? start]!.includes(cell);
      return isWall[cell] === 1 || !isNear;
    });
    const firstFault = illegal < 0 ? null : illegal;
    return {
      form: 'grid',
      fault: faultOf(path, goal, firstFault),
      side: this.settings.side,
      walls: wallsOf(isWall),
      start,
      goal,
      path,
      firstFault,
    };
  }

  #maze(prompt: string): Maze {
    const ids = this.padPrompt(this.tokenizer.encode(prompt));
    const [sign, goal, at, start] = ids.splice(-4) as [number, number, number, number];
    const isOrdered = ids.every((cell, i) => cell < this.map.cells && cell > (ids[i - 1] ?? -1));
    const isWall = this.#wallsAt(ids);
    const { cells } = this.map;
    if (
      !isOrdered ||
      sign !== this.tokenizer.id('>') ||
      at !== this.tokenizer.id('@') ||
      !(goal < cells && start < cells && isWall[goal] === 0 && isWall[start] === 0)
    ) {
      throw new LabError('task/not-a-grid', { prompt, walls: this.settings.walls });
    }
    return { isWall, start, goal };
  }

  #wallsAt(cells: readonly number[]): Uint8Array {
    const isWall = new Uint8Array(this.map.cells);
    for (const cell of cells) isWall[cell] = 1;
    return isWall;
  }

  #readAnswer(answer: string): Maze & { moves: number } {
    const match = /^(\d+) moves? from (\d+) to (\d+)(?: around ([\d ]+))?$/.exec(answer);
    if (!match) {
      throw new LabError('task/grid-answer', { answer });
    }
    const [, moves, start, goal, walls] = match;
    const isWall = this.#wallsAt(walls?.split(' ').map(Number) ?? []);
    return { moves: Number(moves), start: Number(start), goal: Number(goal), isWall };
  }
}

function faultOf(path: readonly number[], goal: number, firstFault: number | null): string {
  if (firstFault !== null) return `move ${firstFault + 1} is not legal`;
  return path.at(-1) === goal
    ? 'the path is not the shortest'
    : 'the path does not end at the goal';
}

function wallsOf(isWall: Uint8Array): number[] {
  return [...isWall.keys()].filter((cell) => isWall[cell] === 1);
}

/** Brings `count` random cells to the front (the beginning of Fisher–Yates). */
function shuffleFirst(cells: Uint16Array, count: number, random: Random): void {
  for (let i = 0; i < count; i++) {
    const j = i + random.integer(cells.length - i);
    const swapped = cells[i]!;
    cells[i] = cells[j]!;
    cells[j] = swapped;
  }
}
