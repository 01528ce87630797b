/** Ways to train that are known under a name: all their settings at once. */
import { USUAL_ADVANTAGE } from '../advantage';
import type { RunConfig } from './run-config';

/**
 * The recipe of arXiv 2512.11470 where it can be had on a small task: its appendix C, with
 * new_verl/recipe/dapo/train_script/gpu/dapo_qwen7b_sft889k_14080.sh (temperature, rounds of prompts) and
 * new_verl/verl/trainer/config/sft_trainer.yaml (cosine, a tenth of warm-up) of LINs-lab/RETU 5fbdfcb. One
 * update per step, since batch and update batch are 64 prompts both; nine epochs of SFT, as on its sets of
 * 102,000. What depends on size (rates, batches,
 * steps of RL) stays the lab's: see docs/experiments.md, "The paper's recipe beside ours".
 */
const PAPER = {
  sft: { epochs: 9, schedule: 'cosine', rateAtEnd: 0, warmupShare: 0.1 },
  rl: {
    ...USUAL_ADVANTAGE,
    temperature: 0.7,
    minibatches: 1,
    groupSize: 8,
    maxRounds: 10,
    clipLow: 0.2,
    clipHigh: 0.28,
    entropyCoefficient: 0,
    klCoefficient: 0,
    dropUniformGroups: true,
    aggregation: 'token',
    overlongBuffer: null,
  },
} as const satisfies {
  readonly sft: Partial<RunConfig['sft']>;
  readonly rl: Partial<RunConfig['rl']>;
};

export const RECIPES = ['lab', 'paper'] as const;
type Recipe = (typeof RECIPES)[number];

/** Whether a configuration has all that the paper's recipe says. */
function isPapers({ sft, rl }: RunConfig): boolean {
  const has = (stage: Readonly<Record<string, unknown>>, wanted: object): boolean =>
    Object.entries(wanted).every(([name, value]) => stage[name] === value);
  return has(sft, PAPER.sft) && has(rl, PAPER.rl);
}

/** The recipe by which a configuration trains; the lab's where it is no other. */
export function recipeOf(config: RunConfig): Recipe {
  return isPapers(config) ? 'paper' : 'lab';
}

/** The configuration by the paper's recipe; the lab's is the one that each preset has. */
export function withRecipe(config: RunConfig, recipe: Recipe): RunConfig {
  if (recipe === 'lab') return config;
  return { ...config, sft: { ...config.sft, ...PAPER.sft }, rl: { ...config.rl, ...PAPER.rl } };
}
