import { describe, expect, it } from 'vitest';
import { DeviceWatch } from '../../../src/engine/webgpu/device';
import { BufferSet, Readback } from '../../../src/engine/webgpu/memory';
import { Stopwatch } from '../../../src/engine/webgpu/stopwatch';
import { lateDevice } from './late-device';

/** Milliseconds by the page's clock for whatever is measured. */
const TICK = 100;

function pageClock(): () => number {
  let time = 0;
  return () => (time += TICK);
}

function stopwatch(device: GPUDevice): Stopwatch {
  return new Stopwatch(device, new BufferSet(device), pageClock());
}

describe('a device that looks whether work is done only when something is submitted', () => {
  it('is made to look while a buffer is awaited, and left alone afterwards', async () => {
    const { device, submits } = lateDevice();
    const readback = new Readback(device, new DeviceWatch(device));
    const encoder = device.createCommandEncoder();
    const read = readback.copy(encoder, device.createBuffer({ size: 16, usage: 0 }), 16);
    device.queue.submit([encoder.finish()]);
    expect((await read.bytes()).byteLength).toBe(16);
    const count = submits.length;
    expect(submits).toEqual([1, ...Array<number>(count - 1).fill(0)]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(submits).toHaveLength(count);
  });

  it('is timed by its own clock where it has one', async () => {
    const { device } = lateDevice([5_000_000n, 7_500_000n]);
    expect(await stopwatch(device).time(() => undefined)).toBe(2.5);
  });

  it('is timed by the page’s clock where it has none, or none that works', async () => {
    for (const stamps of [undefined, [0n, 0n], [9n, 8n]] as const) {
      const { device } = lateDevice(stamps);
      expect(await stopwatch(device).time(() => undefined)).toBe(TICK);
    }
  });
});
