/**
 * A verifiable task: it makes problems, an expert solves them, and a verifier judges any attempt.
 * Prompts, completions and answers are plain text; the task's tokenizer turns them into ids.
 */
import * as v from 'valibot';
import { LabError } from '../errors';
import type { Tokenizer } from '../model/tokenizer';
import type { Random } from '../random';
import { share, type DataOf } from '../schema/pieces';

/** The three disjoint parts of a task's problems. */
export type Part = 'train' | 'validation' | 'benchmark';

export interface Problem {
  /** Index of the level, from 0 (easiest). */
  readonly level: number;
  /** As a person would write it, without padding. Equal prompts are the same problem. */
  readonly prompt: string;
  readonly answer: string;
}

/** Plain JSON that a task is made from; what else it holds, the task's own entry knows. */
export interface TaskSettings {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/** A problem with an expert's completion, without the end token. */
export interface SolvedProblem extends Problem {
  readonly completion: string;
}

export const expertSettings = v.object({
  /** Per step: the running value is left out. */
  skip: share,
  /** Per step: the running value is replaced by a random one, and the error carries on. */
  error: share,
  /** Per trajectory: only the answer is written. */
  answerOnly: share,
  /** Per trajectory: a noisy walk instead of a solution, for tasks that have walks; 0 if absent. */
  wander: v.optional(share),
  /** Per trajectory: one step is wrong, and so is the answer; 0 if absent. */
  wrong: v.optional(share),
  /** Per trajectory: steps that are not needed, where the completion has room for them; 0 if absent. */
  verbose: v.optional(share),
});

/** How carefully the expert works. All are probabilities. */
export interface ExpertSettings extends DataOf<typeof expertSettings> {}

/** Of an expert that leaves out nothing and never errs. */
export const FAULTLESS: ExpertSettings = { skip: 0, error: 0, answerOnly: 0 };

/** What a file says of a problem beside its prompt. */
export interface GivenFacts {
  readonly answer?: string;
  /** A level's name, or its number from 1. */
  readonly level?: string | number;
  /** As text, without the end token. */
  readonly completion?: string;
}

export interface Verification {
  readonly correct: boolean;
  /** Whether an answer could be read at all; a format error counts as wrong. */
  readonly wellFormed: boolean;
  readonly answer: string | null;
}

/** Problems that are measured on and never learned from: another kind than those of the sets. */
export interface HeldOutVariant {
  /** What they have in common, to complete "problems with …". */
  readonly description: string;
  /** Indices of the levels that have such problems. */
  readonly levels: readonly number[];
  /** Draws one of a level among `levels`. Repeats are allowed. */
  draw(random: Random, level: number): Problem;
  /** Whether a prompt, as text, is of this kind. */
  includes(prompt: string): boolean;
}

/** A trajectory laid out to be drawn. The pages have one drawing for each form. */
export interface Illustration {
  readonly form: string;
  /** What the verifier finds wrong, to complete "wrong: …"; null where the drawing shows it. */
  readonly fault: string | null;
}

/** What a model has to know of a task: its tokens, and how many there are of them. */
export class TaskFrame {
  /** Short name for people. */
  readonly name: string;
  readonly tokenizer: Tokenizer;
  /** One name per level, easiest first. */
  readonly levels: readonly string[];
  /** Tokens of every encoded prompt. */
  readonly promptLength: number;
  /** Most tokens of a completion, the end token included. */
  readonly completionLength: number;
  readonly stopToken: number;
  readonly padToken: number;

  /** @param given with the symbols of the end and of padding, which the tokenizer knows */
  constructor(given: Omit<TaskFrame, 'stopToken' | 'padToken'> & { stop: string; pad: string }) {
    this.name = given.name;
    this.tokenizer = given.tokenizer;
    this.levels = given.levels;
    this.promptLength = given.promptLength;
    this.completionLength = given.completionLength;
    this.stopToken = given.tokenizer.id(given.stop);
    this.padToken = given.tokenizer.id(given.pad);
  }
}

export interface Task extends TaskFrame {
  /** null where the task has none. */
  readonly heldOut: HeldOutVariant | null;
  /** Draws a problem of the level that belongs to the part. Repeats are allowed within a part. */
  draw(random: Random, level: number, part: Part): Problem;
  /**
   * Reads a problem that was written elsewhere; throws an error of `task` where the prompt is none of
   * this task's, or contradicts what is said of it.
   */
  read(prompt: string, given?: GivenFacts): Problem;
  /** Cuts a whole sequence into its prompt and the rest; throws an error of `task` where it cannot. */
  splitText(text: string): { prompt: string; completion: string };
  /** A prompt's ids in their places among `promptLength`; throws an error of `task` where they do not fit. */
  padPrompt(ids: readonly number[]): number[];
  /** An expert's completion of a problem, ending with the end token's symbol. */
  solve(problem: Problem, random: Random, expert: ExpertSettings): string;
  /** Judges completion ids, which may run past the end token into padding. */
  verify(answer: string, completion: ArrayLike<number>): Verification;
  /** A trajectory laid out; absent where text says all. */
  illustrate?(prompt: string, completion: string): Illustration;
  /** Whether files call its levels by their names, and not by numbers from 1. */
  readonly hasLevelNames?: boolean;
  /** The task with these problems to draw from; absent where it makes its own. */
  drawingFrom?(problems: readonly SolvedProblem[]): Task;
}

/** Whether an expert's rare fault happens; no draw is made for one that never does. */
export function happens(random: Random, probability = 0): boolean {
  return probability > 0 && random.chance(probability);
}

/** Throws an error of `task` unless `given` names the level that a problem belongs to, or is absent. */
export function checkLevel(
  levels: readonly string[],
  level: number,
  given: string | number | undefined,
): void {
  if (given === undefined || levels[level] === String(given) || Number(given) === level + 1) return;
  throw new LabError('task/other-level', { given, level: level + 1, name: levels[level]! });
}
