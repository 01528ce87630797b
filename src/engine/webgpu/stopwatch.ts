/** How long a device works, by its own clock where it has one. */
import { DeviceWatch } from './device';
import { type BufferSet, Readback } from './memory';
import { whenDone } from './waiting';

/** Where a device writes the beginning and the end of a pass, in nanoseconds. */
interface Stamps {
  readonly queries: GPUQuerySet;
  readonly buffer: GPUBuffer;
  readonly readback: Readback;
}

/**
 * Measures passes one at a time. By timestamp queries, where the device has them: a browser's promises
 * come late, Firefox's by up to 100 ms. Else by `now`, from the submit to the end of the work.
 */
export class Stopwatch {
  readonly #device: GPUDevice;
  readonly #now: () => number;
  readonly #watch: DeviceWatch;
  readonly #stamps: Stamps | null;

  /** @param buffers they hold what the stopwatch needs, and are freed by whoever made them */
  constructor(device: GPUDevice, buffers: BufferSet, now: () => number) {
    this.#device = device;
    this.#now = now;
    this.#watch = new DeviceWatch(device);
    this.#stamps = device.features.has('timestamp-query')
      ? {
          queries: device.createQuerySet({ type: 'timestamp', count: 2 }),
          buffer: buffers.timestamps('timestamps', 2),
          readback: new Readback(device, this.#watch),
        }
      : null;
  }

  /** Milliseconds of what `encode` puts into a pass. */
  async time(encode: (pass: GPUComputePassEncoder) => void): Promise<number> {
    const { queue } = this.#device;
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass(passOf(this.#stamps));
    encode(pass);
    pass.end();
    const read = this.#stamps && stampsOf(encoder, this.#stamps);
    const started = this.#now();
    queue.submit([encoder.finish()]);
    if (!read) {
      await whenDone(this.#device, queue.onSubmittedWorkDone());
      return this.#now() - started;
    }
    const [begin, end] = new BigInt64Array(await read.bytes());
    const elapsed = this.#now() - started;
    const worked = Number(end! - begin!) / 1e6;
    // Drivers may write nothing, and browsers round to 0.1 ms.
    return worked > 0 ? worked : elapsed;
  }

  destroy(): void {
    this.#stamps?.queries.destroy();
    this.#stamps?.readback.destroy();
    this.#watch.stop();
  }
}

function passOf(stamps: Stamps | null): GPUComputePassDescriptor | undefined {
  return stamps
    ? {
        timestampWrites: {
          querySet: stamps.queries,
          beginningOfPassWriteIndex: 0,
          endOfPassWriteIndex: 1,
        },
      }
    : undefined;
}

function stampsOf(encoder: GPUCommandEncoder, { queries, buffer, readback }: Stamps) {
  encoder.resolveQuerySet(queries, 0, 2, buffer, 0);
  return readback.copy(encoder, buffer, buffer.size);
}
