/** Regular expressions that may take longer than anyone waits, known before they run. */
import { LabError } from '../../errors';

interface Group {
  /** Whether what is in it may match a text in several ways: it repeats something, or has a choice. */
  isAmbiguous: boolean;
}

/**
 * Throws `task/slow-pattern` where a repeated group repeats something itself or has a choice in it, such
 * as `(a+)+` or `(a|ab)*`: on some texts an engine that goes back tries a number of ways that doubles
 * with each character. It refuses some that would be quick, and none that needs more than a power of the
 * text's length.
 */
export function checkPattern(pattern: string): void {
  const groups: Group[] = [{ isAmbiguous: false }];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === '\\') at += 1;
    else if (character === '[') at = endOfClass(pattern, at);
    else if (character === '(') groups.push({ isAmbiguous: false });
    else if (character === '|') groups.at(-1)!.isAmbiguous = true;
    else if (character === ')') closeGroup(pattern, at, groups);
    else if (repeats(pattern, at)) groups.at(-1)!.isAmbiguous = true;
  }
}

function closeGroup(pattern: string, at: number, groups: Group[]): void {
  const closed = groups.length > 1 ? groups.pop()! : groups[0]!;
  if (closed.isAmbiguous && repeats(pattern, at + 1)) {
    throw new LabError('task/slow-pattern', { pattern });
  }
  if (closed.isAmbiguous) groups.at(-1)!.isAmbiguous = true;
}

function endOfClass(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}

/** Whether a quantifier stands here that lets what is before it repeat more than once. */
function repeats(pattern: string, at: number): boolean {
  if (pattern[at] === '*' || pattern[at] === '+') return true;
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at)) ?? [];
  if (least === undefined) return false;
  return comma === '' ? Number(least) > 1 : most === '' || Number(most) > 1;
}
