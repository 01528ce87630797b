/**
 * Arithmetic with a chain of thought: a chain of operators evaluated from left to right modulo a
 * small number. A level is a number of operators; a trajectory writes every step's running value.
 *
 *   prompt       8+5*7+4-6=
 *   completion   +53*71+45-69#9$      (operator, operand, running value; then # answer $)
 *
 * The prompt fills a slot of fixed length with `=` as its last token, so operator j always stands at
 * index 2j + 1 of the prompt and step j at 3j of the completion: without that alignment a model of
 * this size does not learn the task.
 */
import { LabError } from '../../errors';
import { Tokenizer } from '../../model/tokenizer';
import type { Random } from '../../random';
import { drawInPart } from '../parts';
import {
  checkLevel,
  happens,
  type ExpertSettings,
  type GivenFacts,
  type HeldOutVariant,
  type Illustration,
  type Part,
  type Problem,
  type Task,
  TaskFrame,
  type Verification,
} from '../task';
import type { ArithmeticSettings } from './settings';
import { counted } from '../../words/en/counted';

const OPERATORS = ['+', '-', '*'] as const;
type Operator = (typeof OPERATORS)[number];

/** Steps that a verbose expert adds at most. */
const MOST_IDLE_STEPS = 3;

/** A step of a written solution, as a person reads it. */
interface WrittenStep {
  /** Operator and operand, such as `*3`. */
  readonly move: string;
  /** The running value that was written; null where it was left out. */
  readonly written: string | null;
  /** The value that follows from the one before. */
  readonly value: string;
  /** Another value was written; what comes after goes on from that one. */
  readonly isWrong: boolean;
  /** It answers to no operator of the prompt. */
  readonly isExtra: boolean;
}

/** A solution step by step, from the value that the prompt begins with. */
export interface StepsIllustration extends Illustration {
  readonly form: 'steps';
  readonly start: string;
  readonly steps: readonly WrittenStep[];
}

/** Operators from which on chains of a single operand are held out. */
const REPEATS_FROM = 3;

interface Step {
  readonly operator: Operator;
  readonly operand: number;
}

function apply(value: number, { operator, operand }: Step, modulus: number): number {
  switch (operator) {
    case '+':
      return (value + operand) % modulus;
    case '-':
      return (value - operand + modulus) % modulus;
    case '*':
      return (value * operand) % modulus;
    default:
      return operator satisfies never;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function checkSettings({ modulus, operatorWeights, operatorsPerLevel }: ArithmeticSettings): void {
  if (!Number.isInteger(modulus) || modulus < 3 || modulus > 10) {
    throw new LabError('task/modulus', { modulus });
  }
  if (operatorWeights.some((w) => !(w >= 0)) || operatorWeights.every((w) => w === 0)) {
    throw new LabError('task/operator-weights', { weights: operatorWeights });
  }
  const ascending = operatorsPerLevel.every((n, i) => i === 0 || n > operatorsPerLevel[i - 1]!);
  if (
    operatorsPerLevel.length === 0 ||
    !ascending ||
    operatorsPerLevel.some((n) => !Number.isInteger(n) || n < 1 || n > 40)
  ) {
    throw new LabError('task/operators', { operators: operatorsPerLevel });
  }
}

/** The arithmetic task; throws an error of `task` for settings outside its limits. */
export class ArithmeticTask extends TaskFrame implements Task {
  readonly heldOut: HeldOutVariant | null;
  readonly #hash: number;
  /** Operands of `*`: invertible, so that a product never erases an earlier error. */
  readonly #factors: readonly number[];

  constructor(readonly settings: ArithmeticSettings) {
    checkSettings(settings);
    const { modulus, operatorsPerLevel } = settings;
    const longest = operatorsPerLevel.at(-1)!;
    const digits = Array.from({ length: modulus }, (_, d) => String(d));
    super({
      name: `Arithmetic modulo ${modulus}`,
      tokenizer: new Tokenizer([...digits, '+', '-', '*', '=', '#', '$', '_', '.']),
      levels: operatorsPerLevel.map((n, i) => `L${i + 1} · ${counted(n, 'operator')}`),
      promptLength: 2 * longest + 2,
      completionLength: 3 * longest + 3,
      stop: '$',
      pad: '_',
    });
    this.#hash = this.tokenizer.id('#');
    this.#factors = digits
      .map(Number)
      .filter((d) => d > 1 && greatestCommonDivisor(d, modulus) === 1);
    this.heldOut = this.#heldOut();
  }

  /** Chains that repeat one operand; with fewer than three operators chance would make too many. */
  #heldOut(): HeldOutVariant | null {
    const levels = [...this.settings.operatorsPerLevel.keys()].filter(
      (level) => this.settings.operatorsPerLevel[level]! >= REPEATS_FROM,
    );
    if (levels.length === 0) return null;
    return {
      description: `one operand throughout and ${REPEATS_FROM} or more operators, such as 1+2-2+2=`,
      levels,
      draw: (random, level) => this.#chain(random, level, { repeats: true }),
      includes: (prompt) => {
        const { steps } = parsePrompt(prompt);
        const [first] = steps;
        return (
          steps.length >= REPEATS_FROM && steps.every(({ operand }) => operand === first!.operand)
        );
      },
    };
  }

  draw(random: Random, level: number, part: Part): Problem {
    return drawInPart(part, () => this.#chain(random, level, { repeats: false }));
  }

  #operand(random: Random, operator: Operator): number {
    return operator === '*'
      ? this.#factors[random.integer(this.#factors.length)]!
      : random.integer(this.settings.modulus);
  }

  /** @param repeats one operand throughout; a factor, where it may meet a `*` */
  #chain(random: Random, level: number, { repeats }: { repeats: boolean }): Problem {
    const { modulus, operatorWeights, operatorsPerLevel } = this.settings;
    const repeated = repeats ? this.#operand(random, operatorWeights[2] > 0 ? '*' : '+') : null;
    let value = random.integer(modulus);
    let prompt = String(value);
    for (let i = 0; i < operatorsPerLevel[level]!; i++) {
      const operator = OPERATORS[random.weighted(operatorWeights)]!;
      const operand = repeated ?? this.#operand(random, operator);
      prompt += operator + operand;
      value = apply(value, { operator, operand }, modulus);
    }
    return { level, prompt: `${prompt}=`, answer: String(value) };
  }

  read(prompt: string, given: GivenFacts = {}): Problem {
    const { modulus, operatorsPerLevel } = this.settings;
    this.tokenizer.encode(prompt);
    const { start, steps } = parsePrompt(prompt);
    const level = operatorsPerLevel.indexOf(steps.length);
    if (level < 0) {
      throw new LabError('task/operator-count', {
        prompt,
        operators: steps.length,
        levels: operatorsPerLevel,
      });
    }
    const answer = String(steps.reduce((value, step) => apply(value, step, modulus), start));
    if (given.answer !== undefined && given.answer !== answer) {
      throw new LabError('task/answer-to', { prompt, given: given.answer, answer });
    }
    checkLevel(this.levels, level, given.level);
    return { level, prompt, answer };
  }

  splitText(text: string): { prompt: string; completion: string } {
    const end = text.indexOf('=') + 1;
    if (end > 0) return { prompt: text.slice(0, end), completion: text.slice(end) };
    throw new LabError('task/no-equals', { text });
  }

  padPrompt(ids: readonly number[]): number[] {
    const room = this.promptLength - ids.length;
    if (ids.at(-1) !== this.tokenizer.id('=') || room < 0) {
      throw new LabError('task/prompt-end', {
        prompt: this.tokenizer.decode(ids),
        most: this.promptLength,
      });
    }
    return [...ids.slice(0, -1), ...Array<number>(room).fill(this.padToken), ids.at(-1)!];
  }

  solve({ prompt }: Problem, random: Random, expert: ExpertSettings): string {
    if (expert.wander) {
      throw new LabError('task/wander', { wander: expert.wander });
    }
    const { modulus } = this.settings;
    const { start, steps } = parsePrompt(prompt);
    const answerOnly = happens(random, expert.answerOnly);
    const slip = happens(random, expert.wrong) ? random.integer(steps.length) : -1;
    let value = start;
    let text = '';
    steps.forEach((step, i) => {
      value = apply(value, step, modulus);
      if (happens(random, expert.error)) value = random.integer(modulus);
      // Every operator is invertible, so no later step makes it right again.
      if (i === slip) value = (value + 1 + random.integer(modulus - 1)) % modulus;
      const isLast = i === steps.length - 1;
      text += step.operator + step.operand;
      text += !isLast && random.chance(expert.skip) ? '.' : value;
    });
    if (happens(random, expert.verbose)) text += this.#idleSteps(value, steps.length, random);
    return `${answerOnly ? '' : text}#${value}$`;
  }

  /**
   * What a verbose expert adds: one to three steps `+0` that change nothing. They stand after the
   * last step, since any other place would move the steps behind it away from their operators. The
   * longest problems fill the completion, and their solutions stay as they are.
   */
  #idleSteps(value: number, steps: number, random: Random): string {
    const room = Math.min(MOST_IDLE_STEPS, this.settings.operatorsPerLevel.at(-1)! - steps);
    return room > 0 ? `+0${value}`.repeat(1 + random.integer(room)) : '';
  }

  illustrate(prompt: string, completion: string): StepsIllustration {
    const steps = this.#readSteps(prompt, completion);
    return { form: 'steps', start: prompt[0]!, steps, fault: null };
  }

  /** The steps of a solution up to the first text that is none. */
  #readSteps(prompt: string, completion: string): WrittenStep[] {
    const { start, steps } = parsePrompt(prompt);
    let value = start;
    return [
      ...(/^(?:[-+*]\d[\d.])*/.exec(completion)?.[0] ?? '').matchAll(/([-+*])(\d)([\d.])/g),
    ].map(([, operator, operand, written], i) => {
      const step = { operator: operator as Operator, operand: Number(operand) };
      const right = apply(value, step, this.settings.modulus);
      value = written === '.' ? right : Number(written);
      return {
        move: `${operator}${operand}`,
        written: written === '.' ? null : String(value),
        value: String(right),
        isWrong: value !== right,
        isExtra: i >= steps.length,
      };
    });
  }

  verify(answer: string, completion: ArrayLike<number>): Verification {
    const limit = Math.min(completion.length, this.completionLength);
    for (let end = 0; end < limit; end++) {
      if (completion[end] !== this.stopToken) continue;
      if (end < 2 || completion[end - 2] !== this.#hash) break;
      const given = this.tokenizer.decode([completion[end - 1]!]);
      return { correct: given === answer, wellFormed: true, answer: given };
    }
    return { correct: false, wellFormed: false, answer: null };
  }
}

/** Reads `8+5*7=` back into its start value and steps. */
function parsePrompt(prompt: string): { start: number; steps: Step[] } {
  const match = /^(\d)((?:[-+*]\d)+)=$/.exec(prompt);
  if (!match) {
    throw new LabError('task/not-arithmetic', { prompt });
  }
  const chain = match[2]!;
  const steps = Array.from({ length: chain.length / 2 }, (_, i) => ({
    operator: chain[2 * i] as Operator,
    operand: Number(chain[2 * i + 1]),
  }));
  return { start: Number(match[1]), steps };
}
