import { expect, it } from 'vitest';
import { counted } from '../../../src/words/en/counted';

it.each([
  [0, '0 seeds'],
  [1, '1 seed'],
  [2, '2 seeds'],
  [4000, '4,000 seeds'],
])('%d of a thing read “%s”', (count, text) => {
  expect(counted(count, 'seed')).toBe(text);
});

it('takes the plural of a noun that has its own', () => {
  expect(counted(1, 'trajectory', 'trajectories')).toBe('1 trajectory');
  expect(counted(3, 'trajectory', 'trajectories')).toBe('3 trajectories');
});
