import { counted } from './counted';

/** Why a study cannot be exported for a trainer of language models. */
export const EXPORT_ERRORS = {
  'export/trainer': ({ trainer, known }: { trainer: string; known: readonly string[] }) =>
    `There is no export for the trainer "${trainer}"; choose ${known.join(' or ')}.`,
  'export/model': ({ model }: { model: string }) =>
    `The model is "${model}"; it must be a name on the Hugging Face Hub or a folder, such as Qwen/Qwen2.5-0.5B.`,
  'export/task': ({ kind, known }: { kind: string; known: readonly string[] }) =>
    `The task "${kind}" has no verifier in Python, so a trainer could not reward it; studies of ${known.join(', ')} can be exported.`,
  'export/minibatches': ({ prompts, minibatches }: { prompts: number; minibatches: number }) =>
    `A step of RL has ${counted(prompts, 'prompt')} and ${counted(minibatches, 'minibatch', 'minibatches')}, which trainers share out evenly; set run.rl.promptsPerStep to a multiple of ${minibatches}, or run.rl.minibatches to a divisor of ${prompts}.`,
  'export/nothing': () =>
    'The study has neither a set nor RL from the base, so there is nothing that a trainer could run. Add a trajectory set.',
} as const;
