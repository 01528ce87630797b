import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../../src/random';
import { createTask } from '../../../src/tasks';
import {
  checkTask,
  selectProblems,
  withoutMeasured,
} from '../../../src/training/data/demonstrations';
import { presetNamed } from '../../../src/training/configuration/presets';
import { makeTrajectorySet } from '../../../src/trajectories/generate';
import { labErrorOf } from '../lab-errors';

const micro = createTask(presetNamed('micro').config.task);
const laptop = createTask(presetNamed('laptop').config.task);
const EXPERT = { skip: 0, error: 0, answerOnly: 0 };

function made(size: number, part: 'train' | 'benchmark' = 'train', task = micro) {
  const recipe = { name: 'mine', size, levels: 'balanced', expert: EXPERT } as const;
  return makeTrajectorySet(task, recipe, { part, random: Random.from(1, part) });
}

describe('a trajectory set', () => {
  it('of the run’s task is taken', () => {
    expect(() => checkTask(micro, made(8))).not.toThrow();
  });

  it('of another task is refused by name, with what it has and what is needed', () => {
    expect(() => checkTask(micro, made(8, 'train', laptop))).toThrow(labErrorOf('set'));
    expect(() => checkTask(micro, made(8, 'train', laptop))).toThrow(
      /"mine" belongs to another task: its prompts have a length of 22, and .* modulo 5 has 10/,
    );
    const strange = { ...made(8), completions: made(8).completions.map((id) => id + 20) };
    expect(() => checkTask(micro, strange)).toThrow(/it has token 2\d.*has 0 to 12/);
    const hard = { ...made(8), levels: new Uint8Array(8).fill(4) };
    expect(() => checkTask(micro, hard)).toThrow(/it has level 5.*has 1 to 4/);
  });

  it('without trajectories is refused', () => {
    const empty = { ...made(1), size: 0 };
    expect(() => checkTask(micro, empty)).toThrow(/has 0 trajectories; at least 1 is needed/);
  });

  it('loses the prompts that are measured on, and says how many', () => {
    const set = made(12);
    const measured = selectProblems(set, [0, 5]);
    const { set: kept, leftOut } = withoutMeasured(micro, set, { measured: [measured] });
    expect(leftOut).toBeGreaterThanOrEqual(2);
    expect(kept.size).toBe(12 - leftOut);
    expect(kept.answers[0]).toBe(set.answers[1]);
    expect([...kept.completions.slice(0, micro.completionLength)]).toEqual([
      ...set.completions.slice(micro.completionLength, 2 * micro.completionLength),
    ]);
    expect(withoutMeasured(micro, kept, { measured: [measured] }).leftOut).toBe(0);
  });

  it('is compared by its tokens', () => {
    const decode = vi.spyOn(micro.tokenizer, 'decode');
    withoutMeasured(micro, made(12), { measured: [made(8, 'benchmark')] });
    expect(decode).not.toHaveBeenCalled();
    decode.mockRestore();
  });

  it('whose prompts are all measured on is refused', () => {
    const set = made(6, 'benchmark');
    expect(() => withoutMeasured(micro, set, { measured: [set] })).toThrow(
      /All 6 prompts of the trajectory set "mine" are also in the benchmark/,
    );
  });
});
