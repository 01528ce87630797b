/** How an answer is read out of a completion, and when it is the right one. */
import * as v from 'valibot';
import { LabError } from '../../errors';
import { positiveOrZero } from '../../schema/pieces';
import { numberOf } from './number-text';
import { lastMatch } from './pattern/match';

/** By how much a number may differ from the right one; absent where answers are compared to the letter. */
const compared = { tolerance: v.optional(positiveOrZero) };

export const answerRule = v.variant('by', [
  /** All that follows the last marker, without the spaces around it: GSM8K's `#### 42`. */
  v.object({ by: v.literal('marker'), marker: v.string(), ...compared }),
  /** What the last `\boxed{…}` holds, as answers in mathematics are written. */
  v.object({ by: v.literal('boxed'), ...compared }),
  /** The last number, whatever stands around it; compared as a number. */
  v.object({ by: v.literal('last-number'), ...compared }),
  /** The whole completion, without the spaces around it. */
  v.object({ by: v.literal('exact'), ...compared }),
  /** The first group of the last match, or the whole match of a pattern without groups. */
  v.object({ by: v.literal('pattern'), pattern: v.string(), ...compared }),
]);

export type AnswerRule = Readonly<v.InferOutput<typeof answerRule>>;

/** Reads the answer, or null where there is none; throws an error of `task` for an unusable rule. */
export function answerReader(rule: AnswerRule): (completion: string) => string | null {
  switch (rule.by) {
    case 'marker': {
      const { marker } = rule;
      if (marker === '') throw new LabError('task/answer-marker');
      return (completion) => {
        const at = completion.lastIndexOf(marker);
        return at < 0 ? null : completion.slice(at + marker.length).trim();
      };
    }
    case 'boxed':
      return boxedText;
    case 'last-number':
      return lastNumber;
    case 'exact':
      return (completion) => completion.trim();
    case 'pattern':
      return lastMatch(rule.pattern);
    default:
      return rule satisfies never;
  }
}

const BOXES = ['\\boxed', '\\fbox'];

/** What is between the braces of the last box, which may hold others; null where none is closed. */
function boxedText(completion: string): string | null {
  const box = Math.max(...BOXES.map((name) => completion.lastIndexOf(`${name}{`)));
  if (box < 0) return null;
  const start = completion.indexOf('{', box) + 1;
  let depth = 1;
  for (let at = start; at < completion.length; at++) {
    if (completion[at] === '{') depth += 1;
    else if (completion[at] === '}') depth -= 1;
    if (depth === 0) return completion.slice(start, at).trim();
  }
  return null;
}

/** The last number, without the commas that group its digits. */
function lastNumber(completion: string): string | null {
  const last = [...completion.matchAll(/\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?|\.\d+/gi)].at(-1);
  if (!last) return null;
  const before = completion.slice(0, last.index);
  // "7-3" subtracts 3, "= -3" is below zero.
  const isNegative = /(?:^|[^\w)\]}.])[-−]$/.test(before);
  return `${isNegative ? '-' : ''}${last[0].replaceAll(',', '')}`;
}

/** Whether an answer that was read is the right one. */
export function isSameAnswer(rule: AnswerRule, given: string, right: string): boolean {
  if (given === right) return true;
  const tolerance = rule.tolerance ?? (rule.by === 'last-number' ? 0 : null);
  if (tolerance === null) return false;
  const [a, b] = [numberOf(given), numberOf(right)];
  if (a === null || b === null) return false;
  // 0.3 and 0.29 differ by 0.01, but for the last bits.
  return Math.abs(a - b) <= tolerance * (1 + 2 ** -40);
}

/** A rule as the subject of a sentence. */
export function ruleWords(rule: AnswerRule): string {
  switch (rule.by) {
    case 'marker':
      return `the marker "${rule.marker}"`;
    case 'boxed':
      return 'the search for \\boxed{…}';
    case 'last-number':
      return 'the search for a number';
    case 'exact':
      return 'the whole text';
    case 'pattern':
      return `the pattern /${rule.pattern}/`;
    default:
      return rule satisfies never;
  }
}
