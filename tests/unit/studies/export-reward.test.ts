import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import { rewardInPython } from '../../../src/studies/trainer-export/reward';
import {
  createTask,
  FAULTLESS,
  type AnswerRule,
  type Task,
  type TaskSettings,
} from '../../../src/tasks';
import { presets } from '../../../src/training/configuration/presets';
import { python } from './python';

const folder = mkdtempSync(join(tmpdir(), 'lab-reward-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Pair {
  readonly answer: string;
  readonly completion: string;
}

/** What the lab says of a text that has ended; one that its tokenizer does not know is wrong. */
function labVerdict(task: Task, { answer, completion }: Pair): string {
  let ids: number[];
  try {
    ids = task.tokenizer.encode(completion);
  } catch {
    return '{"correct":false,"wellFormed":false,"answer":null}';
  }
  return JSON.stringify(task.verify(answer, [...ids, task.stopToken]));
}

/** A text with some of its symbols changed, doubled, left out or followed by others. */
function mutated(text: string, { tokenizer }: Task, random: Random): string {
  const symbols = tokenizer.separator === '' ? [...text] : text.split(tokenizer.separator);
  const strange = [...tokenizer.vocabulary, 'é', '\n', '', '😀', '−', ' '];
  for (let edits = random.integer(3); edits >= 0; edits--) {
    const at = random.integer(symbols.length + 1);
    const other =
      strange[random.integer(random.chance(0.8) ? strange.length - 6 : strange.length)]!;
    symbols.splice(at, random.integer(2), ...(random.chance(0.7) ? [other] : []));
  }
  return symbols.join(tokenizer.separator);
}

function solvedPairs(task: Task, count: number, random: Random): Pair[] {
  const stop = task.tokenizer.separator + task.tokenizer.vocabulary[task.stopToken]!;
  return Array.from({ length: count }, (_, i) => {
    const problem = task.draw(random, i % task.levels.length, 'train');
    const expert = { ...FAULTLESS, wrong: random.chance(0.2) ? 1 : 0, verbose: 0.2 };
    const completion = task.solve(problem, random, expert).slice(0, -stop.length);
    const { answer } = problem;
    return {
      answer,
      completion: random.chance(0.5) ? completion : mutated(completion, task, random),
    };
  });
}

const CHARACTERS = ' \n\t\u00a0\ufeff$%()*+,-./0123456789:=ABCabcdeforxy\\{}[]_#−€é你';
const PIECES = [
  ...['42', '-7', '3/4', '1,234', '1,23', '.5', '5.', '1e3', '2E-2', '0.3', '0.29', '12abc', '−8'],
  ...[
    '\\frac{3}{4}',
    '\\dfrac{1}{2}',
    '$5',
    '-$5',
    '€ 3',
    '45.3%',
    '5 \\%',
    '\\(7\\)',
    '$1/2$',
    '1/0',
  ],
  ...[
    '#### 42',
    '####',
    '\\boxed{42}',
    '\\boxed{\\frac{3}{4}}',
    '\\fbox{7}',
    '\\boxed{',
    '}',
    'a',
    'b',
  ],
  ...[
    'ab',
    'abc',
    'x=',
    '7-3',
    '= -3',
    ' ',
    '\n',
    '\u00a0',
    '\ufeff',
    '-',
    '1/2/3',
    '你',
    'é',
    '4.2e1',
  ],
];

function writtenPairs(count: number, random: Random): Pair[] {
  const piece = (): string => PIECES[random.integer(PIECES.length)]!;
  return Array.from({ length: count }, () => {
    const answer = piece();
    const parts = Array.from({ length: random.integer(5) }, piece);
    // Half of them end with the answer, or with one that is worth as much.
    if (random.chance(0.5)) parts.push(random.chance(0.5) ? `#### ${answer}` : answer);
    if (random.chance(0.2)) parts.push(`\\boxed{${answer}}`);
    if (random.chance(0.1)) parts.push(`x=${answer}`);
    if (random.chance(0.03)) parts.push('z');
    return { answer, completion: parts.join(random.chance(0.5) ? ' ' : '') };
  });
}

const RULES: readonly AnswerRule[] = [
  { by: 'marker', marker: '####' },
  { by: 'marker', marker: '####', tolerance: 0.01 },
  { by: 'boxed' },
  { by: 'boxed', tolerance: 0 },
  { by: 'last-number' },
  { by: 'last-number', tolerance: 0.5 },
  { by: 'exact' },
  { by: 'exact', tolerance: 0.01 },
  ...[
    String.raw`(?:(a)|b)+`,
    String.raw`\b(\d+)\b`,
    String.raw`x=\s*([-\d.]+?)$`,
    String.raw`^[^\d]*(\d{1,3}(?:,\d{3})*)`,
    String.raw`\p{L}+|\d`,
    String.raw`\B.{2,4}?`,
  ].map((pattern) => ({ by: 'pattern', pattern }) as const),
];

function own(answer: AnswerRule): TaskSettings {
  return {
    ...{ kind: 'own', name: 'theirs', characters: CHARACTERS, promptLength: 8, responseLength: 40 },
    ...{ levels: ['all'], answer, promptEnd: null },
  };
}

/** The verdicts of the exported file, and of the lab. */
function verdicts(settings: TaskSettings, pairs: readonly Pair[]) {
  writeFileSync(join(folder, 'reward.py'), rewardInPython(settings));
  const input = pairs.map((pair) => `${JSON.stringify(pair)}\n`).join('');
  const theirs = python(folder, ['reward.py'], input).split('\n').slice(0, -1);
  const task = createTask(settings);
  return { theirs, ours: pairs.map((pair) => labVerdict(task, pair)) };
}

function expectSame(settings: TaskSettings, pairs: readonly Pair[], least: number) {
  const { theirs, ours } = verdicts(settings, pairs);
  const differing = pairs
    .map((pair, i) => ({ pair, theirs: theirs[i], ours: ours[i] }))
    .filter((each) => each.theirs !== each.ours);
  expect(differing.slice(0, 5)).toEqual([]);
  const right = ours.filter((verdict) => verdict.startsWith('{"correct":true')).length;
  expect(right).toBeGreaterThan(least * pairs.length);
  expect(pairs.length - right).toBeGreaterThan(least * pairs.length);
}

describe('the reward in Python', () => {
  const made = presets().filter(({ config }) => config.task.kind !== 'own');
  it.each(made.map(({ name, config }) => [name, config.task] as const))(
    'says of 1,000 completions of %s what the lab says, byte for byte',
    (name, settings) => {
      const random = Random.from(5, 'reward', name);
      expectSame(settings, solvedPairs(createTask(settings), 1000, random), 0.15);
    },
  );

  it.each(RULES.map((rule) => [JSON.stringify(rule), rule] as const))(
    'reads 500 answers by the rule %s as the lab does',
    (name, rule) => {
      expectSame(own(rule), writtenPairs(500, Random.from(6, name)), 0.005);
    },
  );

  it('is called by TRL with lists of texts or messages, and by verl with one text', () => {
    writeFileSync(join(folder, 'reward.py'), rewardInPython(presets()[0]!.config.task));
    const script = [
      'import json, reward',
      'texts = ["+33#3", "+33#4"]',
      'messages = [[{"role": "assistant", "content": text}] for text in texts]',
      'more = {"prompts": [], "completion_ids": [], "level": [1, 1], "trainer_state": None}',
      'a = reward.reward(completions=texts, answer=["3", "3"], **more)',
      'b = reward.reward(completions=messages, answer=["3", "3"], **more)',
      'c = [reward.compute_score("plasticity-lab", text, "3", {}, reward_router_address=None) for text in texts]',
      'print(json.dumps([a, b, c]))',
    ].join('\n');
    const said: unknown = JSON.parse(python(folder, ['-c', script]));
    const [right, wrong] = [1, 0].map((score) => ({ score, acc: score }));
    expect(said).toEqual([
      [1, 0],
      [1, 0],
      [right, wrong],
    ]);
  });
});
