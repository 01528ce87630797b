/** Which part a problem belongs to: decided by the problem alone, never by a seed. */
import { LabError } from '../errors';
import { hashText } from '../random';
import { type Part, type Problem } from './task';

/** Shares of the problem space: 70% to learn from, 15% to validate, 15% to measure. */
const PART_SHARES = { train: 0.7, validation: 0.15, benchmark: 0.15 } as const;

/**
 * The part of a problem, by a hash of its prompt. Since no seed enters, a problem that any base,
 * SFT or RL run learned from can never turn up in any run's validation or benchmark.
 */
export function partOf(prompt: string): Part {
  const place = hashText(prompt) / 0x100000000;
  if (place < PART_SHARES.train) return 'train';
  return place < PART_SHARES.train + PART_SHARES.validation ? 'validation' : 'benchmark';
}

/** Far beyond bad luck: with 15% of the space, 2,000 misses in a row have probability 1e-141. */
const MOST_DRAWS = 2000;

/** Draws until a problem of the wanted part comes up. */
export function drawInPart(part: Part, draw: () => Problem): Problem {
  for (let i = 0; i < MOST_DRAWS; i++) {
    const problem = draw();
    if (partOf(problem.prompt) === part) return problem;
  }
  throw new LabError('task/part-draws', { draws: MOST_DRAWS, part });
}
