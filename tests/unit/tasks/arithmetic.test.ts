import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  createTask,
  encodePrompt,
  levelChance,
  partOf,
  type ExpertSettings,
  type Part,
  type StepsIllustration,
} from '../../../src/tasks';
import type { ArithmeticSettings } from '../../../src/tasks/arithmetic/settings';
import { presetNamed } from '../../../src/training/configuration/presets';
import { labErrorOf } from '../lab-errors';

const settings = presetNamed('laptop').config.task;
const task = createTask(settings);
const careful = { skip: 0, error: 0, answerOnly: 0 };

function problem(prompt: string, answer: string) {
  return { level: 0, prompt, answer };
}

describe('the arithmetic task', () => {
  it('has the layout of the recipe: 18 symbols, prompt 22, completion 33', () => {
    expect(task.tokenizer.vocabulary.join('')).toBe('0123456789+-*=#$_.');
    expect([task.promptLength, task.completionLength]).toEqual([22, 33]);
  });

  it.each([
    ['8*3=', '4', '*34#4$'],
    ['8+5*7+4-6=', '9', '+53*71+45-69#9$'],
    ['0-9=', '1', '-91#1$'],
  ])('solves %s', (prompt, answer, completion) => {
    const random = Random.from(0);
    expect(task.solve(problem(prompt, answer), random, careful)).toBe(completion);
  });

  it('is guessed right as often as its chance level says, on every level', () => {
    const random = Random.from(3);
    const { modulus } = settings as ArithmeticSettings;
    levelChance(settings)!.forEach((chance, level) => {
      const draws = Array.from({ length: 4000 }, () => task.draw(random, level, 'benchmark'));
      const right = draws.filter(({ answer }) => answer === String(random.integer(modulus)));
      expect(right.length / draws.length).toBeGreaterThan(chance - 0.02);
      expect(right.length / draws.length).toBeLessThan(chance + 0.02);
    });
    expect(levelChance(presetNamed('grid').config.task)).toBeUndefined();
  });

  it('leaves out running values at the wanted rate, but never the last one', () => {
    const random = Random.from(1);
    let skipped = 0;
    const trials = 2000;
    for (let i = 0; i < trials; i++) {
      const text = task.solve(problem('1+1+1+1+1=', '5'), random, { ...careful, skip: 0.25 });
      expect(text.endsWith('+15#5$')).toBe(true);
      skipped += text.split('.').length - 1;
    }
    expect(skipped / (3 * trials)).toBeCloseTo(0.25, 1.5);
  });

  it('carries an error on to the answer', () => {
    const random = Random.from(2);
    let wrong = 0;
    for (let i = 0; i < 300; i++) {
      const text = task.solve(problem('1+1+1=', '3'), random, { ...careful, error: 1 });
      const [first, last] = [Number(text[2]), Number(text[5])];
      expect(text).toBe(`+1${first}+1${last}#${last}$`);
      if (last !== 3) wrong++;
    }
    expect(wrong / 300).toBeCloseTo(0.9, 1);
  });

  it('writes only the answer when asked', () => {
    expect(task.solve(problem('1+1=', '2'), Random.from(0), { ...careful, answerOnly: 1 })).toBe(
      '#2$',
    );
  });

  it('aligns prompts: operator j at index 2j + 1, the equals sign last', () => {
    const ids = encodePrompt(task, '8+5*7=');
    expect(task.tokenizer.decode(ids)).toBe('8+5*7________________=');
  });

  it.each([
    ['+53*71#1$', '1', true, true],
    ['#1$', '1', true, true],
    ['#2$', '1', false, true],
    ['1$', '1', false, false],
    ['$', '1', false, false],
    ['+53*71#1', '1', false, false],
    ['#1$#2$', '1', true, true],
    ['##$', '1', false, true],
  ])('judges %s against %s', (text, answer, correct, wellFormed) => {
    const ids = task.tokenizer.encode(text);
    expect(task.verify(answer, ids)).toMatchObject({ correct, wellFormed });
  });

  it('does not look past the 33 tokens of a completion', () => {
    const ids = task.tokenizer.encode(`${'+11'.repeat(11)}#1$`);
    expect(task.verify('1', ids).correct).toBe(false);
  });

  it('draws operators, factors and levels as the recipe says', () => {
    const random = Random.from(4);
    const counts: Record<string, number> = { '+': 0, '-': 0, '*': 0 };
    for (let i = 0; i < 2000; i++) {
      const { prompt, answer } = task.draw(random, 3, 'train');
      expect(prompt).toMatch(/^\d([-+]\d|\*[379]){6}=$/);
      const solved = task.solve(problem(prompt, answer), random, careful);
      expect(solved.endsWith(`#${answer}$`)).toBe(true);
      for (const operator of prompt.match(/[-+*]/g)!) counts[operator]! += 1;
    }
    expect(counts['*']! / 12_000).toBeCloseTo(0.2, 1.7);
    expect(counts['+']! / 12_000).toBeCloseTo(0.4, 1.7);
  });

  it.each([
    { ...settings, modulus: 11 },
    { ...settings, modulus: 2.5 },
    { ...settings, operatorWeights: [0, 0, 0] as const },
    { ...settings, operatorsPerLevel: [] },
    { ...settings, operatorsPerLevel: [2, 1] },
  ])('refuses settings outside its limits', (bad) => {
    expect(() => createTask(bad)).toThrow(labErrorOf('task'));
  });

  it('refuses a prompt that is not a chain', () => {
    expect(() => task.solve(problem('8+=', '8'), Random.from(0), careful)).toThrow(
      /not an arithmetic prompt/,
    );
    expect(() => encodePrompt(task, '8+x=')).toThrow(/not in the vocabulary/);
    expect(() => encodePrompt(task, `${'1+'.repeat(11)}1=`)).toThrow(/at most 22/);
  });
});

describe('the parts of a task', () => {
  it('hold 70, 15 and 15 percent of the problems', () => {
    const counts: Record<Part, number> = { train: 0, validation: 0, benchmark: 0 };
    for (let i = 0; i < 10_000; i++) counts[partOf(`${i}+${i * 7}=`)] += 1;
    expect(counts.train / 10_000).toBeCloseTo(0.7, 1.5);
    expect(counts.validation / 10_000).toBeCloseTo(0.15, 1.5);
    expect(counts.benchmark / 10_000).toBeCloseTo(0.15, 1.5);
  });

  it('never share a problem, whatever the seeds', () => {
    const drawn = (part: Part, seed: number): Set<string> => {
      const random = Random.from(seed, part);
      return new Set(Array.from({ length: 500 }, () => task.draw(random, 1, part).prompt));
    };
    const train = drawn('train', 1);
    for (const prompt of [...drawn('benchmark', 2), ...drawn('validation', 3)]) {
      expect(train.has(prompt)).toBe(false);
    }
  });
});

describe('an expert with faults', () => {
  const random = Random.from(11);
  const problems = Array.from({ length: 300 }, (_, i) => task.draw(random, i % 6, 'train'));
  const verdictOf = (text: string, answer: string) =>
    task.verify(answer, task.tokenizer.encode(text));

  it('is wrong in every trajectory where that is asked for, by one step that is found', () => {
    for (const drawn of problems) {
      const text = task.solve(drawn, random, { ...careful, wrong: 1 });
      expect(verdictOf(text, drawn.answer).correct, text).toBe(false);
      const { steps } = task.illustrate!(drawn.prompt, text) as StepsIllustration;
      const wrong = steps.filter(({ isWrong }) => isWrong);
      expect(wrong).toHaveLength(1);
    }
  });

  it('adds steps that change nothing where there is room, and stays right', () => {
    for (const drawn of problems) {
      const plain = task.solve(drawn, Random.from(0), careful);
      const text = task.solve(drawn, random, { ...careful, verbose: 1 });
      expect(verdictOf(text, drawn.answer).correct, text).toBe(true);
      const added = (text.length - plain.length) / 3;
      expect(text.startsWith(plain.slice(0, -3))).toBe(true);
      expect(added).toBeGreaterThanOrEqual(drawn.level === 5 ? 0 : 1);
      expect(added).toBeLessThanOrEqual(drawn.level === 5 ? 0 : 3);
    }
  });

  it('draws nothing more where it has none: old sets stay what they were', () => {
    const faultless = { ...careful, skip: 0.25, wrong: 0, verbose: 0 };
    const write = (expert: ExpertSettings) => {
      const stream = Random.from(5);
      return problems.map((drawn) => task.solve(drawn, stream, expert));
    };
    expect(write(faultless)).toEqual(write({ ...careful, skip: 0.25 }));
  });
});
