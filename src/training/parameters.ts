/** Whole sets of weights: how far they have moved, mixtures of two, and a glance through others. */
import { square } from '../elementary';
import type { Engine } from '../engine/engine';

/** How far weights have moved, ‖θ − θ₀‖ / ‖θ₀‖. */
export function drift(parameters: Float32Array, from: Float32Array): number {
  let moved = 0;
  let norm = 0;
  parameters.forEach((value, i) => {
    moved += square(value - from[i]!);
    norm += square(from[i]!);
  });
  return Math.sqrt(moved / norm);
}

/**
 * Weights between SFT's and the base's, θ_sft + share·(θ_base − θ_sft): the base-anchored fusion by
 * which arXiv 2606.09932 gives an over-trained model back some of its plasticity before RL. (Its second
 * part, the reset of chosen neurons, is not done here.)
 */
export function restored(sft: Float32Array, base: Float32Array, share: number): Float32Array {
  return sft.map((value, i) => value + share * (base[i]! - value));
}

/** Does something with other weights in the engine, then puts its own weights and optimizer back. */
export async function withParameters<T>(
  engine: Engine,
  parameters: Float32Array,
  action: () => Promise<T>,
): Promise<T> {
  const [own, optimizer] = [await engine.readParameters(), await engine.readOptimizer()];
  await engine.loadParameters(parameters);
  try {
    return await action();
  } finally {
    await engine.loadParameters(own);
    await engine.loadOptimizer(optimizer);
  }
}
