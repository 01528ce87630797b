/**
 * Learning rates of language models: those of the lab are for models a thousand times smaller. 1e-5 and 1e-6
 * are usual for SFT and RL of all parameters (DAPO, arXiv 2503.14476, has 1e-6 for RL).
 */
export const LEARNING_RATES = { sft: 1e-5, rl: 1e-6 } as const;
