/** GPU buffers: allocation within the device's limits, and reading back. */
import { LabError } from '../../errors';
import { type DeviceWatch, outOfMemory } from './device';
import { whenDone } from './waiting';

/** WebGPU's usage flags; Node has no globals for them. */
const BufferUsage = {
  mapRead: 0x01,
  copySource: 0x04,
  copyTarget: 0x08,
  uniform: 0x40,
  storage: 0x80,
  queryResolve: 0x200,
} as const;

const MAP_READ = 1;
const STORAGE = BufferUsage.storage | BufferUsage.copySource | BufferUsage.copyTarget;

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** A part of a buffer, as a bind group takes it. Offsets are multiples of 256 bytes. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** Buffers that live and die together. */
export class BufferSet {
  readonly #device: GPUDevice;
  readonly #buffers: GPUBuffer[] = [];
  #bytes = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Bytes allocated. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Room for `floats` 32-bit numbers; throws an error of `engine` beyond the device's limits. */
  storage(label: string, floats: number): GPUBuffer {
    const size = Math.max(floats * 4, 16);
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#device.limits;
    const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    if (size > limit) {
      throw new LabError('engine/gpu-buffer', {
        label,
        needs: mebibytes(size),
        limit: mebibytes(limit),
      });
    }
    return this.#create(label, size, STORAGE);
  }

  uniform(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, BufferUsage.uniform | BufferUsage.copyTarget);
  }

  /** Room for `count` results of a query, of eight bytes each. */
  timestamps(label: string, count: number): GPUBuffer {
    return this.#create(label, 8 * count, BufferUsage.queryResolve | BufferUsage.copySource);
  }

  #create(label: string, size: number, usage: number): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size, usage });
    this.#buffers.push(buffer);
    this.#bytes += size;
    return buffer;
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers.length = 0;
    this.#bytes = 0;
  }
}

/**
 * Runs `allocate` on a new set of buffers. Where it throws, or the device reports that memory is
 * full, the set is freed again.
 * @throws an error of `engine` if memory is full
 */
export async function withinMemory<T>(
  device: GPUDevice,
  allocate: (buffers: BufferSet) => T,
): Promise<T> {
  const buffers = new BufferSet(device);
  device.pushErrorScope('out-of-memory');
  let result: T;
  try {
    result = allocate(buffers);
  } catch (error) {
    // A device that is lost by now has nothing to add.
    void device.popErrorScope().catch(() => null);
    buffers.destroy();
    throw error;
  }
  const error = await device.popErrorScope();
  if (!error) return result;
  buffers.destroy();
  throw outOfMemory(error.message || 'no detail given');
}

/** A copy under way to the CPU. */
export interface PendingRead {
  /** Call after the encoder has been submitted, once. */
  bytes(): Promise<ArrayBuffer>;
}

/** Larger staging buffers are not kept: they are for whole parameter vectors. */
const KEPT_BYTES = 2 ** 20;

/** Copies buffers to the CPU through staging buffers that are used again. */
export class Readback {
  readonly #device: GPUDevice;
  readonly #watch: DeviceWatch;
  readonly #free = new Map<number, GPUBuffer[]>();

  constructor(device: GPUDevice, watch: DeviceWatch) {
    this.#device = device;
    this.#watch = watch;
  }

  /** Encodes a copy of the first `size` bytes of `source`. */
  copy(encoder: GPUCommandEncoder, source: GPUBuffer, size: number): PendingRead {
    const capacity = 2 ** (32 - Math.clz32(Math.max(size, 256) - 1));
    const staging =
      this.#free.get(capacity)?.pop() ??
      this.#device.createBuffer({
        label: 'readback',
        size: capacity,
        usage: BufferUsage.mapRead | BufferUsage.copyTarget,
      });
    encoder.copyBufferToBuffer(source, 0, staging, 0, size);
    return { bytes: () => this.#map(staging, capacity, size) };
  }

  async #map(staging: GPUBuffer, capacity: number, size: number): Promise<ArrayBuffer> {
    try {
      await whenDone(this.#device, staging.mapAsync(MAP_READ, 0, size));
    } catch (rejection) {
      // The device's own report arrives after the rejection.
      await Promise.resolve();
      throw this.#watch.explain(rejection);
    }
    const bytes = staging.getMappedRange(0, size).slice(0);
    staging.unmap();
    if (capacity > KEPT_BYTES) staging.destroy();
    else this.#free.set(capacity, [...(this.#free.get(capacity) ?? []), staging]);
    this.#watch.check();
    return bytes;
  }

  destroy(): void {
    for (const buffers of this.#free.values()) for (const buffer of buffers) buffer.destroy();
    this.#free.clear();
  }
}
