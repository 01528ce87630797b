import { describe, expect, it } from 'vitest';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import { loadNodeGpu } from '../../../src/engine/webgpu/load-node';
import { startWebGpu } from '../../../src/engine/webgpu/start';
import type { TrainerEnvironment } from '../../../src/runtime/environment';
import type { RunConfig } from '../../../src/training/run-config';
import { SMALL_RUN, smallLab } from '../../unit/runtime/small-run';

/** Few and small: a software adapter takes most of a second for a batch. */
const RUN: RunConfig = {
  ...SMALL_RUN,
  sft: { ...SMALL_RUN.sft, steps: 10, evaluations: 2, batchSize: 8 },
  rl: { ...SMALL_RUN.rl, steps: 2, evaluateEvery: 2 },
  evaluation: { ...SMALL_RUN.evaluation, problemsPerLevel: 3, samples: 1, validationSize: 8 },
};
/** The training step before which the first device is destroyed. */
const LOST_AT = 8;

/** Runs on the GPU; its first device is destroyed in the middle of SFT. */
function gpuLab() {
  let starts = 0;
  const createEngine: TrainerEnvironment['createEngine'] = async (config, _, options = {}) => {
    const { engine, device, report } = await startWebGpu(config, {
      gpu: await loadNodeGpu(),
      reference: async () => createWasmEngine(config, await loadWasmModule()),
      tuned: options.previous?.gpu,
    });
    const step = engine.step.bind(engine);
    let steps = 0;
    const isFirst = starts++ === 0;
    engine.step = (batch, settings) => {
      if (isFirst && ++steps === LOST_AT) device.destroy();
      return step(batch, settings);
    };
    const { description } = engine.info;
    return {
      engine,
      report: { name: 'webgpu', backend: null, description, reason: 'A test.', gpu: report },
    };
  };
  return smallLab({ createEngine, rest: async () => undefined });
}

async function recordOf(lab: ReturnType<typeof smallLab>) {
  const id = await lab.trainer.start(RUN);
  await lab.trainer.idle();
  return (await lab.store.readRun(id)).record;
}

describe('a run on the GPU', () => {
  it('survives the loss of its device and measures what wasm does, within noise', async () => {
    const lab = gpuLab();
    const gpu = await recordOf(lab);
    const cpu = await recordOf(smallLab());
    expect(gpu.failure).toBeNull();
    expect(gpu.engine?.gpu?.selfTest.passed).toBe(true);
    const lost = lab.messages.filter(({ type }) => type === 'device-lost');
    expect(lost).toEqual([
      expect.objectContaining({ detail: expect.stringMatching(/lost.*checkpoint, SFT step 6/) }),
    ]);
    const [found, truth] = [gpu.summary!, cpu.summary!];
    expect(found.minValidationLoss).toBeCloseTo(truth.minValidationLoss, 3);
    expect(found.switched).toMatchObject({
      step: truth.switched.step,
      phase: truth.switched.phase,
    });
    // The same noise in both: attempts differ only where rounding tips a draw.
    for (const at of ['base', 'branch', 'final'] as const) {
      const error = Math.hypot(found[at].standardError, truth[at].standardError);
      expect(Math.abs(found[at].score - truth[at].score), at).toBeLessThanOrEqual(error);
    }
  });
});
