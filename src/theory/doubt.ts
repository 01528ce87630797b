/**
 * Which cells' doubt moves the findings most: where more RL would tell most. A cell's ceiling is put at
 * the low end of what it may be, and at the high end, and each finding is made again; how far that moves
 * it, as a share of its own interval, is what the cell's doubt is worth.
 */
import { ceilingOutcome, isOpen, SEQUENTIAL, type Cell } from './cells';
import { findings, type Finding, type FindingSettings } from './findings';

export interface Doubt {
  /** The cell's run. */
  readonly run: string;
  /**
   * The sum over the findings of how far the cell can move each, in widths of the finding's interval;
   * a claim with several contrasts counts with their mean.
   */
  readonly moves: number;
}

/** A cell as if its ceiling were known to be `aPost`. */
function knownAt(cell: Cell, aPost: number): Cell {
  const ceiling = cell.ceiling!;
  const known = { aPost, aPostLow: aPost, aPostHigh: aPost };
  return { ...cell, ceiling: { ...ceiling, ...known, verdict: { is: 'identified' } } };
}

function moved({ contrasts }: Finding, low: Finding, high: Finding): number {
  const shares = contrasts.map(({ effect }, i) => {
    const [down, up] = [low.contrasts[i]?.effect, high.contrasts[i]?.effect];
    if (!effect || !down || !up || !(effect.high > effect.low)) return 0;
    return Math.abs(up.value - down.value) / (effect.high - effect.low);
  });
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/**
 * The open cells of the sequence, those first whose doubt moves the findings most; those that move none
 * are left out. A step is one cell.
 */
export function* doubtSteps(
  cells: readonly Cell[],
  settings: Partial<FindingSettings> = {},
): Generator<void, Doubt[]> {
  const now = findings(cells, settings);
  const doubts: Doubt[] = [];
  for (const cell of cells) {
    if (cell.paradigm !== SEQUENTIAL || !isOpen(cell)) continue;
    const { low, high } = ceilingOutcome(cell)!;
    const [down, up] = [low, high].map((aPost) =>
      findings(
        cells.map((each) => (each === cell ? knownAt(cell, aPost) : each)),
        // Only values are compared, not intervals.
        { ...settings, draws: 1 },
      ),
    );
    const moves = now.reduce((sum, finding, i) => sum + moved(finding, down![i]!, up![i]!), 0);
    if (moves > 0) doubts.push({ run: cell.run, moves });
    yield;
  }
  return doubts.sort((a, b) => b.moves - a.moves || (a.run < b.run ? -1 : 1));
}
