/** A run of a second or two. */
const TINY = 'preset=micro&set=tiny&switch=end&sft-steps=10&rl-steps=2&problems=10';

/** Runs as links and the terminal name their settings; those of {@link COMPARED} are made in Node too. */
export const RUNS = {
  micro: 'preset=micro&engine=wasm',
  short: 'preset=micro&set=tiny&switch=end&sft-steps=60&rl-steps=30&problems=20&seed=3&engine=wasm',
  /** For looking at while it runs. */
  long: 'preset=micro&set=tiny&switch=end&sft-steps=20000&engine=wasm',
  tiny: `${TINY}&engine=wasm`,
  tinyOnGpu: `${TINY}&engine=webgpu`,
} as const;

export const COMPARED = ['micro', 'short'] as const;
