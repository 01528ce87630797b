import { expect, it } from 'vitest';
import { distinctPrompts } from '../../../src/engine/sampling';

it('prompts are the same where their tokens are, whatever pads them', () => {
  const rows = [
    [1, 2, 3],
    [1, 2, 9],
    [1, 2, 3],
    [1, 2, 0],
    [12, 3, 0],
    [1, 23, 0],
  ];
  const { firstRows, promptOf } = distinctPrompts({
    rows: rows.length,
    prompts: Int32Array.from(rows.flat()),
    promptLength: 3,
    promptLengths: Int32Array.of(3, 2, 3, 2, 2, 2),
  });
  expect([...firstRows]).toEqual([0, 1, 4, 5]);
  expect([...promptOf]).toEqual([0, 1, 0, 1, 2, 3]);
});

it('without lengths every prompt has the same', () => {
  const prompts = Int32Array.of(1, 0, 1, 1, 1, 0);
  const { promptOf } = distinctPrompts({ rows: 3, prompts, promptLength: 2 });
  expect([...promptOf]).toEqual([0, 1, 0]);
});
