/**
 * The tensors of the model, described once: name, shape, role and initial values, and where each lies in
 * the flat parameter vector that every engine loads and returns.
 */
import { LabError } from '../errors';
import { checkModelConfig, type ModelConfig } from './config';

/** What a tensor does: rows that tokens look up, a matrix that multiplies, or the gains of a norm. */
type TensorRole = 'embedding' | 'matrix' | 'norm';

interface TensorSpec {
  /** GPT-2's name for it: as there, matrices are stored [in, out]. */
  readonly name: string;
  readonly role: TensorRole;
  readonly shape: (config: ModelConfig) => readonly number[];
  /** Standard deviation of the initial values, as GPT-2's; null for gains, which start at one. */
  readonly initStd: InitialSpread | null;
}

type InitialSpread = (config: ModelConfig) => number;

/** Of a projection out of the residual stream. */
const fromStream: InitialSpread = ({ dModel }) => 1 / Math.sqrt(dModel);

/** Of one into it, from so many times its width: these shrink with depth. */
const intoStream =
  (times: number): InitialSpread =>
  ({ layers, dModel }) =>
    1 / Math.sqrt(2 * layers) / Math.sqrt(times * dModel);

const norm = (name: string): TensorSpec => ({
  name,
  role: 'norm',
  shape: ({ dModel }) => [dModel],
  initStd: null,
});

const matrix = (name: string, shape: TensorSpec['shape'], initStd: InitialSpread): TensorSpec => ({
  name,
  role: 'matrix',
  shape,
  initStd,
});

/** In the order in which data flows through them; those of a layer once for each. */
const BEFORE_LAYERS = {
  tokens: {
    name: 'wte',
    role: 'embedding',
    shape: ({ vocabSize, dModel }) => [vocabSize, dModel],
    initStd: () => 0.05,
  },
  positions: {
    name: 'wpe',
    role: 'embedding',
    shape: ({ contextLength, dModel }) => [contextLength, dModel],
    initStd: () => 0.05,
  },
} satisfies Record<string, TensorSpec>;

const OF_LAYER = {
  norm1: norm('ln_1'),
  qkv: matrix('attn.c_attn', ({ dModel }) => [dModel, 3 * dModel], fromStream),
  attentionOut: matrix('attn.c_proj', ({ dModel }) => [dModel, dModel], intoStream(1)),
  norm2: norm('ln_2'),
  up: matrix('mlp.c_fc', ({ dModel }) => [dModel, 4 * dModel], fromStream),
  down: matrix('mlp.c_proj', ({ dModel }) => [4 * dModel, dModel], intoStream(4)),
} satisfies Record<string, TensorSpec>;

const AFTER_LAYERS = {
  finalNorm: norm('ln_f'),
  head: matrix(
    'lm_head',
    ({ dModel, vocabSize }) => [dModel, vocabSize],
    ({ dModel }) => 0.5 / Math.sqrt(dModel),
  ),
} satisfies Record<string, TensorSpec>;

/** A tensor that the model has once, and one that each of its layers has. */
type ModelTensor = keyof typeof BEFORE_LAYERS | keyof typeof AFTER_LAYERS;
export type LayerTensor = keyof typeof OF_LAYER;

/** The name of a tensor in layouts and files, such as `wte.weight`. */
export function tensorName(tensor: ModelTensor): string {
  return `${{ ...BEFORE_LAYERS, ...AFTER_LAYERS }[tensor].name}.weight`;
}

/** The same of a tensor of a layer, such as `h.0.ln_1.weight`. */
export function layerTensorName(layer: number, tensor: LayerTensor): string {
  return `h.${layer}.${OF_LAYER[tensor].name}.weight`;
}

interface TensorSlot {
  readonly name: string;
  readonly shape: readonly number[];
  /** First element in the flat vector. A multiple of 4. */
  readonly offset: number;
  readonly size: number;
  /** Weight decay applies to embeddings and matrices only, not to norm gains. */
  readonly decay: boolean;
  /** Standard deviation of the initial values; null for gains, which start at one. */
  readonly initStd: number | null;
}

export interface ParameterLayout {
  readonly slots: readonly TensorSlot[];
  /** Number of parameters. */
  readonly size: number;
}

/** Descriptions under their full names, in their order. */
function named<K extends string>(
  specs: Record<K, TensorSpec>,
  nameOf: (tensor: NoInfer<K>) => string,
) {
  return (Object.keys(specs) as K[]).map((tensor) => ({ ...specs[tensor], name: nameOf(tensor) }));
}

/** The parameter layout of a model, in the order in which data flows through it. */
export function parameterLayout(config: ModelConfig): ParameterLayout {
  checkModelConfig(config);
  const specs = [
    ...named(BEFORE_LAYERS, tensorName),
    ...Array.from({ length: config.layers }, (_, layer) =>
      named(OF_LAYER, (tensor) => layerTensorName(layer, tensor)),
    ).flat(),
    ...named(AFTER_LAYERS, tensorName),
  ];
  const slots: TensorSlot[] = [];
  let offset = 0;
  for (const { name, role, shape: shapeOf, initStd } of specs) {
    const shape = shapeOf(config);
    const size = shape.reduce((product, n) => product * n, 1);
    slots.push({
      name,
      shape,
      offset,
      size,
      decay: role !== 'norm',
      initStd: initStd && initStd(config),
    });
    offset += size;
  }
  return { slots, size: offset };
}

/** The slot called `name`; throws if the layout has none. */
export function slotNamed(layout: ParameterLayout, name: string): TensorSlot {
  const slot = layout.slots.find((s) => s.name === name);
  if (!slot) throw new LabError('fault/no-tensor', { tensor: name });
  return slot;
}
