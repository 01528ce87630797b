/**
 * Which code makes the GPU's matrix products: plain JSON. Another code adds up in another order and
 * ends in other bits, so a run's configuration and checkpoints hold the one it uses, and resuming and
 * replaying use it again.
 */

/** Which of the generated codes is the fastest depends on the adapter: `webgpu/tuning.ts` measures it. */
export interface GemmVariant {
  /** Rows and columns of C per workgroup of 64 threads: 4×4 or 8×8 values per thread. */
  readonly tile: 32 | 64;
  /** Whether tiles of A and B are staged in workgroup memory. */
  readonly shared: boolean;
}

/** The forms of product that a {@link Tuning} knows. */
export const PRODUCT_FORMS = ['forward', 'backward', 'weights'] as const;
export type ProductForm = (typeof PRODUCT_FORMS)[number];

/** How products are made on an adapter, measured or guessed: the variant of each form. */
export interface Tuning extends Readonly<Record<ProductForm, GemmVariant>> {
  /** Workgroups that a weight gradient should at least have: its sum over tokens is split for it. */
  readonly weightWorkgroups: number;
}

/** A tuning and the adapter that it was made on: on another one it may be slow. */
export interface GpuTuning {
  readonly adapter: string;
  readonly tuning: Tuning;
}

/** Where a tuning is from: why it is used, and, where it cannot be, what the run expects. */
const SOURCES = {
  run: { kept: 'as in the run so far', expects: 'The run so far had' },
  configuration: { kept: 'as the configuration says', expects: 'The configuration names' },
  earlier: { kept: 'as timed on this adapter before', expects: null },
} as const;

/** A tuning from before the engine's start. */
export interface KnownTuning extends GpuTuning {
  /** The run's earlier part, its configuration, or another run. */
  readonly source: keyof typeof SOURCES;
}

/** The first of the tunings that was made on the adapter; null where none was. */
export function knownFor(adapter: string, known: readonly KnownTuning[]): KnownTuning | null {
  return known.find((tuning) => tuning.adapter === adapter) ?? null;
}

/**
 * A sentence: which code makes the products, and why that one.
 * @param made how it was found where none of `known` is of the adapter, such as "timed just now"
 */
export function tuningReason(
  { adapter, tuning }: GpuTuning,
  known: readonly KnownTuning[],
  made: string,
): string {
  const kept = knownFor(adapter, known);
  const sentence = `Matrix products: ${describeTuning(tuning)}, ${kept ? SOURCES[kept.source].kept : made}.`;
  const [lost] = kept ? [] : known;
  const expects = lost && SOURCES[lost.source].expects;
  if (!expects) return sentence;
  return `${sentence} ${expects} those of another adapter, ${lost.adapter} (${describeTuning(lost.tuning)}): the last bits of all numbers may differ.`;
}

/** Such as "tiles of 64 without shared memory"; form by form where they differ. */
export function describeTuning(tuning: Tuning): string {
  const variant = ({ tile, shared }: GemmVariant): string =>
    `tiles of ${tile} ${shared ? 'in' : 'without'} shared memory`;
  const forms = PRODUCT_FORMS.map((form) => variant(tuning[form]));
  return new Set(forms).size === 1
    ? forms[0]!
    : PRODUCT_FORMS.map((form, i) => `${form} ${forms[i]}`).join(', ');
}

/** Whether two tunings give the same bits. */
export function isSameTuning(a: Tuning, b: Tuning): boolean {
  const isSame = (form: ProductForm): boolean =>
    a[form].tile === b[form].tile && a[form].shared === b[form].shared;
  return a.weightWorkgroups === b.weightWorkgroups && PRODUCT_FORMS.every(isSame);
}
