/**
 * The keys that exports use, each where it was read: a release that moves one shows here first, and a test
 * lets no other key into an export. Names were read, nothing was run.
 *
 * - TRL 1.9.0, huggingface/trl v1.9.0 (35def3e): trl/trainer/sft_config.py, grpo_config.py and
 *   base_config.py. What they inherit is in huggingface/transformers 00349ae (version 5),
 *   src/transformers/training_args.py.
 * - verl 0.9.0, verl-project/verl v0.9.0 (483b8a0): verl/trainer/config/sft_trainer_engine.yaml with
 *   model/hf_model.yaml, engine/fsdp.yaml and optim/fsdp.yaml; _generated_ppo_trainer.yaml.
 */

const TRAINING_ARGUMENTS = [
  ...['max_steps', 'learning_rate', 'lr_scheduler_type', 'warmup_steps', 'weight_decay'],
  ...['adam_beta1', 'adam_beta2', 'adam_epsilon', 'max_grad_norm', 'optim', 'seed', 'data_seed'],
  ...['logging_steps', 'report_to', 'eval_strategy', 'save_strategy', 'save_only_model'],
  ...['gradient_checkpointing', 'use_liger_kernel', 'per_device_train_batch_size'],
  ...['gradient_accumulation_steps'],
] as const;

const VERL_TRAINER = [
  ...['project_name', 'experiment_name', 'default_local_dir', 'logger', 'save_freq', 'test_freq'],
  ...['resume_mode', 'nnodes', 'n_gpus_per_node', 'total_epochs', 'total_training_steps'],
].map((key) => `trainer.${key}`);

const VERL_OPTIMIZER = ['lr', 'lr_scheduler_type', 'lr_warmup_steps', 'weight_decay', 'betas'];

/** Without those that the scripts fill in: bf16, fp16, use_cpu and output_dir of TrainingArguments. */
export const KNOWN_KEYS = {
  trl: {
    sft: [
      ...TRAINING_ARGUMENTS,
      ...['model_init_kwargs', 'max_length', 'truncation_mode', 'packing', 'padding_free'],
      ...['shuffle_dataset', 'completion_only_loss', 'assistant_only_loss', 'loss_type'],
    ],
    rl: [
      ...TRAINING_ARGUMENTS,
      ...['model_init_kwargs', 'steps_per_generation', 'num_generations', 'num_iterations'],
      ...['shuffle_dataset', 'remove_unused_columns', 'temperature', 'top_p', 'top_k', 'min_p'],
      ...['repetition_penalty', 'max_completion_length', 'use_vllm', 'loss_type', 'scale_rewards'],
      ...['epsilon', 'epsilon_high', 'delta', 'beta', 'use_bias_correction_kl', 'entropy_coef'],
      ...['importance_sampling_level', 'mask_truncated_completions', 'top_entropy_quantile'],
      ...['disable_dropout'],
    ],
  },
  verl: {
    sft: [
      ...['train_files', 'val_files', 'train_batch_size', 'use_dynamic_bsz', 'messages_key'].map(
        (key) => `data.${key}`,
      ),
      ...['max_token_len_per_gpu', 'max_length', 'truncation', 'pad_mode'].map(
        (key) => `data.${key}`,
      ),
      ...['model.path', 'model.enable_gradient_checkpointing', 'engine.model_dtype', 'engine.seed'],
      ...VERL_OPTIMIZER.map((key) => `optim.${key}`),
      ...['optim.clip_grad', 'checkpoint.save_contents', 'trainer.seed', ...VERL_TRAINER],
    ],
    rl: [
      ...['adv_estimator', 'norm_adv_by_std_in_grpo', 'use_kl_in_reward'].map(
        (key) => `algorithm.${key}`,
      ),
      ...['algorithm.filter_groups.enable', 'algorithm.filter_groups.metric'],
      ...['train_files', 'val_files', 'train_batch_size', 'max_prompt_length'].map(
        (key) => `data.${key}`,
      ),
      ...['data.max_response_length', 'data.shuffle', 'data.truncation'],
      ...['actor_rollout_ref.model.path', 'actor_rollout_ref.model.enable_gradient_checkpointing'],
      ...VERL_OPTIMIZER.map((key) => `actor_rollout_ref.actor.optim.${key}`),
      ...[
        'grad_clip',
        'ppo_mini_batch_size',
        'ppo_epochs',
        'use_dynamic_bsz',
        'clip_ratio_low',
      ].map((key) => `actor_rollout_ref.actor.${key}`),
      ...['clip_ratio_high', 'loss_agg_mode', 'entropy_coeff', 'use_kl_loss', 'kl_loss_coef'].map(
        (key) => `actor_rollout_ref.actor.${key}`,
      ),
      'actor_rollout_ref.actor.checkpoint.save_contents',
      'actor_rollout_ref.actor.data_loader_seed',
      ...['name', 'n', 'temperature', 'top_p', 'top_k', 'tensor_model_parallel_size'].map(
        (key) => `actor_rollout_ref.rollout.${key}`,
      ),
      'actor_rollout_ref.rollout.gpu_memory_utilization',
      'actor_rollout_ref.rollout.seed',
      ...['reward.custom_reward_function.path', 'reward.custom_reward_function.name'],
      ...['reward.reward_manager.name', 'trainer.val_before_train', 'trainer.use_v1'],
      ...VERL_TRAINER,
    ],
  },
} as const;
