/** Every kernel of one model: which generator makes it, with which sizes. */
import { LabError } from '../../errors';
import type { ModelConfig } from '../../model/config';
import { tensorName } from '../../model/layout';
import {
  type GemmVariant,
  type Precision,
  PRODUCT_FORMS,
  type ProductForm,
  type Tuning,
} from '../gpu-tuning';
import { canBuild, type GemmAbilities, gemmAbilities } from './abilities';
import { isSoftware } from './device';
import { BLOCK, type DeviceLayout, deviceSlot, roundUp } from './device-layout';
import { attentionBackward, attentionForward, attentionGrid } from './kernels/attention';
import { embed, embedBackward, embedBackwardGrid, embedGrid } from './kernels/embedding';
import { gemm, gemmGrid } from './kernels/gemm';
import { type GemmOptions, NORM_BACKWARD_ROWS } from './kernels/gemm-context';
import { HEAD_TOKENS, headGrid, headObjective, headScore } from './kernels/head';
import { adamW, adamWGrid } from './kernels/optimizer';
import { finishStep, reduceGradient } from './kernels/reduce';
import { rowOfGroups } from './kernel';
import type { Operation, Pipeline, PipelineCache } from './pipelines';

/**
 * A good guess for the device, without measuring. A software adapter has no memory that is faster
 * than another and few cores: no staging, large tiles in registers, and few pieces to add up. With
 * 16-bit floats, which only staged tiles have, staging is all there is.
 */
export function defaultTuning(device: GPUDevice, precision: Precision = 'f32'): Tuning {
  const software = isSoftware(device);
  const tile = software ? 64 : 32;
  const half = precision === 'f16' && gemmAbilities(device).half;
  const variant: GemmVariant = half ? { tile, shared: true, half } : { tile, shared: !software };
  const weightWorkgroups = software ? 8 : 192;
  const tuning: Tuning = { ...sameForAll(variant), weightWorkgroups };
  return precision === 'f16' ? { ...tuning, precision } : tuning;
}

/** All forms of product by one variant. */
export function sameForAll(variant: GemmVariant): Pick<Tuning, ProductForm> {
  return { forward: variant, backward: variant, weights: variant };
}

/**
 * Returns `tuning`, which may come from a file.
 * @throws an error of `engine` unless it is whole and the device can build it
 */
export function checkTuning(tuning: Tuning, abilities: GemmAbilities): Tuning {
  const variants = PRODUCT_FORMS.map((form): GemmVariant | undefined => tuning[form]);
  const isVariant = (v: GemmVariant | undefined): v is GemmVariant =>
    v !== undefined &&
    (v.tile === 32 || v.tile === 64) &&
    typeof v.shared === 'boolean' &&
    (v.shared || !(v.half || v.matrix));
  const { weightWorkgroups: count } = tuning;
  const text = `The GPU tuning ${JSON.stringify(tuning)}`;
  if (!variants.every(isVariant) || !Number.isInteger(count) || count < 1) {
    throw new LabError('engine/tuning-incomplete', { text });
  }
  if (variants.every((variant) => canBuild(abilities, variant))) return tuning;
  throw new LabError('engine/tuning-unavailable', { text });
}

export const MOST_SPLITS = 32;

/** Pieces of the sum over tokens for the gradient of a [rows, columns] matrix. */
export function gradientSplits(
  rows: number,
  columns: number,
  { weights: { tile }, weightWorkgroups }: Pick<Tuning, 'weights' | 'weightWorkgroups'>,
): number {
  const tiles = Math.ceil(rows / tile) * Math.ceil(columns / tile);
  return Math.min(MOST_SPLITS, Math.max(1, Math.round(weightWorkgroups / tiles)));
}

type Sizes = Omit<GemmOptions, 'label' | 'variant' | 'abilities'>;

interface ModelSizes {
  readonly config: ModelConfig;
  readonly layout: DeviceLayout;
  /** Width, and columns of the padded head. */
  readonly D: number;
  readonly V: number;
}

/** Products with the epilogue that each place in the model wants. */
interface Products {
  readonly forward: (label: string, sizes: Omit<Sizes, 'form'>) => Operation;
  readonly backward: (label: string, sizes: Omit<Sizes, 'form'>) => Operation;
  /** The gradient of a [rows, columns] matrix. */
  readonly weights: (label: string, rows: number, columns: number, norm?: 'stored') => Operation;
}

function products(tuning: Tuning, abilities: GemmAbilities): Products {
  const product = (label: string, variant: GemmVariant, sizes: Sizes): Operation => {
    const options = { label, variant, abilities, ...sizes };
    return { kernel: gemm(options), grid: (shape) => gemmGrid(options, shape) };
  };
  return {
    forward: (label, sizes) => product(label, tuning.forward, { form: 'nn', ...sizes }),
    backward: (label, sizes) => product(label, tuning.backward, { form: 'nt', ...sizes }),
    weights: (label, rows, columns, norm) =>
      product(label, tuning.weights, {
        form: 'tn',
        rows,
        columns,
        norm,
        splits: gradientSplits(rows, columns, tuning),
        partialStride: roundUp(rows * columns, BLOCK),
      }),
  };
}

function forwardOperations({ config, D, V }: ModelSizes, { forward }: Products) {
  return {
    embed: { kernel: embed(config), grid: (shape) => embedGrid(config, shape) },
    qkv: forward('qkv', { columns: 3 * D, inner: D, norm: 'forward' }),
    attention: {
      kernel: attentionForward(config),
      grid: (shape) => attentionGrid(config, shape),
    },
    attentionOut: forward('attention out', { columns: D, inner: D, epilogue: 'residual' }),
    up: forward('mlp up', { columns: 4 * D, inner: D, norm: 'forward', epilogue: 'gelu' }),
    down: forward('mlp down', { columns: D, inner: 4 * D, epilogue: 'residual' }),
    logits: forward('logits', { columns: V, inner: D, norm: 'forward' }),
    scores: { kernel: headScore(config), grid: headGrid },
    objective: { kernel: headObjective(config), grid: headGrid },
  } satisfies Record<string, Operation>;
}

function backwardOperations({ config, D, V }: ModelSizes, { backward, weights }: Products) {
  const residual = 'norm-backward-residual';
  return {
    headBackward: backward('head backward', { columns: D, inner: V, epilogue: 'norm-backward' }),
    headGradient: weights('head gradient', D, V, 'stored'),
    downBackward: backward('mlp down backward', { columns: 4 * D, inner: D, epilogue: 'slopes' }),
    downGradient: weights('mlp down gradient', 4 * D, D),
    upBackward: backward('mlp up backward', { columns: D, inner: 4 * D, epilogue: residual }),
    upGradient: weights('mlp up gradient', D, 4 * D, 'stored'),
    attentionOutBackward: backward('attention out backward', { columns: D, inner: D }),
    attentionOutGradient: weights('attention out gradient', D, D),
    attentionBackward: {
      kernel: attentionBackward(config),
      grid: (shape) => attentionGrid(config, shape),
    },
    qkvBackward: backward('qkv backward', { columns: D, inner: 3 * D, epilogue: residual }),
    qkvGradient: weights('qkv gradient', D, 3 * D, 'stored'),
    embedBackward: {
      kernel: embedBackward(config, roundUp(config.vocabSize * D, BLOCK)),
      grid: () => embedBackwardGrid(config),
    },
  } satisfies Record<string, Operation>;
}

function updateOperations({ layout }: ModelSizes) {
  const blocks = layout.size / BLOCK;
  return {
    reduce: {
      kernel: reduceGradient(blocks, NORM_BACKWARD_ROWS),
      grid: () => rowOfGroups(blocks),
    },
    finish: { kernel: finishStep(blocks, HEAD_TOKENS), grid: () => [1, 1, 1] },
    adamW: { kernel: adamW(layout.size), grid: () => adamWGrid(layout.size) },
  } satisfies Record<string, Operation>;
}

/** The model's operations by name. */
export function modelOperations(
  config: ModelConfig,
  layout: DeviceLayout,
  tuning: Tuning,
  abilities: GemmAbilities,
) {
  const { stride: V } = deviceSlot(layout, tensorName('head'));
  const sizes: ModelSizes = { config, layout, D: config.dModel, V };
  const made = products(tuning, abilities);
  return {
    ...forwardOperations(sizes, made),
    ...backwardOperations(sizes, made),
    ...updateOperations(sizes),
  };
}

type ModelOperations = ReturnType<typeof modelOperations>;
export type OperationName = keyof ModelOperations;

/** An operation with its compiled kernel. */
type Compiled = Operation & { readonly pipeline: Pipeline };
export type CompiledOperations = Readonly<Record<OperationName, Compiled>>;

/** Compiles operations at once; `onProgress` is told how many of them are done. */
export async function compileOperations<Name extends string>(
  cache: PipelineCache,
  operations: Readonly<Record<Name, Operation>>,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Record<Name, Compiled>> {
  const names = Object.keys(operations) as Name[];
  let done = 0;
  const compiled = await Promise.all(
    names.map(async (name): Promise<[Name, Compiled]> => {
      const operation = operations[name];
      const pipeline = await cache.get(operation.kernel);
      onProgress(++done, names.length);
      return [name, { ...operation, pipeline }];
    }),
  );
  return Object.fromEntries(compiled) as Record<Name, Compiled>;
}
