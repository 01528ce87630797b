/**
 * Ceilings that are open towards the top: known from below alone, or not at all. Whatever was measured
 * of one of them, it may be the highest; a sentence has to reckon with that.
 */
import { VERDICT_WORDS } from '../words/en/reasons/ceiling-reasons';
import { formatPoints } from './drawing/numbers';
import type { Pen } from './drawing/pen';
import type { BranchPicture, SetPicture } from './set-picture';

/** How high a ceiling is at least, in points: known, known from below, or as high as was measured. */
export function ceilingFrom({ aPost, atLeast, final, pSft }: BranchPicture): number {
  return aPost?.value ?? Math.max(atLeast?.atLeast ?? 0, final?.value ?? 0, pSft.value);
}

export interface OpenBranch<Set extends SetPicture = SetPicture> {
  readonly set: Set;
  readonly branch: BranchPicture;
  readonly from: number;
}

/** Open ceilings that begin above `value`, the highest first. */
export function openAbove<Set extends SetPicture>(
  sets: readonly Set[],
  value: number,
): OpenBranch<Set>[] {
  return sets
    .flatMap((set) =>
      set.branches.flatMap((branch): OpenBranch<Set>[] => {
        const from = ceilingFrom(branch);
        return !branch.aPost && from > value ? [{ set, branch, from }] : [];
      }),
    )
    .toSorted((a, b) => b.from - a.from);
}

/** The open ceiling of a set that begins above all of its known ones; null where there is none. */
export function openPeak<Set extends SetPicture>(set: Set): OpenBranch<Set> | null {
  return openAbove([set], set.peak?.aPost?.value ?? -Infinity)[0] ?? null;
}

/** What the table says of a ceiling: its verdict, and how high it is at least where that is the verdict. */
export function verdictCells({
  aPost,
  atLeast,
  fit,
}: BranchPicture): [string | null, number | null] {
  return [fit?.verdict.is ?? (aPost ? 'identified' : null), atLeast?.atLeast ?? null];
}

/** Such as "mild (at least 86.5), early (no signal), late (not identified)"; empty where none is open. */
export function openWords(branches: readonly BranchPicture[]): string {
  return branches
    .filter(({ aPost }) => !aPost)
    .map(({ name, atLeast, fit }) => {
      const word = VERDICT_WORDS[fit?.verdict.is ?? 'not-identified'];
      return `${name} (${word}${atLeast ? ` ${formatPoints(atLeast.atLeast)}` : ''})`;
    })
    .join(', ');
}

/** An arrow upwards: the ceiling is not below its foot. */
export function openArrow(
  pen: Pen,
  { x, from, to }: { readonly x: number; readonly from: number; readonly to: number },
  colour: string,
): string {
  const half = pen.format.marker;
  const tip = Math.min(to, from - 2.5 * half);
  const shaft = pen.line(
    [
      [x, from],
      [x, tip],
    ],
    { colour, width: 2 },
  );
  const head = pen.line(
    [
      [x - half, tip + half],
      [x, tip],
      [x + half, tip + half],
    ],
    { colour, width: 2 },
  );
  return shaft + head;
}
