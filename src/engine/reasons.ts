/**
 * Why a run has its engine, and the GPU its kernels: facts, as plain JSON that a run's record keeps.
 * `words/` has the sentences.
 */
import * as v from 'valibot';
import { countOrZero, failure, measured, told, type DataOf } from '../schema/pieces';
import { ENGINE_NAMES } from './engine';
import { gpuTuning } from './gpu-tuning';

const engine = v.picklist(ENGINE_NAMES);

const choiceReason = v.variant('because', [
  v.object({ because: v.literal('asked') }),
  /** An earlier part of the run had it. */
  v.object({ because: v.literal('begun') }),
  /** An earlier part of the run had this one, which cannot go on here. */
  v.object({ because: v.literal('lost'), engine }),
  /** This one was tried. */
  v.object({ because: v.literal('refused'), engine, problem: failure }),
  /** The GPU failed this often without reaching a checkpoint in between. */
  v.object({ because: v.literal('given-up'), times: countOrZero, problem: failure }),
  v.object({ because: v.literal('gpu'), adapter: v.string() }),
  /** The adapter is a program on the CPU, so `wasm` is faster. */
  v.object({ because: v.literal('software'), adapter: v.string() }),
  v.object({ because: v.literal('no-adapter') }),
  v.object({ because: v.literal('no-simd') }),
  /** Its numbers are wrong, as the page *Device* found. */
  v.object({ because: v.literal('self-test') }),
  /** What came before says why it is none of the better ones. */
  v.object({ because: v.literal('next') }),
  told,
]);

/** A step on the way to an engine; each is a sentence. */
export type ChoiceReason = DataOf<typeof choiceReason>;

const matrixFault = v.variant('because', [
  v.object({
    because: v.literal('wrong'),
    gradientError: measured,
    sampledLogProbError: measured,
    tolerance: measured,
    worstTensor: v.string(),
    repeats: v.boolean(),
  }),
  v.object({ because: v.literal('failed'), problem: failure }),
]);

/** Why the matrix units are left out. */
export type MatrixFault = DataOf<typeof matrixFault>;

const madeTuning = v.object({
  /** Variants that were timed; null on a software adapter, which gets the usual ones. */
  timed: v.nullable(countOrZero),
  /** Products of 16-bit floats were allowed, and the device has none. */
  lacksHalf: v.boolean(),
  /** null where there was nothing wrong with them. */
  withoutMatrix: v.nullable(matrixFault),
});

/** How a tuning was found that nothing before had. */
export type MadeTuning = DataOf<typeof madeTuning>;

const source = v.picklist(['run', 'configuration', 'earlier']);

const tuningReason = v.object({
  origin: v.union([source, madeTuning]),
  /** The tuning that the run expects and does not get: its numbers will differ. */
  missed: v.nullable(v.object({ ...gpuTuning.entries, source })),
});

/** Where the GPU's tuning is from. */
export type TuningReason = DataOf<typeof tuningReason>;

export const engineReason = v.object({
  choice: v.array(choiceReason),
  /** null where the engine is not `webgpu`. */
  tuning: v.nullable(tuningReason),
});

/** Why a run has its engine, step by step, and its GPU the kernels. */
export type EngineReason = DataOf<typeof engineReason>;
