/** pass@k: how often the best of k samples is right. */
import type { PassAtK } from './measurements';

/**
 * Probability that at least one of k samples is right, estimated without bias from n samples of which
 * c are right: 1 − C(n − c, k) / C(n, k) (arXiv 2107.03374 eq. 1).
 */
export function passProbability(n: number, c: number, k: number): number {
  if (n - c < k) return 1;
  let allWrong = 1;
  for (let i = n - c + 1; i <= n; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
}

/**
 * pass@k for k = 2, 4, 8 … up to the samples of each problem, in percent: per level, and their mean.
 * @param right number of right samples of each problem
 */
export function passAtK(
  right: ArrayLike<number>,
  levelOf: ArrayLike<number>,
  { levels, samples }: { levels: number; samples: number },
): PassAtK[] {
  const results: PassAtK[] = [];
  for (let k = 2; k <= samples; k *= 2) {
    const sums = new Float64Array(levels);
    const problems = new Float64Array(levels);
    for (let i = 0; i < right.length; i++) {
      sums[levelOf[i]!]! += 100 * passProbability(samples, right[i]!, k);
      problems[levelOf[i]!]! += 1;
    }
    const perLevel = Array.from(sums, (sum, level) => sum / Math.max(1, problems[level]!));
    results.push({ k, perLevel, score: perLevel.reduce((a, b) => a + b, 0) / levels });
  }
  return results;
}
