/** Settings of a task of the user's own, and how they are found from the problems of a file. */
import * as v from 'valibot';
import { LabError } from '../../errors';
import { count } from '../../schema/pieces';
import { MODEL_LIMITS } from '../../model/config';
import { answerReader, answerRule, type AnswerRule } from './answer-rule';

export const ownSettings = v.object({
  kind: v.literal('own'),
  name: v.string(),
  /** Every character that prompts and completions use, each once. */
  characters: v.string(),
  promptLength: count,
  /** Tokens of a completion slot, the end token included. */
  responseLength: count,
  levels: v.pipe(v.array(v.string()), v.minLength(1), v.readonly()),
  answer: answerRule,
  /** The text with which every prompt ends, to cut whole sequences; null where it is not needed. */
  promptEnd: v.nullable(v.string()),
});

export type OwnSettings = Readonly<v.InferOutput<typeof ownSettings>>;

/** The end token and the padding: pictures of control characters, which texts do not use. */
export const OWN_STOP = '␄';
export const OWN_PAD = '␀';

const VOCABULARY = MODEL_LIMITS.vocabSize[1];
const CONTEXT = MODEL_LIMITS.contextLength[1];
/** Levels are stored in a byte each. */
export const MOST_LEVELS = 255;

function checkCharacters(characters: readonly string[]): void {
  if (new Set(characters).size !== characters.length) {
    throw new LabError('task/character-twice');
  }
  const reserved = characters.find((c) => c === OWN_STOP || c === OWN_PAD);
  if (reserved !== undefined) {
    throw new LabError('task/reserved', { character: reserved });
  }
  if (characters.length + 2 > VOCABULARY) {
    throw new LabError('task/many-characters', {
      characters: characters.length,
      most: VOCABULARY - 2,
    });
  }
}

/** Throws an error of `task` naming value, limit and remedy unless a model can learn the task. */
export function checkOwnSettings(settings: OwnSettings): void {
  const { name, characters, promptLength, responseLength, levels, answer } = settings;
  if (name.trim() === '') throw new LabError('task/no-name');
  checkCharacters([...characters]);
  if (!Number.isInteger(promptLength) || promptLength < 1) {
    throw new LabError('task/prompt-length', { characters: promptLength });
  }
  if (!Number.isInteger(responseLength) || responseLength < 2) {
    throw new LabError('task/response-length', { tokens: responseLength });
  }
  if (promptLength + responseLength > CONTEXT) {
    throw new LabError('task/context', {
      prompt: promptLength,
      response: responseLength,
      needed: promptLength + responseLength,
      largest: CONTEXT,
    });
  }
  if (levels.length < 1 || levels.length > MOST_LEVELS || new Set(levels).size !== levels.length) {
    throw new LabError('task/levels', { levels: levels.length, most: MOST_LEVELS });
  }
  answerReader(answer);
}

export interface OwnOptions {
  readonly name: string;
  readonly answer: AnswerRule;
  readonly promptEnd?: string | null;
}

/** Most tokens of a prompt and its completion, the end token included. */
export const LARGEST_CONTEXT = CONTEXT;
/** Most characters of a task's texts, each of which is a token. */
export const MOST_CHARACTERS = VOCABULARY - 2;
