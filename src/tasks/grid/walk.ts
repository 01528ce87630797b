/**
 * Noisy walks: the corpus from which the grid's base model learns. A walk leans towards the goal and
 * knows nothing of detours, so the base knows directions and SFT has the rest to teach.
 */
import { log } from '../../elementary';
import type { Random } from '../../random';
import type { GridMap } from './map';

/** Strength of the pull towards the goal, drawn for each walk from 0 to this. */
const STRONGEST_PULL = 0.6;
/** Reluctance to step back to the cell just left, in the same units. */
const RETURN_PENALTY = 2;
/** Per move: probability that walls are no obstacle. */
const WALLS_IGNORED = 0.1;
/** Per move: probability to end wherever the walk is, once it has made `FIRST_STOP` moves. */
const STOP = 0.05;
const FIRST_STOP = 3;

interface WalkOptions {
  readonly random: Random;
  /** The walk ends after so many moves, wherever it is. */
  readonly mostMoves: number;
}

/** The cells visited after the start; at least one. */
export function noisyWalk(
  map: GridMap,
  { isWall, start, goal }: { isWall: Uint8Array; start: number; goal: number },
  { random, mostMoves }: WalkOptions,
): number[] {
  const pull = STRONGEST_PULL * random.uniform();
  const path: number[] = [];
  let cell = start;
  let previous = -1;
  while (cell !== goal && path.length < mostMoves) {
    if (path.length >= FIRST_STOP && random.chance(STOP)) break;
    const around = map.neighbours[cell]!;
    const ignoresWalls = random.chance(WALLS_IGNORED);
    const open = ignoresWalls ? around : around.filter((next) => isWall[next] === 0);
    let best = -Infinity;
    let chosen = cell;
    for (const next of open.length > 0 ? open : around) {
      const change = map.manhattan(next, goal) - map.manhattan(cell, goal);
      const reluctance = next === previous ? RETURN_PENALTY : 0;
      const score = -pull * change - reluctance + gumbel(random);
      if (score <= best) continue;
      best = score;
      chosen = next;
    }
    previous = cell;
    cell = chosen;
    path.push(cell);
  }
  return path;
}

/** Standard Gumbel noise: the argmax of scores with it is a draw from their softmax. */
function gumbel(random: Random): number {
  return -log(-log(1 - random.uniform() || Number.MIN_VALUE));
}
