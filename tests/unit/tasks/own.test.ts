import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  createTask,
  encodePrompt,
  OwnSurvey,
  partOf,
  type AnswerRule,
  type SolvedProblem,
  type OwnSettings,
} from '../../../src/tasks';
import { labErrorOf } from '../lab-errors';

const MARKER: AnswerRule = { by: 'marker', marker: '#' };
const careful = { skip: 0, error: 0, answerOnly: 0 };

/** Reversing words: a task that the lab does not have. */
const problems: SolvedProblem[] = Array.from({ length: 200 }, (_, i) => {
  const word = i.toString(3).replace(/./g, (d) => 'abc'[Number(d)]!);
  const reversed = [...word].reverse().join('');
  return {
    prompt: `${word}→`,
    completion: `${reversed}#${reversed}`,
    answer: reversed,
    level: Math.min(word.length, 3) - 1,
  };
});

function survey(
  rows: readonly { prompt: string; completion: string; level?: number }[],
): OwnSurvey {
  const found = new OwnSurvey();
  for (const row of rows) found.add(row);
  return found;
}

const settings = survey(problems.map((p) => ({ ...p, level: p.level + 1 }))).settings({
  name: 'Reversal',
  answer: MARKER,
  promptEnd: '→',
});
const task = createTask(settings).drawingFrom!(problems);

function verdict(rule: AnswerRule, text: string, answer: string) {
  const own = createTask({ ...settings, characters: 'abc#→ 0123456789=.,-\\{}oxed', answer: rule });
  return own.verify(answer, own.tokenizer.encode(text));
}

describe('a task of the user’s own', () => {
  it('finds vocabulary, lengths and levels in the file', () => {
    expect(settings).toEqual({
      kind: 'own',
      name: 'Reversal',
      characters: '#abc→',
      promptLength: 6,
      responseLength: 12,
      levels: ['1', '2', '3'],
      answer: MARKER,
      promptEnd: '→',
    });
    expect(task.tokenizer.vocabulary).toEqual(['#', 'a', 'b', 'c', '→', '␄', '␀']);
  });

  it('draws problems of the wanted level and part, and solves them as the file does', () => {
    const random = Random.from(0);
    for (const part of ['train', 'validation', 'benchmark'] as const) {
      const problem = task.draw(random, 2, part);
      expect(partOf(problem.prompt)).toBe(part);
      expect(problem.prompt).toHaveLength(problem.answer.length + 1);
      const completion = task.solve(problem, random, careful);
      expect(completion).toBe(`${problem.answer}#${problem.answer}␄`);
      const ids = task.tokenizer.encode(completion);
      expect(task.verify(problem.answer, ids)).toMatchObject({ correct: true, wellFormed: true });
    }
  });

  it('pads prompts on the left, so that the last character stands before the completion', () => {
    expect(task.tokenizer.decode(encodePrompt(task, 'ab→'))).toBe('␀␀␀ab→');
    expect(() => encodePrompt(task, 'abcabca→')).toThrow(/has 8 characters.*1 to 6/);
    expect(() => encodePrompt(task, 'abx→')).toThrow(/"x" is not in the vocabulary/);
  });

  it('keeps characters whole that take two code units', () => {
    const rows = [{ prompt: '😀+😀', completion: '2#2' }];
    const emoji = createTask(survey(rows).settings({ name: 'Faces', answer: MARKER }));
    expect(emoji.promptLength).toBe(3);
    const ids = encodePrompt(emoji, '😀+😀');
    expect(emoji.tokenizer.decode(ids)).toBe('😀+😀');
  });

  it.each<[AnswerRule, string, string, boolean, boolean]>([
    [MARKER, 'ab#ba␄', 'ba', true, true],
    [MARKER, 'ab#a#ba ␄', 'ba', true, true],
    [MARKER, 'ab#ba␄␀␀', 'ba', true, true],
    [MARKER, 'ab#bb␄', 'ba', false, true],
    [MARKER, 'ab#ba', 'ba', false, false],
    [MARKER, 'ba␄', 'ba', false, false],
    [{ by: 'pattern', pattern: '= ?(\\d+)' }, '1=2=34␄', '34', true, true],
    [{ by: 'pattern', pattern: '= ?(\\d+)' }, '1=2= 34␄', '4', false, true],
    [{ by: 'pattern', pattern: '\\d+$' }, '1 2 34␄', '34', true, true],
    [{ by: 'pattern', pattern: '\\d+$' }, 'abc␄', '34', false, false],
    [{ by: 'last-number' }, 'a 1 b 34 c␄', '34', true, true],
    [{ by: 'last-number' }, '1-34␄', '34', true, true],
    [{ by: 'last-number' }, '= -34␄', '-34.0', true, true],
    [{ by: 'last-number' }, 'abc␄', '34', false, false],
    [{ by: 'last-number', tolerance: 1 }, '33␄', '34', true, true],
    [{ by: 'last-number', tolerance: 1 }, '32␄', '34', false, true],
    [{ by: 'boxed' }, '\\boxed{{3}}␄', '{3}', true, true],
    [{ by: 'boxed' }, '\\boxed{34␄', '34', false, false],
    [{ by: 'exact' }, ' ab ␄', 'ab', true, true],
    [{ by: 'exact' }, 'ab␄', 'a', false, true],
    [{ by: 'marker', marker: '#', tolerance: 0 }, '#1,234␄', '1234.0', true, true],
    [{ by: 'marker', marker: '#', tolerance: 0.01 }, '#0.29␄', '0.3', true, true],
    [{ by: 'marker', marker: '#', tolerance: 9 }, '#ab␄', 'a', false, true],
  ])('with %o judges %s against %s', (rule, text, answer, correct, wellFormed) => {
    expect(verdict(rule, text, answer)).toMatchObject({ correct, wellFormed });
  });

  it('reads an answer from its column, else from the completion, and says when there is none', () => {
    expect(task.read('ab→', { answer: 'ba', level: 2 })).toEqual({
      prompt: 'ab→',
      answer: 'ba',
      level: 1,
    });
    expect(task.read('ab→', { completion: 'ba#ba', level: '2' }).answer).toBe('ba');
    expect(() => task.read('ab→', { completion: 'ba', level: 2 })).toThrow(/marker "#" finds none/);
    expect(() => task.read('ab→', { answer: 'ba' })).toThrow(
      /row has no level; the others have one of 1, 2, 3/,
    );
    expect(() => task.read('ab→', { answer: 'ba', level: 9 })).toThrow(/levels 1, 2, 3/);
  });

  it('cuts whole sequences where a prompt ends, if it knows how', () => {
    expect(task.splitText('ab→ba#ba')).toEqual({ prompt: 'ab→', completion: 'ba#ba' });
    expect(() => task.splitText('ab')).toThrow(/no "→"/);
    const blind = createTask({ ...settings, promptEnd: null });
    expect(() => blind.splitText('ab→ba')).toThrow(/set promptEnd/);
  });

  it('says which part lacks problems', () => {
    const empty = createTask(settings);
    expect(() => empty.draw(Random.from(0), 1, 'benchmark')).toThrow(
      /no problem of level 2 in its benchmark part/,
    );
  });

  it('lets in as many rows as a vocabulary and a context have room for', () => {
    const options = { name: 'Wide', answer: MARKER };
    const characters = Array.from({ length: 511 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    const rare = { prompt: characters[7]!, completion: characters[7]! };
    const often = characters.filter((c) => c !== rare.prompt);
    const rows = [...often, ...often].map((c) => ({ prompt: c, completion: c }));
    expect(survey([rare, ...rows]).settings(options).characters).toBe(often.join(''));

    const row = (prompt: number, completion: number) => ({
      prompt: 'a'.repeat(prompt),
      completion: 'b'.repeat(completion),
    });
    const fits = survey([row(199, 56)]);
    expect(fits.settings(options).responseLength).toBe(57);
    const long = survey([row(200, 56)]);
    expect(() => long.settings(options)).toThrow(/200 and completions of 57.*largest is 256/);
    // Each fits, but a context has no room for the longest prompt and the longest completion.
    const mixed = survey([row(200, 50), row(10, 200), row(11, 200), row(12, 9)]);
    expect(mixed.settings(options)).toMatchObject({ promptLength: 12, responseLength: 201 });
  });

  it('has levels where most rows name one, and not more than can be told apart', () => {
    const options = { name: 'Levels', answer: MARKER };
    const rows = ['1', '2', '1'].map((c) => ({ prompt: c, completion: c }));
    const levelled = (levels: (number | undefined)[]) =>
      survey(
        levels.map((level, i) => ({ ...rows[i % 3]!, ...(level === undefined ? {} : { level }) })),
      ).settings(options).levels;
    expect(levelled([1, 2, undefined])).toEqual(['1', '2']);
    expect(levelled([1, undefined, undefined])).toEqual(['all']);
    expect(levelled(Array.from({ length: 300 }, (_, i) => i))).toEqual(['all']);
  });

  it.each<[string, Partial<OwnSettings>, RegExp]>([
    ['a character twice', { characters: 'aba' }, /twice/],
    ['the end token among the characters', { characters: 'ab␄' }, /marks the end/],
    ['no name', { name: ' ' }, /no name/],
    ['an empty marker', { answer: { by: 'marker', marker: '' } }, /marker is empty/],
    ['a broken pattern', { answer: { by: 'pattern', pattern: '(' } }, /pattern "\(" cannot/],
    ['two levels of one name', { levels: ['1', '1'] }, /2 levels.*a name of its own/],
  ])('refuses %s', (_, change, message) => {
    const make = (): unknown => createTask({ ...settings, ...change });
    expect(make).toThrow(labErrorOf('task'));
    expect(make).toThrow(message);
  });

  it('needs a row that can be learned from', () => {
    const options = { name: 'None', answer: MARKER };
    expect(() => survey([]).settings(options)).toThrow(/No row of the file can make a task/);
  });
});
