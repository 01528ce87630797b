/** Where each tensor lies in the flat parameter vector that every engine loads and returns. */
import { checkModelConfig, type ModelConfig } from './config';

interface TensorSlot {
  /** GPT-2's name for it: as there, matrices are stored [in, out]. */
  readonly name: string;
  readonly shape: readonly number[];
  /** First element in the flat vector. A multiple of 4. */
  readonly offset: number;
  readonly size: number;
  /** Weight decay applies to matrices only, not to norm gains. */
  readonly decay: boolean;
  /** Standard deviation of the initial values; null for gains, which start at one. */
  readonly initStd: number | null;
}

export interface ParameterLayout {
  readonly slots: readonly TensorSlot[];
  /** Number of parameters. */
  readonly size: number;
}

/** The parameter layout of a model, in the order in which data flows through it. */
export function parameterLayout(config: ModelConfig): ParameterLayout {
  checkModelConfig(config);
  const { vocabSize: V, contextLength: T, layers: L, dModel: D } = config;
  const slots: TensorSlot[] = [];
  let offset = 0;
  const add = (name: string, shape: number[], initStd: number | null): void => {
    const size = shape.reduce((product, n) => product * n, 1);
    slots.push({ name, shape, offset, size, decay: shape.length > 1, initStd });
    offset += size;
  };
  // Initial values follow GPT-2: projections into the residual stream shrink with depth.
  const residual = 1 / Math.sqrt(2 * L);
  add('wte.weight', [V, D], 0.05);
  add('wpe.weight', [T, D], 0.05);
  for (let layer = 0; layer < L; layer++) {
    add(`h.${layer}.ln_1.weight`, [D], null);
    add(`h.${layer}.attn.c_attn.weight`, [D, 3 * D], 1 / Math.sqrt(D));
    add(`h.${layer}.attn.c_proj.weight`, [D, D], residual / Math.sqrt(D));
    add(`h.${layer}.ln_2.weight`, [D], null);
    add(`h.${layer}.mlp.c_fc.weight`, [D, 4 * D], 1 / Math.sqrt(D));
    add(`h.${layer}.mlp.c_proj.weight`, [4 * D, D], residual / Math.sqrt(4 * D));
  }
  add('ln_f.weight', [D], null);
  add('lm_head.weight', [D, V], 0.5 / Math.sqrt(D));
  return { slots, size: offset };
}

/** The slot called `name`; throws if the layout has none. */
export function slotNamed(layout: ParameterLayout, name: string): TensorSlot {
  const slot = layout.slots.find((s) => s.name === name);
  if (!slot) throw new RangeError(`The model has no tensor named "${name}".`);
  return slot;
}
