/**
 * Where each tensor lies in the GPU's copy of the parameters. It differs from `model/layout.ts` in
 * two ways: every tensor starts at a multiple of 256 bytes, so that it can be bound on its own, and
 * rows are padded with zeros to whole vectors of four (only the head's need it). Padding has zero
 * gradients, so the optimizer leaves it at zero.
 */
import { LabError } from '../../errors';
import type { ModelConfig } from '../../model/config';
import { parameterLayout } from '../../model/layout';

/** Floats per block: 256 bytes, the largest alignment that WebGPU may ask of a bound offset. */
export const BLOCK = 64;

export const roundUp = (value: number, multiple: number): number =>
  Math.ceil(value / multiple) * multiple;

export interface DeviceSlot {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Columns rounded up to whole vectors of four. */
  readonly stride: number;
  /** First float on the device, a multiple of {@link BLOCK}. */
  readonly offset: number;
  /** Floats on the device, padding of rows included. */
  readonly size: number;
  readonly decay: boolean;
  /** First element in the host's layout. */
  readonly hostOffset: number;
}

export interface DeviceLayout {
  readonly slots: readonly DeviceSlot[];
  /** Floats on the device, a multiple of {@link BLOCK}. */
  readonly size: number;
  /** Parameters on the host. */
  readonly hostSize: number;
}

export function deviceLayout(config: ModelConfig): DeviceLayout {
  const host = parameterLayout(config);
  let offset = 0;
  const slots = host.slots.map(({ name, shape, offset: hostOffset, decay }) => {
    const [rows, columns] = shape.length === 2 ? [shape[0]!, shape[1]!] : [1, shape[0]!];
    const stride = roundUp(columns, 4);
    const slot = {
      name,
      rows,
      columns,
      stride,
      offset,
      size: rows * stride,
      decay,
      hostOffset,
    };
    offset += roundUp(slot.size, BLOCK);
    return slot;
  });
  return { slots, size: offset, hostSize: host.size };
}

/** The slot called `name`; throws if the model has none. */
export function deviceSlot(layout: DeviceLayout, name: string): DeviceSlot {
  const slot = layout.slots.find((s) => s.name === name);
  if (!slot) throw new LabError('fault/no-tensor', { tensor: name });
  return slot;
}

/** Calls `visit` with the width of each row, and where it begins on the host and on the device. */
function eachRow(
  { slots }: DeviceLayout,
  visit: (columns: number, onHost: number, onDevice: number) => void,
): void {
  for (const { rows, columns, stride, offset, hostOffset } of slots) {
    for (let row = 0; row < rows; row++) {
      visit(columns, hostOffset + row * columns, offset + row * stride);
    }
  }
}

/** Copies a vector in the host's layout into one of `layout.size` floats. */
export function toDevice(layout: DeviceLayout, host: Float32Array): Float32Array<ArrayBuffer> {
  const device = new Float32Array(layout.size);
  eachRow(layout, (columns, from, to) => device.set(host.subarray(from, from + columns), to));
  return device;
}

/** The inverse of {@link toDevice}. */
export function toHost(layout: DeviceLayout, device: Float32Array): Float32Array {
  const host = new Float32Array(layout.hostSize);
  eachRow(layout, (columns, to, from) => host.set(device.subarray(from, from + columns), to));
  return host;
}
