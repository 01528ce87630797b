import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  createTask,
  encodePrompt,
  FULL_GRID,
  SMALL_GRID,
  type Task,
  type TaskSettings,
} from '../../../src/tasks';
import { presetNamed } from '../../../src/training/configuration/presets';

const EXPERT = { skip: 0, error: 0, answerOnly: 0 };
const TASKS: [string, TaskSettings][] = [
  ['micro arithmetic', presetNamed('micro').config.task],
  ['laptop arithmetic', presetNamed('laptop').config.task],
  ['the small grid', SMALL_GRID],
  ['the full grid', FULL_GRID],
];

function heldOutOf(task: Task) {
  if (!task.heldOut) throw new Error(`${task.name} holds nothing out.`);
  return task.heldOut;
}

describe.each(TASKS)('the held-out problems of %s', (_, settings) => {
  const task = createTask(settings);
  const variant = heldOutOf(task);
  const random = Random.from(1, 'held-out');
  const drawn = variant.levels.flatMap((level) =>
    Array.from({ length: 60 }, () => variant.draw(random, level)),
  );

  it('are known by their prompt, and fit the slots of the model', () => {
    for (const { prompt } of drawn) {
      expect(variant.includes(prompt)).toBe(true);
      expect(encodePrompt(task, prompt)).toHaveLength(task.promptLength);
    }
  });

  it('are of several levels, and many', () => {
    expect(new Set(drawn.map(({ level }) => level))).toEqual(new Set(variant.levels));
    expect(variant.levels.length).toBeGreaterThan(1);
    expect(new Set(drawn.map(({ prompt }) => prompt)).size).toBeGreaterThan(0.7 * drawn.length);
  });

  it('are hardly ever drawn for training', () => {
    let met = 0;
    for (let i = 0; i < 2000; i++) {
      const level = i % task.levels.length;
      if (variant.includes(task.draw(random, level, 'train').prompt)) met += 1;
    }
    expect(met).toBeLessThan(settings.kind === 'grid' ? 1 : 60);
  });
});

describe('a held-out chain', () => {
  const task = createTask(presetNamed('laptop').config.task);
  const variant = heldOutOf(task);

  it('repeats one operand in three operators or more', () => {
    expect(variant.includes('3+7-7*7+7=')).toBe(true);
    expect(variant.includes('3+7-7*7+8=')).toBe(false);
    expect(variant.includes('3+7-7=')).toBe(false);
    expect(variant.levels).toEqual([2, 3, 4, 5]);
  });

  it('has the answer that the expert finds', () => {
    const random = Random.from(2, 'held-out');
    for (const level of variant.levels) {
      const problem = variant.draw(random, level);
      const ids = task.tokenizer.encode(task.solve(problem, random, EXPERT));
      expect(task.verify(problem.answer, ids).correct).toBe(true);
    }
  });

  it('there is none of where no level is long enough', () => {
    const short = { ...presetNamed('micro').config.task, operatorsPerLevel: [1, 2] };
    expect(createTask(short).heldOut).toBeNull();
  });
});

describe('a held-out grid', () => {
  const task = createTask(SMALL_GRID);
  const variant = heldOutOf(task);

  it('has fewer walls, some named twice in ascending order, and is not a prompt of the task itself', () => {
    const random = Random.from(3, 'held-out');
    for (let i = 0; i < 30; i++) {
      const { prompt, answer } = variant.draw(random, i % 3);
      const walls = prompt.split(' > ')[0]!.split(' ').map(Number);
      expect(walls).toHaveLength(SMALL_GRID.walls);
      expect(walls).toEqual([...walls].sort((a, b) => a - b));
      expect(new Set(walls).size).toBe(SMALL_GRID.walls - 2);
      expect(answer.split(' around ')[1]!.split(' ').map(Number)).toEqual([...new Set(walls)]);
      expect(() => task.read(prompt)).toThrow(/is not a grid prompt/);
    }
  });

  it('is as far as its level says, and its shortest path is judged right', () => {
    const random = Random.from(4, 'held-out');
    for (const [level, [least, most]] of [
      [1, 2],
      [3, 4],
      [5, 6],
    ].entries()) {
      const { answer, prompt } = variant.draw(random, level);
      const [, moves, start, goal] = /^(\d+) moves? from (\d+) to (\d+)/.exec(answer)!;
      expect(Number(moves)).toBeGreaterThanOrEqual(least!);
      expect(Number(moves)).toBeLessThanOrEqual(most!);
      expect(prompt.endsWith(`> ${goal} @ ${start}`)).toBe(true);
    }
    // Three walls beside the way.
    const verdict = task.verify(
      '2 moves from 0 to 2 around 8 9 10',
      task.tokenizer.encode('1 2 $'),
    );
    expect(verdict).toMatchObject({ correct: true, answer: '2 moves' });
  });

  it('leaves out levels that only detours reach', () => {
    expect(variant.levels).toEqual([0, 1, 2]);
    expect(heldOutOf(createTask(FULL_GRID)).levels).toEqual([0, 1, 2, 3]);
    expect(createTask({ ...SMALL_GRID, walls: 2 }).heldOut).toBeNull();
  });
});
