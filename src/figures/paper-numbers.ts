/**
 * The published numbers: Ding et al., "Rethinking Expert Trajectory Utilization in LLM Post-training
 * for Mathematical Reasoning" (arXiv 2512.11470), Qwen2.5-7B trained by SFT and then by DAPO.
 * Validation losses are read off the axes of its figure, to about ±0.005.
 */
import type { SubPhase } from '../theory';

export const PAPER_SOURCE = 'arXiv 2512.11470';

export interface PublishedSet {
  readonly name: string;
  readonly size: number;
  /** Among sets of the same size; null where the set has no counterpart. */
  readonly difficulty: 'easy' | 'uniform' | 'hard' | null;
  /** SFT steps at the branch points; the first is pure RL, from the base. */
  readonly steps: readonly number[];
  /** SFT compute at the branch points, exaFLOPs. */
  readonly sftCompute: readonly number[];
  /** Weighted benchmark accuracy in percent. */
  readonly pSft: readonly number[];
  readonly aPost: readonly number[];
  /** Nats per token. */
  readonly validationLoss: readonly number[];
  readonly phases: readonly SubPhase[];
}

export const PAPER_SETS: readonly PublishedSet[] = [
  {
    name: 'SFT889K',
    size: 889000,
    difficulty: null,
    steps: [0, 360, 720, 1080, 1440, 1800, 3600, 5400, 7200, 9000, 10800, 12600, 14080],
    sftCompute: [
      0, 34.9, 69.8, 104.8, 139.7, 174.6, 349.2, 523.8, 698.4, 873.0, 1047.6, 1222.2, 1365.6,
    ],
    pSft: [46.7, 69.2, 71.9, 73.0, 73.3, 74.1, 76.5, 77.5, 77.3, 76.7, 77.7, 77.1, 76.2],
    aPost: [72.0, 82.5, 80.7, 80.1, 80.3, 81.0, 83.1, 82.8, 84.0, 83.4, 83.1, 83.0, 84.0],
    validationLoss: [0.71, 0.46, 0.43, 0.42, 0.41, 0.4, 0.38, 0.373, 0.37, 0.37, 0.37, 0.37, 0.37],
    phases: [
      'adaptation',
      'adaptation',
      'adaptation',
      'adaptation',
      'adaptation',
      'adaptation',
      'adaptation',
      'adaptation',
      'stable',
      'stable',
      'stable',
      'stable',
      'stable',
    ],
  },
  {
    name: 'S1K',
    size: 1000,
    difficulty: null,
    steps: [0, 62, 124, 186, 248, 310],
    sftCompute: [0, 0.6, 1.1, 1.7, 2.3, 2.9],
    pSft: [46.7, 68.6, 70.9, 72.9, 74.1, 73.1],
    aPost: [72.0, 77.3, 77.0, 76.9, 76.5, 76.4],
    validationLoss: [0.71, 0.52, 0.51, 0.53, 0.55, 0.56],
    phases: ['adaptation', 'stable', 'stable', 'mild', 'mild', 'mild'],
  },
  {
    name: 'Easy102K',
    size: 102000,
    difficulty: 'easy',
    steps: [0, 360, 720, 1080, 1440, 1800, 6120],
    sftCompute: [0, 19.8, 39.5, 59.3, 79.0, 98.8, 335.9],
    pSft: [46.7, 70.7, 73.3, 74.2, 74.8, 74.4, 73.3],
    aPost: [72.0, 76.7, 78.5, 78.8, 76.8, 77.8, 74.4],
    validationLoss: [0.71, 0.45, 0.44, 0.46, 0.47, 0.47, 0.87],
    phases: ['adaptation', 'stable', 'stable', 'mild', 'mild', 'mild', 'severe'],
  },
  {
    name: 'Uniform102K',
    size: 102000,
    difficulty: 'uniform',
    steps: [0, 360, 720, 1080, 1440, 1800],
    sftCompute: [0, 34.7, 69.3, 104.0, 138.7, 173.4],
    pSft: [46.7, 72.2, 74.5, 74.8, 75.7, 75.5],
    aPost: [72.0, 76.9, 77.6, 79.7, 77.5, 79.3],
    validationLoss: [0.71, 0.43, 0.42, 0.43, 0.44, 0.44],
    phases: ['adaptation', 'adaptation', 'stable', 'stable', 'mild', 'mild'],
  },
  {
    name: 'Hard102K',
    size: 102000,
    difficulty: 'hard',
    steps: [0, 360, 720, 1080, 1440, 1800],
    sftCompute: [0, 89.3, 178.5, 267.8, 357.0, 446.3],
    pSft: [46.7, 73.2, 74.7, 76.2, 76.9, 76.1],
    aPost: [72.0, 78.1, 77.8, 82.8, 80.2, 78.7],
    validationLoss: [0.71, 0.42, 0.4, 0.4, 0.4, 0.4],
    phases: ['adaptation', 'adaptation', 'stable', 'stable', 'stable', 'stable'],
  },
];

/** What is to be known of the published ceilings wherever they are shown. */
export const PAPER_CAVEAT =
  'The published ceilings rest on windows of the curves that were chosen one by one; the released kit does not reproduce them for several curves.';

/** Minimum validation loss against the highest ceiling, over the five sets. */
export const PAPER_CORRELATION = { pearson: -0.92, spearman: -1 } as const;
