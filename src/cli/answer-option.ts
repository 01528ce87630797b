/** `--answer` and `--tolerance`: how answers are read out of completions. */
import type { AnswerRule } from '../tasks';
import { readNumber, rangeInWords } from '../settings/number';
import { UsageError } from './usage';

const KINDS = 'last-number, boxed, exact, marker:TEXT or pattern:EXPRESSION';

/** The rule that is asked for; `found` where none is. Throws {@link UsageError}. */
export function answerRuleOf(
  text: string | undefined,
  tolerance: string | undefined,
  found: AnswerRule,
): AnswerRule {
  const rule = text === undefined ? found : ruleNamed(text);
  if (tolerance === undefined) return rule;
  const range = { isInteger: false, least: 0 };
  const value = readNumber(tolerance, range);
  if (value !== null) return { ...rule, tolerance: value };
  throw new UsageError(`--tolerance is "${tolerance}"; it must be ${rangeInWords(range)}.`);
}

function ruleNamed(text: string): AnswerRule {
  const [kind, ...rest] = text.split(':');
  const value = rest.join(':');
  switch (kind) {
    case 'last-number':
    case 'boxed':
    case 'exact':
      return { by: kind };
    case 'marker':
      return { by: kind, marker: value };
    case 'pattern':
      return { by: kind, pattern: value };
    default:
      throw new UsageError(`--answer is "${text}"; it must be ${KINDS}.`);
  }
}
