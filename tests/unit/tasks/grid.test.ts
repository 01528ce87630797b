import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  createTask,
  encodePrompt,
  FULL_GRID,
  partOf,
  SMALL_GRID,
  type GridIllustration,
} from '../../../src/tasks';
import { labErrorOf } from '../lab-errors';

const full = createTask(FULL_GRID);
const small = createTask(SMALL_GRID);
const careful = { skip: 0, error: 0, answerOnly: 0 };

/** Shortest paths between all cells by Floyd and Warshall: slow, and nothing like the task's own. */
function allDistances(side: number, walls: ReadonlySet<number>): number[][] {
  const cells = side * side;
  const isStep = (a: number, b: number): boolean =>
    !walls.has(a) &&
    !walls.has(b) &&
    (Math.abs(a - b) === side ||
      (Math.abs(a - b) === 1 && Math.floor(a / side) === Math.floor(b / side)));
  const d = Array.from({ length: cells }, (_, a) =>
    Array.from({ length: cells }, (_, b) => (a === b ? 0 : isStep(a, b) ? 1 : Infinity)),
  );
  for (let k = 0; k < cells; k++) {
    for (let a = 0; a < cells; a++) {
      for (let b = 0; b < cells; b++) d[a]![b] = Math.min(d[a]![b]!, d[a]![k]! + d[k]![b]!);
    }
  }
  return d;
}

function parse(prompt: string) {
  const match = /^((?:\d+ )*)> (\d+) @ (\d+)$/.exec(prompt)!;
  const walls = match[1]!.trim().split(' ').map(Number);
  return { walls, goal: Number(match[2]), start: Number(match[3]) };
}

function judge(task: typeof full, answer: string, text: string) {
  return task.verify(answer, task.tokenizer.encode(text));
}

describe('the grid task', () => {
  it('has the layout of the recipe, full and small', () => {
    const layout = (task: typeof full) => [
      task.tokenizer.vocabulary.length,
      task.promptLength + task.completionLength,
      task.levels.length,
    ];
    expect(layout(full)).toEqual([29, 30, 6]);
    expect(layout(small)).toEqual([20, 21, 4]);
    expect([25, 26, 27, 28].map((id) => full.tokenizer.vocabulary[id])).toEqual([...'$>@_']);
  });

  it.each([
    ['full', full, FULL_GRID],
    ['small', small, SMALL_GRID],
  ])('%s: every problem lies in its level and has an expert path that is shortest', (...row) => {
    const [, task, { side, walls: wallCount, longestPerLevel }] = row;
    const random = Random.from(1, 'grid');
    for (let i = 0; i < 120; i++) {
      const level = i % task.levels.length;
      const problem = task.draw(random, level, 'train');
      expect(partOf(problem.prompt)).toBe('train');
      const { walls, goal, start } = parse(problem.prompt);
      expect(walls).toHaveLength(wallCount);
      expect([...walls].sort((a, b) => a - b)).toEqual(walls);
      const distance = allDistances(side, new Set(walls))[start]![goal]!;
      expect(distance).toBeGreaterThan(longestPerLevel[level - 1] ?? 0);
      expect(distance).toBeLessThanOrEqual(longestPerLevel[level]!);
      const completion = task.solve(problem, random, careful);
      expect(completion.split(' ')).toHaveLength(distance + 1);
      expect(judge(task, problem.answer, completion)).toMatchObject({ correct: true });
      expect(task.read(problem.prompt)).toEqual(problem);
      expect(encodePrompt(task, problem.prompt)).toHaveLength(task.promptLength);
    }
  });

  // Walls 1 6 11 of a 5 × 5 grid form a column that only its lower end lets pass:
  //   0 #  2        the shortest path from 0 to 2 is
  //   5 #  7        5 10 15 16 17 12 7 2
  const task = createTask({ ...FULL_GRID, walls: 3 });
  const { answer } = task.read('1 6 11 > 2 @ 0');

  it.each([
    ['5 10 15 16 17 12 7 2 $', true, true, 'a shortest path'],
    ['1 2 $', false, true, 'through a wall'],
    ['5 10 15 20 21 16 17 12 7 2 $', false, true, 'legal, but longer'],
    ['5 0 5 10 15 16 17 12 7 2 $', false, true, 'back and forth'],
    ['5 10 15 16 17 12 7 $', false, true, 'short of the goal'],
    ['5 10 15 16 17 12 7 2 3 $', false, true, 'beyond the goal'],
    ['5 10 16 17 12 7 2 $', false, true, 'a diagonal move'],
    ['5 10 15 16 17 12 7 2', false, false, 'no end'],
    ['$', false, false, 'nothing'],
    ['5 > 10 $', false, false, 'no cell'],
    ['5 10 15 16 17 12 7 2 $ 3 $', true, true, 'right, then more after the end'],
  ])('judges %s', (text, correct, wellFormed) => {
    expect(judge(task, answer, text)).toMatchObject({ correct, wellFormed });
  });

  it('does not take the end of one row for a neighbour of the next', () => {
    const { answer } = task.read('1 6 11 > 10 @ 4');
    expect(answer).toMatch(/^8 moves from 4 to 10 around 1 6 11$/);
    expect(judge(task, answer, '5 10 $').correct).toBe(false);
  });

  it('breaks ties between shortest paths at random, each as likely as its moves', () => {
    const open = createTask({ ...FULL_GRID, walls: 0, longestPerLevel: [2, 8] });
    const random = Random.from(3);
    const problem = open.read('> 6 @ 0');
    const counts = { '5 6 $': 0, '1 6 $': 0 };
    for (let i = 0; i < 2000; i++) {
      counts[open.solve(problem, random, careful) as keyof typeof counts] += 1;
    }
    expect(counts['5 6 $'] + counts['1 6 $']).toBe(2000);
    expect(counts['5 6 $'] / 2000).toBeCloseTo(0.5, 1);
  });

  it('strays at the wanted rate, legally, and still reaches the goal within the completion', () => {
    const random = Random.from(4);
    for (const error of [0.3, 1]) {
      let wrong = 0;
      for (let i = 0; i < 400; i++) {
        const problem = full.draw(random, i % 6, 'train');
        const { goal, start, walls } = parse(problem.prompt);
        const symbols = full.solve(problem, random, { ...careful, error }).split(' ');
        expect(symbols.length).toBeLessThanOrEqual(full.completionLength);
        expect(symbols.slice(-2)).toEqual([String(goal), '$']);
        let cell = start;
        for (const next of symbols.slice(0, -1).map(Number)) {
          expect(walls).not.toContain(next);
          expect([1, 5]).toContain(Math.abs(next - cell));
          cell = next;
        }
        if (!judge(full, problem.answer, symbols.join(' ')).correct) wrong++;
      }
      expect(wrong).toBeGreaterThan(error === 1 ? 250 : 100);
      expect(wrong).toBeLessThan(400);
    }
  });

  it('wanders as the base corpus wants: towards the goal, with some detours, walls and early ends', () => {
    const random = Random.from(5);
    let reached = 0;
    let crossed = 0;
    let nearer = 0;
    const walks = 600;
    for (let i = 0; i < walks; i++) {
      const problem = full.draw(random, 2, 'train');
      const { walls, goal, start } = parse(problem.prompt);
      const symbols = full.solve(problem, random, { ...careful, wander: 1 }).split(' ');
      expect(symbols.at(-1)).toBe('$');
      expect(symbols.length).toBeLessThanOrEqual(full.completionLength);
      const cells = symbols.slice(0, -1).map(Number);
      const far = (cell: number) =>
        Math.abs(Math.floor(cell / 5) - Math.floor(goal / 5)) + Math.abs((cell % 5) - (goal % 5));
      if (cells.at(-1) === goal) reached++;
      if (cells.some((cell) => walls.includes(cell))) crossed++;
      if (far(cells[0]!) < far(start)) nearer++;
    }
    expect(reached / walks).toBeGreaterThan(0.3);
    expect(reached / walks).toBeLessThan(0.9);
    expect(crossed / walks).toBeGreaterThan(0.02);
    expect(crossed / walks).toBeLessThan(0.4);
    expect(nearer / walks).toBeGreaterThan(0.5);
  });

  it.each<[string, Partial<typeof FULL_GRID>, RegExp]>([
    ['a side of 1', { side: 1 }, /side is 1.*from 2 to 15/],
    ['a side of 16', { side: 16 }, /side is 16.*from 2 to 15/],
    ['as many walls as cells', { walls: 24 }, /24 walls.*0 to 23/],
    ['levels that do not ascend', { longestPerLevel: [2, 2] }, /ascending/],
    ['no levels', { longestPerLevel: [] }, /ascending/],
    ['completions that the longest path does not fit', { responseLength: 15 }, /from 16/],
    ['completions beyond the context', { responseLength: 250 }, /to 244/],
  ])('refuses %s', (_, change, message) => {
    const make = (): unknown => createTask({ ...FULL_GRID, ...change });
    expect(make).toThrow(labErrorOf('task'));
    expect(make).toThrow(message);
  });

  it('says so when no grid has paths as long as a level wants', () => {
    const open = createTask({ ...SMALL_GRID, walls: 0, longestPerLevel: [4, 6] });
    expect(() => open.draw(Random.from(0), 1, 'train')).not.toThrow();
    const impossible = createTask({ ...SMALL_GRID, walls: 0, longestPerLevel: [6, 10] });
    expect(() => impossible.draw(Random.from(0), 1, 'train')).toThrow(
      /no shortest path of 7 to 10 moves.*more walls/,
    );
  });

  it.each([
    ['1 6 > 2 @ 0', /has 6 symbols/],
    ['6 1 11 > 2 @ 0', /not a grid prompt.*ascending/],
    ['1 6 11 > 6 @ 0', /not a grid prompt.*beside the walls/],
    ['1 6 11 @ 2 > 0', /not a grid prompt/],
    ['1 6 11 > 0 @ 0', /shortest path has 0 moves/],
    ['1 5 11 > 2 @ 0', /no path leads/],
    ['1 6 11 > 2 @ 25', /not in the vocabulary/],
  ])('refuses the prompt %s', (prompt, message) => {
    expect(() => task.read(prompt)).toThrow(message);
  });

  it('refuses an answer or a level that contradicts the prompt, and settings without meaning', () => {
    expect(() => task.read('1 6 11 > 2 @ 0', { answer: '2 moves from 0 to 2' })).toThrow(/it is/);
    expect(() => task.read('1 6 11 > 2 @ 0', { level: 1 })).toThrow(/of level 4/);
    expect(task.read('1 6 11 > 2 @ 0', { level: 4, answer }).level).toBe(3);
    const problem = task.read('1 6 11 > 2 @ 0');
    expect(() => task.solve(problem, Random.from(0), { ...careful, skip: 0.2 })).toThrow(
      /skip 0.2/,
    );
    expect(() => task.verify('8', [1])).toThrow(/not the answer of a grid problem/);
  });

  it('cuts a whole sequence where its prompt ends', () => {
    expect(task.splitText('1 6 11 > 2 @ 0 5 10')).toEqual({
      prompt: '1 6 11 > 2 @ 0',
      completion: '5 10',
    });
  });
});

describe('a guide with faults', () => {
  const random = Random.from(21);
  const problems = Array.from({ length: 200 }, (_, i) => full.draw(random, i % 6, 'train'));

  it('misses the goal in every trajectory where that is asked for', () => {
    for (const problem of problems) {
      const text = full.solve(problem, random, { ...careful, wrong: 1 });
      const verdict = full.verify(problem.answer, full.tokenizer.encode(text));
      expect(verdict, `${problem.prompt}: ${text}`).toMatchObject({
        correct: false,
        wellFormed: true,
      });
    }
  });

  it('makes detours that are legal, end at the goal, and have two moves too many', () => {
    for (const problem of problems) {
      const text = full.solve(problem, random, { ...careful, verbose: 1 });
      const drawn = full.illustrate!(problem.prompt, text.slice(0, -2)) as GridIllustration;
      const { path, goal, firstFault } = drawn;
      const shortest = Number(problem.answer.split(' ')[0]);
      const hasRoom = shortest + 2 <= FULL_GRID.responseLength - 1;
      expect(path).toHaveLength(shortest + (hasRoom ? 2 : 0));
      expect([path.at(-1), firstFault]).toEqual([goal, null]);
    }
  });
});
