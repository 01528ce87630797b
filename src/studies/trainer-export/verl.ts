/** Configurations for verl: overrides of Hydra, a line each, which launch.sh hands over. */
import type { RunConfig } from '../../training/configuration/run-config';
import { warmupOf } from '../../training/configuration/optimizer';
import { dataPath } from './data';
import { LEARNING_RATES } from './learning-rates';
import type { RlExport, SftExport } from './runs';
import { overrideLines, type Setting } from './settings-file';

type Optimizer = RunConfig['sft'] | RunConfig['rl'];
interface Limits {
  readonly prompt: number;
  readonly completion: number;
}

function optimizerSettings(prefix: string, stage: Optimizer, learningRate: number): Setting[] {
  return [
    [`${prefix}.lr`, learningRate, 'Of a language model; SFT has 1e-3 by default.'],
    [`${prefix}.lr_scheduler_type`, 'constant', 'Each branch point has seen one rate.'],
    [`${prefix}.lr_warmup_steps`, warmupOf(stage)],
    [`${prefix}.weight_decay`, stage.weightDecay],
    [`${prefix}.betas`, [stage.beta1, stage.beta2]],
  ];
}

function trainerSettings(stage: 'sft' | 'rl', run: string, saveEvery: number): Setting[] {
  return [
    ['trainer.project_name', 'plasticity-lab'],
    ['trainer.experiment_name', run],
    ['trainer.default_local_dir', `@ROOT@/runs/${stage}/${run}`],
    ['trainer.logger', ['console', 'file'], 'evaluate.py counts the tokens of the file.'],
    ['trainer.save_freq', saveEvery],
    ['trainer.test_freq', -1, 'evaluate.py measures all checkpoints alike. 0 would be divided by.'],
    ['trainer.resume_mode', 'disable', 'The log of a run that is resumed would begin anew.'],
    ['trainer.nnodes', 1],
    ['trainer.n_gpus_per_node', '@GPUS@'],
  ];
}

function asFile(groups: Parameters<typeof overrideLines>[0]): string {
  return `${overrideLines(groups).join('\n')}\n`;
}

export function verlSft(
  { run, size, seed, steps, config: { sft } }: SftExport,
  limits: Limits,
): string {
  const batch = Math.min(sft.batchSize, size);
  const epochs = Math.ceil(sft.steps / Math.floor(size / batch));
  return asFile([
    {
      title: 'data',
      settings: [
        ['data.train_files', `@ROOT@/${dataPath('verl', 'sft', run)}`],
        ['data.val_files', null],
        ['data.train_batch_size', batch, 'The tail of an epoch is dropped; fewer rows would fail.'],
        ['data.use_dynamic_bsz', true],
        ['data.max_token_len_per_gpu', Math.max(8192, limits.prompt + limits.completion)],
        ['data.max_length', limits.prompt + limits.completion],
        ['data.truncation', 'error'],
        ['data.pad_mode', 'no_padding'],
        ['data.messages_key', 'messages'],
      ],
    },
    {
      title: 'model and optimizer',
      settings: [
        ['model.path', '@MODEL@', 'Its tokenizer has the chat template of this study.'],
        ['model.enable_gradient_checkpointing', true],
        ['engine.model_dtype', 'fp32'],
        ...optimizerSettings('optim', sft, LEARNING_RATES.sft),
        ['optim.clip_grad', sft.maxGradNorm],
        ['checkpoint.save_contents', ['hf_model']],
      ],
    },
    {
      title: 'trainer',
      settings: [
        ...trainerSettings('sft', run, steps[1]!),
        ['trainer.total_epochs', epochs],
        ['trainer.total_training_steps', sft.steps],
        ['trainer.seed', seed],
        ['engine.seed', seed],
      ],
    },
  ]);
}

const AGGREGATIONS = {
  token: 'token-mean',
  sequence: 'seq-mean-token-mean',
  constant: 'seq-mean-token-sum-norm',
  // verl has no mean over the tokens of each micro-batch.
  'micro-batch': 'token-mean',
} as const;

/** What names the rollouts of a policy that may never be right: groups would be drawn again for ever. */
function filters({ settings, sft }: RlExport): Setting[] {
  const isFiltered = settings.dropUniformGroups && settings.maxRounds > 1 && sft !== null;
  return [
    [
      'algorithm.filter_groups.enable',
      isFiltered,
      'DAPO’s dynamic sampling. It draws without an end where all groups agree.',
    ],
    ['algorithm.filter_groups.metric', isFiltered ? 'acc' : null],
  ];
}

function actorSettings({ seed, settings: rl }: RlExport): Setting[] {
  const actor = 'actor_rollout_ref.actor';
  return [
    ['actor_rollout_ref.model.path', '@MODEL@'],
    ['actor_rollout_ref.model.enable_gradient_checkpointing', true],
    ...optimizerSettings(`${actor}.optim`, rl, LEARNING_RATES.rl),
    [`${actor}.grad_clip`, rl.maxGradNorm],
    [`${actor}.ppo_mini_batch_size`, rl.promptsPerStep / rl.minibatches, 'In prompts.'],
    [`${actor}.ppo_epochs`, 1],
    [`${actor}.data_loader_seed`, seed],
    [`${actor}.use_dynamic_bsz`, true],
    [`${actor}.clip_ratio_low`, rl.clipLow],
    [`${actor}.clip_ratio_high`, rl.clipHigh],
    [`${actor}.loss_agg_mode`, AGGREGATIONS[rl.aggregation]],
    [`${actor}.entropy_coeff`, rl.entropyCoefficient],
    [`${actor}.use_kl_loss`, rl.klCoefficient > 0],
    [`${actor}.kl_loss_coef`, rl.klCoefficient],
    [`${actor}.checkpoint.save_contents`, ['hf_model']],
  ];
}

function rolloutSettings({ seed, settings: rl }: RlExport): Setting[] {
  const rollout = 'actor_rollout_ref.rollout';
  return [
    [`${rollout}.name`, 'vllm'],
    [`${rollout}.n`, rl.groupSize],
    [`${rollout}.temperature`, rl.temperature],
    [`${rollout}.top_p`, 1],
    [`${rollout}.top_k`, -1, '-1 for all tokens.'],
    [`${rollout}.tensor_model_parallel_size`, 1, '2 by default.'],
    [`${rollout}.gpu_memory_utilization`, 0.5],
    [`${rollout}.seed`, seed],
    [
      'reward.custom_reward_function.path',
      '@ROOT@/reward.py',
      'Not the key of 0.8, which had no reward before it.',
    ],
    ['reward.custom_reward_function.name', 'compute_score'],
    ['reward.reward_manager.name', 'naive'],
  ];
}

export function verlRl(rl: RlExport, limits: Limits): string {
  const { run, prompts, settings } = rl;
  const file = `@ROOT@/${dataPath('verl', 'rl', prompts)}`;
  return asFile([
    {
      title: 'algorithm',
      settings: [
        ['algorithm.adv_estimator', 'grpo'],
        ['algorithm.norm_adv_by_std_in_grpo', settings.baseline !== 'dr-grpo'],
        ['algorithm.use_kl_in_reward', false],
        ...filters(rl),
      ],
    },
    {
      title: 'data',
      settings: [
        ['data.train_files', file],
        ['data.val_files', file, 'Never read: trainer.test_freq is -1.'],
        ['data.train_batch_size', settings.promptsPerStep],
        ['data.max_prompt_length', limits.prompt],
        ['data.max_response_length', limits.completion],
        ['data.shuffle', false, 'The prompts of each step are the lab’s.'],
        ['data.truncation', 'error'],
      ],
    },
    { title: 'policy', settings: actorSettings(rl) },
    { title: 'rollouts and reward', settings: rolloutSettings(rl) },
    {
      title: 'trainer',
      settings: [
        ...trainerSettings('rl', run, settings.evaluateEvery),
        ['trainer.total_epochs', settings.maxRounds + 1, 'Groups that are drawn again read on.'],
        ['trainer.total_training_steps', settings.steps],
        ['trainer.val_before_train', false],
        ['trainer.use_v1', true],
      ],
    },
  ]);
}
