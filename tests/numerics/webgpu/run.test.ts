import { describe, expect, it } from 'vitest';
import { findAdapter } from '../../../src/engine/gpu-adapter';
import { type GpuTuning, usesHalf } from '../../../src/engine/gpu-tuning';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import { loadNodeGpu } from '../../../src/engine/webgpu/load-node';
import { startWebGpu } from '../../../src/engine/webgpu/start';
import { createEngine, type EngineFactory } from '../../../src/runtime/engines/start';
import type { RunConfig } from '../../../src/training/configuration/run-config';
import { engineSentences } from '../../../src/words/en/reasons/engine-reasons';
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

/** Another tuning than the one a software adapter gets by itself. */
function tuned(adapter: string): GpuTuning {
  const [staged, direct] = [
    { tile: 32, shared: true },
    { tile: 32, shared: false },
  ] as const;
  const tuning = { forward: direct, backward: direct, weights: staged, weightWorkgroups: 3 };
  return { adapter, tuning };
}

const wasm: EngineFactory['wasm'] = async (config) =>
  createWasmEngine(config, await loadWasmModule());

/** Starts the GPU of this machine; `onStart` may change what it made. */
function gpuFactory(
  onStart: (started: Awaited<ReturnType<typeof startWebGpu>>) => void = () => undefined,
): EngineFactory {
  return {
    capabilities: async () => ({
      wasmSimd: true,
      gpuAdapter: await findAdapter(await loadNodeGpu()),
    }),
    webgpu: async (config, options) => {
      const gpu = await loadNodeGpu();
      const started = await startWebGpu(config, { gpu, reference: () => wasm(config), ...options });
      onStart(started);
      return started;
    },
    wasm,
    tfjs: wasm,
    tunings: new Map(),
  };
}

/** Runs on the GPU; its first device is destroyed in the middle of SFT. */
function gpuLab() {
  let starts = 0;
  const factory = gpuFactory(({ engine, device }) => {
    const step = engine.step.bind(engine);
    let steps = 0;
    const isFirst = starts++ === 0;
    engine.step = (batch, settings) => {
      if (isFirst && ++steps === LOST_AT) device.destroy();
      return step(batch, settings);
    };
  });
  return smallLab({
    createEngine: (model, choice, options) => createEngine(model, choice, factory, options),
    rest: async () => undefined,
  });
}

async function finished(lab: ReturnType<typeof smallLab>, config: RunConfig) {
  const id = await lab.trainer.start(config);
  await lab.trainer.idle();
  const { record } = await lab.store.readRun(id);
  return { record, checkpoint: (await lab.store.readCheckpoint(id, 'final'))?.checkpoint };
}

describe('a run on the GPU', () => {
  it('survives the loss of its device with the products it was asked for, and measures what wasm does', async () => {
    const lab = gpuLab();
    const adapter = (await findAdapter(await loadNodeGpu()))!.name;
    const engine = { name: 'webgpu', backend: null, gpu: tuned(adapter) } as const;
    const { record: gpu, checkpoint } = await finished(lab, { ...RUN, engine });
    const { record: cpu } = await finished(smallLab(), RUN);
    expect(gpu.failure).toBeNull();
    expect(gpu.engine?.gpu?.selfTest.passed).toBe(true);
    const lost = lab.messages.filter(({ type }) => type === 'device-lost');
    expect(lost).toEqual([
      expect.objectContaining({
        why: expect.objectContaining({ code: 'engine/gpu-lost' }),
        backTo: { stage: 'sft', step: 6 },
      }),
    ]);
    const reasons = lab.messages.flatMap((m) =>
      m.type === 'engine' ? [engineSentences(m.engine)] : [],
    );
    expect(reasons).toEqual([
      expect.stringMatching(/weights tiles of 32 in shared memory, as the configuration says\.$/),
      expect.stringMatching(/weights tiles of 32 in shared memory, as in the run so far\.$/),
    ]);
    expect(gpu.config.engine).toEqual(engine);
    expect(checkpoint?.state.gpu).toEqual(tuned(adapter));
    expect(cpu.config).toEqual(RUN);

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

  it('gets products of this adapter where its configuration names those of another one, and says so', async () => {
    const model = { vocabSize: 5, contextLength: 4, layers: 1, dModel: 8, heads: 1 };
    const choice = { name: 'webgpu', backend: null, gpu: tuned('Another GPU') } as const;
    const { engine, report } = await createEngine(model, choice, gpuFactory());
    engine.dispose();
    expect(report.gpu?.adapter).not.toBe('Another GPU');
    expect(report.gpu?.tuning).not.toEqual(choice.gpu.tuning);
    expect(engineSentences(report)).toMatch(
      /The configuration names those of another adapter, Another GPU/,
    );
  });

  it('goes on in 32 bits and without matrix units where the adapter has none, and says so', async () => {
    const model = { vocabSize: 5, contextLength: 4, layers: 1, dModel: 8, heads: 1 };
    const { name: adapter } = (await findAdapter(await loadNodeGpu()))!;
    const { matrix: units, ...plain } = { tile: 32, shared: true, matrix: true } as const;
    const variants = { forward: { ...plain, matrix: units }, backward: plain, weights: plain };
    const gpu = { adapter, tuning: { ...variants, weightWorkgroups: 8 } } as const;
    const asked = { name: 'webgpu', backend: null, gpu } as const;
    const missing = await createEngine(model, asked, gpuFactory());
    missing.engine.dispose();
    expect(engineSentences(missing.report)).toMatch(
      /names others, which this device does not offer now/,
    );
    expect(missing.report.gpu?.tuning.forward.matrix).toBeUndefined();

    const half = { name: 'webgpu', backend: null, precision: 'f16' } as const;
    const wide = await createEngine(model, half, gpuFactory());
    wide.engine.dispose();
    expect(engineSentences(wide.report)).toMatch(/this GPU has no 16-bit floats/);
    expect(wide.report.gpu?.tuning).toMatchObject({ precision: 'f16' });
    expect(usesHalf(wide.report.gpu!.tuning)).toBe(false);
  });
});
