/** How an answer is read out of a completion. */
import * as v from 'valibot';
import { LabError, messageOf } from '../../errors';

export const answerRule = v.variant('by', [
  /** All that follows the last marker, without the spaces around it: GSM8K's `#### 42`. */
  v.object({ by: v.literal('marker'), marker: v.string() }),
  /** The first group of the last match, or the whole match of a pattern without groups. */
  v.object({ by: v.literal('pattern'), pattern: v.string() }),
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
    case 'pattern': {
      const pattern = compile(rule.pattern);
      return (completion) => {
        const last = [...completion.matchAll(pattern)].at(-1);
        return last ? (last[1] ?? last[0]) : null;
      };
    }
    default:
      return rule satisfies never;
  }
}

function compile(pattern: string): RegExp {
  try {
    if (pattern !== '') return new RegExp(pattern, 'gu');
  } catch (error) {
    const reason = messageOf(error);
    throw new LabError('task/answer-pattern', { pattern, reason });
  }
  throw new LabError('task/no-answer-pattern');
}
