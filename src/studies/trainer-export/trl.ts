/** Configurations for TRL: YAML that sft.py and rl.py hand to SFTConfig and GRPOConfig. */
import type { RunConfig } from '../../training/configuration/run-config';
import { warmupOf } from '../../training/configuration/optimizer';
import { LEARNING_RATES } from './learning-rates';
import { dataPath } from './data';
import type { RlExport, SftExport } from './runs';
import { divisorUpTo, yamlLines, type Setting, type SettingGroup } from './settings-file';

/** Rows that a GPU computes together: small enough for any, gradients are accumulated over the others. */
const MOST_ROWS = 16;

type Optimizer = RunConfig['sft'] | RunConfig['rl'];

function optimizerGroup(stage: Optimizer, learningRate: number, updates: number): SettingGroup {
  return {
    title: 'optimizer: as in the lab, but for the learning rate',
    settings: [
      ['max_steps', updates],
      ['learning_rate', learningRate, 'of a language model, not of the lab’s small one'],
      ['lr_scheduler_type', 'constant_with_warmup', 'so that each branch point has seen one rate'],
      ['warmup_steps', warmupOf(stage)],
      ['weight_decay', stage.weightDecay],
      ['adam_beta1', stage.beta1],
      ['adam_beta2', stage.beta2],
      ['adam_epsilon', 1e-8],
      ['max_grad_norm', stage.maxGradNorm],
      ['optim', 'adamw_torch_fused', 'the default since torch 2.8'],
    ],
  };
}

function runGroup(seed: number): SettingGroup {
  return {
    title: 'run',
    settings: [
      ['seed', seed],
      ['data_seed', seed],
      ['logging_steps', 1, 'tokens are counted in the log'],
      ['report_to', 'none'],
      ['eval_strategy', 'no', 'evaluate.py measures all checkpoints alike'],
      ['save_strategy', 'no', 'checkpoints are kept at save_at'],
      ['save_only_model', true],
      ['gradient_checkpointing', true, 'the default of TRL, not of transformers'],
      ['use_liger_kernel', false],
      ['model_init_kwargs', { dtype: 'float32' }, 'a name alone loads float32 too: it is said'],
    ],
  };
}

function fileText(
  head: readonly Setting[],
  saveAt: readonly number[],
  groups: readonly SettingGroup[],
): string {
  const top = head.map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const lines = [...top, `save_at: ${JSON.stringify(saveAt)}`, 'training:'];
  return `${[...lines, ...yamlLines(groups, '  ')].join('\n')}\n`;
}

/** @param limits most tokens of prompt and completion */
export function trlSft(
  { run, seed, steps, config: { sft } }: SftExport,
  limits: { readonly prompt: number; readonly completion: number },
): string {
  const rows = divisorUpTo(sft.batchSize, MOST_ROWS);
  const head: Setting[] = [
    ['run', run],
    ['data', dataPath('trl', 'sft', run)],
  ];
  return fileText(
    head,
    steps.filter((step) => step > 0),
    [
      optimizerGroup(sft, LEARNING_RATES.sft, sft.steps),
      {
        title: 'batches',
        settings: [
          ['per_device_train_batch_size', rows],
          ['gradient_accumulation_steps', sft.batchSize / rows],
          ['max_length', limits.prompt + limits.completion, 'longer rows would lose their answer'],
          ['truncation_mode', 'keep_start'],
          ['packing', false, 'a small set would become a few rows'],
          ['padding_free', false],
          ['shuffle_dataset', false, 'each epoch has an order of its own anyway'],
        ],
      },
      {
        title: 'loss',
        settings: [
          ['completion_only_loss', true],
          ['assistant_only_loss', false],
          ['loss_type', 'nll', 'unset it is chunked_nll, the same in less memory'],
        ],
      },
      runGroup(seed),
    ],
  );
}

const LOSS_TYPES = {
  token: 'dapo',
  sequence: 'grpo',
  constant: 'dr_grpo',
  'micro-batch': 'bnpo',
} as const;

function batchesOfRl({ settings: rl }: RlExport): Setting[] {
  const { promptsPerStep, groupSize, minibatches } = rl;
  const rows = (promptsPerStep * groupSize) / minibatches;
  const together = divisorUpTo(rows, MOST_ROWS);
  return [
    ['per_device_train_batch_size', together, 'completions, not prompts'],
    ['gradient_accumulation_steps', rows / together],
    [
      'steps_per_generation',
      (rows / together) * minibatches,
      `${promptsPerStep} prompts × ${groupSize} completions are sampled at a time`,
    ],
    ['num_generations', groupSize],
    ['num_iterations', 1],
    ['shuffle_dataset', false, 'the prompts of each step are the lab’s'],
    ['remove_unused_columns', false, 'the reward reads the answer'],
  ];
}

/** @param longest most tokens of a completion */
export function trlRl(rl: RlExport, longest: number): string {
  const { run, prompts, seed, steps, settings } = rl;
  const { minibatches } = settings;
  const head: Setting[] = [
    ['run', run],
    ['data', dataPath('trl', 'rl', prompts)],
  ];
  const saveAt = steps.filter((step) => step > 0).map((step) => step * minibatches);
  return fileText(head, saveAt, [
    optimizerGroup(settings, LEARNING_RATES.rl, settings.steps * minibatches),
    { title: 'groups', settings: batchesOfRl(rl) },
    {
      title: 'sampling',
      settings: [
        ['temperature', settings.temperature],
        ['top_p', 1],
        ['top_k', 0, '0 for all tokens'],
        ['min_p', null],
        ['repetition_penalty', 1],
        ['max_completion_length', longest, '256 up to 1.9, 512 since'],
        ['use_vllm', false],
      ],
    },
    {
      title: 'loss: DAPO where the study has it',
      settings: [
        ['loss_type', LOSS_TYPES[settings.aggregation]],
        ['scale_rewards', settings.baseline === 'dr-grpo' ? 'none' : 'group'],
        ['epsilon', settings.clipLow],
        ['epsilon_high', settings.clipHigh],
        ['delta', null],
        ['beta', settings.klCoefficient],
        ['use_bias_correction_kl', false, 'the default of 1.10 is true'],
        ['importance_sampling_level', 'token'],
        ['mask_truncated_completions', false],
        ['entropy_coef', settings.entropyCoefficient],
        ['top_entropy_quantile', 1],
        ['disable_dropout', false],
      ],
    },
    runGroup(seed),
  ]);
}
