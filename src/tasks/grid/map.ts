/** A square grid with walls: which cells are neighbours, and how far each is from a goal. */

/** Distance of a cell from which the goal cannot be reached, and of a wall. */
export const UNREACHABLE = 255;

/** Cells are numbered row by row, from 0 to side² − 1. */
export class GridMap {
  readonly cells: number;
  /** Of each cell, those above, left, right and below it. */
  readonly neighbours: readonly (readonly number[])[];
  readonly #queue: Uint16Array;

  constructor(readonly side: number) {
    this.cells = side * side;
    this.neighbours = Array.from({ length: this.cells }, (_, cell) => {
      const column = cell % side;
      return [
        ...(cell >= side ? [cell - side] : []),
        ...(column > 0 ? [cell - 1] : []),
        ...(column < side - 1 ? [cell + 1] : []),
        ...(cell < this.cells - side ? [cell + side] : []),
      ];
    });
    this.#queue = new Uint16Array(this.cells);
  }

  /**
   * Moves from each cell to the goal by the shortest legal path, found breadth first.
   * @param isWall 1 where a wall stands, [cells]
   * @param distances receives the moves, {@link UNREACHABLE} where there is no path, [cells]
   * @returns the largest distance that is reached
   */
  distancesTo(goal: number, isWall: Uint8Array, distances: Uint8Array): number {
    distances.fill(UNREACHABLE);
    distances[goal] = 0;
    this.#queue[0] = goal;
    let read = 0;
    let written = 1;
    let farthest = 0;
    while (read < written) {
      const cell = this.#queue[read++]!;
      farthest = distances[cell]!;
      for (const next of this.neighbours[cell]!) {
        if (isWall[next] === 1 || distances[next] !== UNREACHABLE) continue;
        distances[next] = farthest + 1;
        this.#queue[written++] = next;
      }
    }
    return farthest;
  }

  /** Moves between two cells if there were no walls. */
  manhattan(a: number, b: number): number {
    const rows = Math.floor(a / this.side) - Math.floor(b / this.side);
    return Math.abs(rows) + Math.abs((a % this.side) - (b % this.side));
  }
}
