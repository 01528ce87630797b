import { describe, expect, it } from 'vitest';
import type { SelfTestReport } from '../../../src/engine/gpu-report';
import type { AdapterDetails } from '../../../src/runtime/device/api';
import { DeviceDesk } from '../../../src/views/device/device-desk.svelte';
import type { DeviceWorker } from '../../../src/views/device/device-worker';
import { choiceSentences } from '../../../src/words/en/reasons/engine-reasons';

const GPU: AdapterDetails = { name: 'A GPU', software: false, features: [], limits: {} };
const FAILED: SelfTestReport = {
  passed: false,
  gradientError: 0.3,
  tolerance: 1e-4,
  worstTensor: 'wte.weight',
  sampledLogProbError: 0.1,
  repeats: true,
  milliseconds: 5,
};
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function deskWith(changes: Partial<DeviceWorker>) {
  let opened = 0;
  let ended = 0;
  const desk = new DeviceDesk(() => {
    opened += 1;
    return {
      describeAdapter: async () => GPU,
      testGpu: async () => FAILED,
      bench: async () => ({ rows: [], gpu: null }),
      end: () => void (ended += 1),
      ...changes,
    };
  });
  return { desk, counts: () => ({ opened, ended }) };
}

describe('the device page', () => {
  it('names the engine that a run gets, and another after a self-test that failed', async () => {
    const { desk } = deskWith({});
    expect(desk.choice).toBeNull();
    await settled();
    expect(desk.choice?.name).toBe('webgpu');
    await desk.test();
    expect(desk.selfTest).toEqual(FAILED);
    expect(desk.choice?.name).toBe('wasm');
    expect(choiceSentences(desk.choice!.reason)).toMatch(/failed its self-test/);
  });

  it('says what is being done, and ends it on demand with a fresh worker for the next', async () => {
    const never = new Promise<never>(() => undefined);
    const { desk, counts } = deskWith({
      bench: (_, listener) => {
        listener({ type: 'doing', text: '0.1M, wasm: first run', fraction: null });
        return never;
      },
    });
    await settled();
    void desk.measure();
    await settled();
    expect(desk.activity).toBe('bench');
    expect(desk.doing).toBe('0.1M, wasm: first run');
    desk.cancel();
    expect(desk.activity).toBeNull();
    await desk.test();
    expect(counts()).toEqual({ opened: 2, ended: 1 });
  });

  it('turns a failure into a sentence and can go on', async () => {
    let isBroken = true;
    const { desk } = deskWith({
      testGpu: () =>
        isBroken ? Promise.reject(new Error('The GPU was lost.')) : Promise.resolve(FAILED),
    });
    await settled();
    await desk.test();
    expect(desk.problem).toBe('The GPU was lost.');
    expect(desk.activity).toBeNull();
    isBroken = false;
    await desk.test();
    expect(desk.problem).toBeNull();
    expect(desk.selfTest).toEqual(FAILED);
  });
});
