/** Answer patterns: what they find is what RegExp finds, in steps that grow with the text alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastMatch } from '../../../src/tasks/own/pattern/match';

/** What RegExp finds: the independent reference. */
function byRegExp(pattern: string, text: string): string | null {
  const last = [...text.matchAll(new RegExp(pattern, 'gu'))].at(-1);
  return last ? (last[1] ?? last[0]) : null;
}

const ONES = ['a', 'b', '1', '.', '\\d', '\\w', '\\S', '[ab]', '[^a]', '[\\d\\]-]', '\\u{1F600}'];
const OTHERS = ['\\x61', '\\u0031', '\\p{L}', '\\P{L}', '\\.', '=', '[^]', '\\ud83d\\ude00', '\\n'];
const EDGES = ['^', '$', '\\b', '\\B', ''];
const QUANTIFIERS = ['*', '+', '?', '{2}', '{1,2}', '{0,3}', '{2,}', '*?', '+?', '??', '{1,3}?'];

/** Patterns of the whole syntax that is taken, nested a few levels deep. */
const patterns = fc.letrec<{ choice: string; row: string; part: string }>((tie) => ({
  choice: fc.array(tie('row'), { minLength: 1, maxLength: 3 }).map((rows) => rows.join('|')),
  row: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom(...ONES, ...OTHERS, ...EDGES),
    fc
      .tuple(fc.constantFrom('(', '(', '(?:', '(?<x>'), tie('choice'))
      .map(([open, inner]) => `${open}${inner})`),
    fc
      .tuple(fc.constantFrom(...ONES, ...OTHERS), fc.constantFrom(...QUANTIFIERS))
      .map((pair) => pair.join('')),
    fc
      .tuple(fc.constantFrom('(', '(?:'), tie('choice'), fc.constantFrom(...QUANTIFIERS))
      .map(([open, inner, quantifier]) => `${open}${inner})${quantifier}`),
  ),
})).choice;

const texts = fc
  .array(fc.constantFrom('a', 'b', '1', '2', '.', '=', ' ', '\n', '😀', '\ud83d', ']'), {
    maxLength: 12,
  })
  .map((characters) => characters.join(''));

describe('an answer pattern', () => {
  it('finds what RegExp finds', () => {
    let compared = 0;
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        let read: (text: string) => string | null;
        try {
          new RegExp(pattern, 'u');
          read = lastMatch(pattern);
        } catch {
          // Two groups of one name, or a round that may match nothing.
          return;
        }
        compared += 1;
        expect(read(text), `/${pattern}/ in ${JSON.stringify(text)}`).toBe(byRegExp(pattern, text));
      }),
      { numRuns: 6000, seed: 17 },
    );
    expect(compared).toBeGreaterThan(2000);
  });

  it.each([
    ['(a+)+$', `${'a'.repeat(255)}b`],
    ['(?:a|ab|b|ba)*c', 'ab'.repeat(127)],
    ['.*.*.*.*.*.*.*.*.*=x', '='.repeat(255)],
    ['(.*a){20}!', 'a'.repeat(255)],
    ['(?:(\\d+),?)+;', '1'.repeat(255)],
  ])('such as %s ends where RegExp would not', (pattern, text) => {
    expect(lastMatch(pattern)(text)).toBeNull();
  });

  it.each([
    ['(?<== )\\d+', /looks ahead or behind/],
    ['\\d+(?!,)', /looks ahead or behind/],
    ['(a)b\\1', /at "\\1" it asks for the text of an earlier group/],
    ['(?<x>a)\\k<x>', /earlier group/],
    ['(\\d*)*', /repeats what may match nothing/],
    ['(a{1000}){1000}', /written out.*may have 2000 steps/],
    ['(', /cannot be used/],
    ['', /is empty/],
  ])('such as %s is refused before it runs', (pattern, message) => {
    expect(() => lastMatch(pattern)).toThrow(message);
  });

  it('is refused where it is long, however it would be compiled', () => {
    expect(() => lastMatch(`${'('.repeat(3000)}${')'.repeat(3000)}`)).toThrow(/is too long/);
  });

  it.each(['(?:){1000000000}x', 'a{0}x'])('such as %s is short', (pattern) => {
    expect(() => lastMatch(pattern)).not.toThrow();
  });
});
