import { expect, it } from 'vitest';
import { minutesOf, PLAN, PLAN_MINUTES } from '../../../src/views/learn/plan';

it('The lesson takes 45 minutes, step after step', () => {
  expect(PLAN_MINUTES).toBe(45);
  const starts = minutesOf(PLAN);
  PLAN.slice(1).forEach((_, i) => expect(starts[i + 1]).toBe(starts[i]! + PLAN[i]!.minutes));
});
