/**
 * Which code makes the GPU's matrix products: plain JSON. Another code adds up in another order and
 * ends in other bits, so a run's configuration and checkpoints hold the one it uses, and resuming and
 * replaying use it again.
 */
import * as v from 'valibot';
import { count, type DataOf } from '../schema/pieces';

/** Which of the generated codes is the fastest depends on the adapter: `webgpu/tuning.ts` measures it. */
const gemmVariant = v.object({
  /** Rows and columns of C per workgroup of 64 threads: 4×4 or 8×8 values per thread. */
  tile: v.picklist([32, 64]),
  /** Whether tiles of A and B are staged in workgroup memory. */
  shared: v.boolean(),
  /** Staged tiles are of 16-bit floats; what is read, added up and stored stays 32-bit. */
  half: v.optional(v.literal(true)),
  /** The device's matrix units multiply staged tiles: WebGPU's subgroup matrices. */
  matrix: v.optional(v.literal(true)),
});

export interface GemmVariant extends DataOf<typeof gemmVariant> {}

/** The least precise numbers that a product may use: errors of about 1e-6, or of 1e-3. */
export const PRECISIONS = ['f32', 'f16'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** The forms of product that a {@link Tuning} knows. */
export const PRODUCT_FORMS = ['forward', 'backward', 'weights'] as const;
export type ProductForm = (typeof PRODUCT_FORMS)[number];

const tuning = v.object({
  ...v.entriesFromList(PRODUCT_FORMS, gemmVariant),
  /** Workgroups that a weight gradient should at least have: its sum over tokens is split for it. */
  weightWorkgroups: count,
  /** Present where variants of 16-bit floats were allowed, whether or not one was the fastest. */
  precision: v.optional(v.literal('f16')),
});

/** How products are made on an adapter, measured or guessed: the variant of each form. */
export interface Tuning extends DataOf<typeof tuning> {}

export const gpuTuning = v.object({ adapter: v.string(), tuning });

/** A tuning and the adapter that it was made on: on another one it may be slow. */
export interface GpuTuning extends DataOf<typeof gpuTuning> {}

/** A tuning from before the engine's start. */
export interface KnownTuning extends GpuTuning {
  /** The run's earlier part, its configuration, or another run. */
  readonly source: 'run' | 'configuration' | 'earlier';
}

/** What a device asks of a tuning: its adapter, the precision of the run, and what it can build. */
export interface TuningNeeds {
  readonly adapter: string;
  readonly precision: Precision;
  /** Whether the device still offers what the tuning's variants need. */
  readonly canBuild: (tuning: Tuning) => boolean;
}

/** The first of the tunings that fits; null where none does. */
export function knownFor(
  { adapter, precision, canBuild }: TuningNeeds,
  known: readonly KnownTuning[],
): KnownTuning | null {
  const fits = (k: KnownTuning): boolean =>
    k.adapter === adapter && precisionOf(k.tuning) === precision && canBuild(k.tuning);
  return known.find(fits) ?? null;
}

export function precisionOf({ precision }: Tuning): Precision {
  return precision ?? 'f32';
}

/** Whether any product of the tuning is made of 16-bit floats. */
export function usesHalf(tuning: Tuning): boolean {
  return PRODUCT_FORMS.some((form) => tuning[form].half);
}

/**
 * The tuning that a run expects and does not get where `kept` is used, or a new one (null). It goes on
 * in other bits also where a tuning that matters less is kept in its place.
 */
export function missedTuning(
  known: readonly KnownTuning[],
  kept: KnownTuning | null,
): KnownTuning | null {
  const [first] = known;
  return first && first !== kept && first.source !== 'earlier' ? first : null;
}

/** Such as "tiles of 64 without shared memory"; form by form where they differ. */
export function describeTuning(tuning: Tuning): string {
  const forms = PRODUCT_FORMS.map((form) => describeVariant(tuning[form]));
  return new Set(forms).size === 1
    ? forms[0]!
    : PRODUCT_FORMS.map((form, i) => `${form} ${forms[i]}`).join(', ');
}

/** Such as "tiles of 64 in shared memory in 16 bits by matrix units". */
export function describeVariant({ tile, shared, half, matrix }: GemmVariant): string {
  const words = [`tiles of ${tile} ${shared ? 'in' : 'without'} shared memory`];
  if (half) words.push('in 16 bits');
  if (matrix) words.push('by matrix units');
  return words.join(' ');
}

/** Whether two tunings give the same bits. */
export function isSameTuning(a: Tuning, b: Tuning): boolean {
  const isSame = (form: ProductForm): boolean =>
    a[form].tile === b[form].tile &&
    a[form].shared === b[form].shared &&
    a[form].half === b[form].half &&
    a[form].matrix === b[form].matrix;
  return a.weightWorkgroups === b.weightWorkgroups && PRODUCT_FORMS.every(isSame);
}
