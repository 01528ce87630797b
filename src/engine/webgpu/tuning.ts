/**
 * Which GEMM code is the fastest on this adapter: every variant of each form of product is timed on
 * the model's own shapes, for less than a second in all.
 */
import { isLabError } from '../../errors';
import type { ModelConfig } from '../../model/config';
import {
  type GemmVariant,
  type Precision,
  PRODUCT_FORMS,
  type ProductForm,
  type Tuning,
} from '../gpu-tuning';
import { gemmAbilities, variantsFor } from './abilities';
import { gemm, gemmGrid } from './kernels/gemm';
import type { GemmOptions } from './kernels/gemm-context';
import { type BufferSet, withinMemory } from './memory';
import { defaultTuning, gradientSplits, MOST_SPLITS } from './operations';
import { bind, type Buffers, type Dispatch, PipelineCache, Plan } from './pipelines';
import { type Shape, STEP_BYTES, StepUniform } from './step-uniform';
import { Stopwatch } from './stopwatch';

/** One measurement: milliseconds of one product. */
interface GemmTiming {
  readonly form: ProductForm;
  readonly variant: GemmVariant;
  readonly milliseconds: number;
}

export interface TuningReport {
  readonly tuning: Tuning;
  readonly timings: readonly GemmTiming[];
  /** True where time ran out before every variant had been measured. */
  readonly cutShort: boolean;
  /** Why variants by matrix units, whose WGSL is not the same in all browsers, could not be built. */
  readonly refused: readonly string[];
}

/** Milliseconds for all measurements; compilation, which happens side by side, is not counted. */
const BUDGET = 800;
/** Milliseconds per measurement that stand out from the clock's noise; ten variants fit the budget. */
const WANTED = 5;
const MOST_REPEATS = 64;

/** Weight gradients of the MLP and products with its weights make up most of a step. */
function optionsFor(
  form: ProductForm,
  variant: GemmVariant,
  { dModel: D }: ModelConfig,
  device: GPUDevice,
): GemmOptions {
  const { weightWorkgroups } = defaultTuning(device);
  const common = { label: `tuning ${form}`, variant, abilities: gemmAbilities(device) };
  switch (form) {
    case 'forward':
      return { ...common, form: 'nn', columns: 4 * D, inner: D };
    case 'backward':
      return { ...common, form: 'nt', columns: 4 * D, inner: D };
    case 'weights':
      return {
        ...common,
        form: 'tn',
        rows: D,
        columns: 4 * D,
        splits: gradientSplits(D, 4 * D, { weights: variant, weightWorkgroups }),
        partialStride: 4 * D * D,
      };
    default:
      return form satisfies never;
  }
}

interface Candidate {
  readonly form: ProductForm;
  readonly variant: GemmVariant;
  readonly plan: Plan;
}

interface TuningOptions {
  /** The least precise numbers that may be used; 32 bits unless it says other. */
  readonly precision?: Precision;
  /** All that the device can build in that precision, unless fewer are asked for. */
  readonly variants?: readonly GemmVariant[];
  /** Milliseconds; replaced in tests. */
  readonly now?: () => number;
}

/** Times the variants for a model and a batch. */
export async function tuneGemm(
  device: GPUDevice,
  config: ModelConfig,
  shape: Shape,
  { precision = 'f32', variants, now = () => performance.now() }: TuningOptions = {},
): Promise<TuningReport> {
  const { buffers, stopwatch, ...operands } = await withinMemory(device, (set) => ({
    ...allocate(device, config, shape, set),
    stopwatch: new Stopwatch(device, set, now),
  }));
  try {
    const wanted = variants ?? variantsFor(gemmAbilities(device), precision);
    const { candidates, refused } = await prepare(device, config, wanted, operands);
    const timings: GemmTiming[] = [];
    const deadline = now() + BUDGET;
    // Variant by variant, so that each form has some measured when time runs out.
    for (const { form, variant, plan } of candidates) {
      if (now() > deadline) break;
      timings.push({ form, variant, milliseconds: await time(stopwatch, plan, shape) });
    }
    return {
      tuning: fastest(timings, defaultTuning(device, precision)),
      timings,
      cutShort: timings.length < candidates.length,
      refused,
    };
  } finally {
    stopwatch.destroy();
    buffers.destroy();
  }
}

type Operands = Readonly<Record<'uniform' | 'wide' | 'narrow' | 'weight' | 'partials', GPUBuffer>>;

function allocate(
  device: GPUDevice,
  { dModel: D }: ModelConfig,
  shape: Shape,
  buffers: BufferSet,
): Operands & { buffers: BufferSet } {
  const uniform = buffers.uniform('step', STEP_BYTES);
  const stepUniform = new StepUniform();
  stepUniform.setShape(shape);
  device.queue.writeBuffer(uniform, 0, stepUniform.bytes);
  return {
    buffers,
    uniform,
    wide: buffers.storage('wide', 4 * D * shape.tokens),
    narrow: buffers.storage('narrow', D * shape.tokens),
    weight: buffers.storage('weight', 4 * D * D),
    partials: buffers.storage('partials', MOST_SPLITS * 4 * D * D),
  };
}

async function prepare(
  device: GPUDevice,
  config: ModelConfig,
  variants: readonly GemmVariant[],
  { uniform, wide, narrow, weight, partials }: Operands,
): Promise<{ candidates: Candidate[]; refused: string[] }> {
  const cache = new PipelineCache(device);
  const bound = (form: ProductForm): Buffers =>
    form === 'weights' ? { a: narrow, b: wide, c: partials } : { a: narrow, b: weight, c: wide };
  const make = async (form: ProductForm, variant: GemmVariant): Promise<Candidate> => {
    const options = optionsFor(form, variant, config, device);
    const pipeline = await cache.get(gemm(options));
    const dispatch: Dispatch = bind(device, pipeline, (s) => gemmGrid(options, s), {
      step: uniform,
      ...bound(form),
    });
    return { form, variant, plan: new Plan([dispatch]) };
  };
  const refused: string[] = [];
  const made = await Promise.all(
    variants.flatMap((variant) =>
      PRODUCT_FORMS.map((form) =>
        make(form, variant).catch((error: unknown) => {
          if (!variant.matrix || !isLabError(error, 'engine')) throw error;
          refused.push(error.message);
          return null;
        }),
      ),
    ),
  );
  return { candidates: made.filter((candidate) => candidate !== null), refused };
}

/** Milliseconds of one run of `plan`: the better of two measurements after a warm-up. */
async function time(stopwatch: Stopwatch, plan: Plan, shape: Shape): Promise<number> {
  const run = (repeats: number): Promise<number> =>
    stopwatch.time((pass) => {
      for (let i = 0; i < repeats; i++) plan.encode(pass, shape);
    });
  await run(1);
  const once = await run(1);
  const repeats = Math.min(MOST_REPEATS, Math.ceil(WANTED / Math.max(once, 0.05)));
  if (repeats === 1) return once;
  const first = await run(repeats);
  return Math.min(first, await run(repeats)) / repeats;
}

/** The fastest measured variant of each form; the default where none was measured. */
export function fastest(timings: readonly GemmTiming[], fallback: Tuning): Tuning {
  const best = (form: ProductForm): GemmVariant => {
    const own = timings.filter((timing) => timing.form === form);
    if (own.length === 0) return fallback[form];
    return own.reduce((a, b) => (b.milliseconds < a.milliseconds ? b : a)).variant;
  };
  return {
    ...fallback,
    forward: best('forward'),
    backward: best('backward'),
    weights: best('weights'),
  };
}
