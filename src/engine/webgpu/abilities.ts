/** What a device offers to the kernels of matrix products. */
import type { GemmVariant, Precision } from '../gpu-tuning';

/** Matrix units as WebGPU's subgroup matrices show them: squares of `side`, made by one subgroup. */
export interface MatrixUnits {
  readonly side: number;
  readonly subgroupSize: number;
}

export interface GemmAbilities {
  /** Workgroup memory that a kernel may use. */
  readonly workgroupBytes: number;
  /** Whether WGSL has 16-bit floats. */
  readonly half: boolean;
  /** By the type of the factors; sums are of 32 bits. Absent where there are none. */
  readonly matrixUnits: Readonly<Partial<Record<Precision, MatrixUnits>>>;
}

export const MATRIX_FEATURE = 'chromium-experimental-subgroup-matrix';

/** One combination of types and sizes, as Dawn and Chromium report it; not in the types of WebGPU yet. */
interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** By device: Dawn tells of the combinations on the adapter alone, not on the device's copy of its info. */
const matrixConfigs = new WeakMap<GPUDevice, readonly MatrixConfig[]>();

/** Remembers what matrix units the device's adapter has. */
export function noteMatrixUnits(device: GPUDevice, adapter: GPUAdapter): void {
  const info = adapter.info as { readonly subgroupMatrixConfigs?: Iterable<MatrixConfig> };
  matrixConfigs.set(device, [...(info.subgroupMatrixConfigs ?? [])]);
}

/** Reads what `device` was made with. */
export function gemmAbilities(device: GPUDevice): GemmAbilities {
  const { limits, features } = device;
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo;
  const isOffered =
    features.has(MATRIX_FEATURE) &&
    features.has('subgroups') &&
    // Which thread makes which square is part of the code, so subgroups need one known size.
    subgroupMinSize === subgroupMaxSize;
  const configs = (isOffered && matrixConfigs.get(device)) || [];
  const half = features.has('shader-f16');
  const units = (type: Precision): MatrixUnits | undefined => {
    // The order of a matrix's sides in WGSL has changed between versions: squares do not care.
    const config = configs.find(
      ({ componentType, resultComponentType, M, N, K }) =>
        componentType === type && resultComponentType === 'f32' && M === N && N === K,
    );
    return config && { side: config.M, subgroupSize: subgroupMinSize };
  };
  return {
    workgroupBytes: limits.maxComputeWorkgroupStorageSize,
    half,
    matrixUnits: { f32: units('f32'), f16: half ? units('f16') : undefined },
  };
}

/** Whether a device can build a variant. */
export function canBuild({ half, matrixUnits }: GemmAbilities, variant: GemmVariant): boolean {
  if (variant.half && !half) return false;
  return !variant.matrix || matrixUnits[variant.half ? 'f16' : 'f32'] !== undefined;
}

/** All variants that a device can build in a precision; those that promise most come first. */
export function variantsFor(abilities: GemmAbilities, precision: Precision): GemmVariant[] {
  const tiles = [32, 64] as const;
  const staged = tiles.map((tile): GemmVariant => ({ tile, shared: true }));
  const all: GemmVariant[] = [
    ...staged.map((variant): GemmVariant => ({ ...variant, half: true, matrix: true })),
    ...staged.map((variant): GemmVariant => ({ ...variant, matrix: true })),
    ...staged.map((variant): GemmVariant => ({ ...variant, half: true })),
    ...staged,
    ...tiles.map((tile): GemmVariant => ({ tile, shared: false })),
  ];
  return all.filter((v) => (precision === 'f16' || !v.half) && canBuild(abilities, v));
}
