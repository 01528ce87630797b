import { describe, expect, it } from 'vitest';
import { countGpuCalls } from '../../../src/bench/gpu-calls';
import { BENCH_OPTIMIZER } from '../../../src/bench/workloads';
import type { SampleRequest } from '../../../src/engine/engine';
import { emptyBatch, LossKind, type TokenBatch } from '../../../src/engine/token-table';
import type { GemmVariant } from '../../../src/engine/gpu-tuning';
import { gemmAbilities, variantsFor } from '../../../src/engine/webgpu/abilities';
import { checkLimits, requestDevice } from '../../../src/engine/webgpu/device';
import { deviceLayout } from '../../../src/engine/webgpu/device-layout';
import { createWebGpuEngine } from '../../../src/engine/webgpu/engine';
import { modelOperations, sameForAll } from '../../../src/engine/webgpu/operations';
import { entry, makeKernel, write } from '../../../src/engine/webgpu/kernel';
import { loadNodeGpu } from '../../../src/engine/webgpu/load-node';
import { startWebGpu } from '../../../src/engine/webgpu/start';
import { PipelineCache } from '../../../src/engine/webgpu/pipelines';
import type { ModelConfig } from '../../../src/model/config';
import { initialParameters } from '../../../src/model/init';
import { nullDevice } from './dawn';

/** The model and batch by which engines are compared. */
const REFERENCE: ModelConfig = {
  vocabSize: 32,
  contextLength: 48,
  layers: 2,
  dModel: 64,
  heads: 4,
};

function plainBatch(rows: number, length: number): TokenBatch {
  const batch = emptyBatch(rows, length);
  batch.kinds.fill(LossKind.nll);
  batch.weights.fill(1 / (rows * length));
  return batch;
}

function rollout(rows: number, maxNewTokens: number): SampleRequest {
  return {
    rows,
    promptLength: 1,
    prompts: new Int32Array(rows),
    maxNewTokens,
    temperature: 1,
    seed: 1,
    stopToken: 1,
    padToken: 0,
  };
}

const SHAPES: readonly ModelConfig[] = [
  { vocabSize: 512, contextLength: 256, layers: 1, dModel: 256, heads: 4 },
  { vocabSize: 511, contextLength: 255, layers: 1, dModel: 256, heads: 32 },
  { vocabSize: 100, contextLength: 200, layers: 2, dModel: 192, heads: 3 },
  { vocabSize: 2, contextLength: 2, layers: 1, dModel: 8, heads: 2 },
  { vocabSize: 65, contextLength: 33, layers: 8, dModel: 36, heads: 3 },
];

describe('the webgpu engine on a device that checks and computes nothing', () => {
  it('takes at most 40 dispatches for the reference step and 8 for its rollout', async () => {
    const device = await nullDevice();
    const engine = await createWebGpuEngine(REFERENCE, device);
    await engine.loadParameters(initialParameters(REFERENCE, 1));
    const calls = countGpuCalls(device);
    await engine.step(plainBatch(64, 48), BENCH_OPTIMIZER);
    expect(calls.dispatches).toBe(37);
    calls.dispatches = 0;
    await engine.sample(rollout(64, 47));
    expect(calls.dispatches).toBe(3);
  });

  it('holds no more buffers after many steps and rollouts of changing size', async () => {
    const device = await nullDevice();
    const engine = await createWebGpuEngine(REFERENCE, device);
    const calls = countGpuCalls(device);
    const run = async (steps: number): Promise<void> => {
      for (let i = 0; i < steps; i++) {
        await engine.step(plainBatch(1 + ((i * 7) % 16), 1 + ((i * 5) % 48)), BENCH_OPTIMIZER);
        await engine.score(plainBatch(1 + (i % 16), 20));
        if (i % 10 === 0) await engine.sample(rollout(1 + (i % 16), 1 + (i % 47)));
      }
      await engine.readParameters();
    };
    await run(200);
    const { buffers, bufferBytes } = calls;
    await run(400);
    expect(calls).toMatchObject({ buffers, bufferBytes });
    engine.dispose();
    // What was made before counting goes too.
    expect(calls.buffers).toBeLessThanOrEqual(0);
  });

  it.each(SHAPES)(
    'builds within WebGPU’s default limits for $dModel/$heads, vocabulary $vocabSize, context $contextLength',
    async (config) => {
      const adapter = await (await loadNodeGpu(['backend=null'])).requestAdapter();
      const device = await adapter!.requestDevice();
      expect(device.limits.maxComputeWorkgroupStorageSize).toBe(16384);
      const samplings = ['whole', 'narrow', 'stepwise'] as const;
      for (const [i, variant] of variantsFor(gemmAbilities(device), 'f32').entries()) {
        const tuning = { ...sameForAll(variant), weightWorkgroups: variant.tile === 32 ? 192 : 8 };
        const sampling = samplings[i % samplings.length];
        const engine = await createWebGpuEngine(config, device, { tuning, sampling });
        const rows = 3;
        await engine.step(plainBatch(rows, config.contextLength), BENCH_OPTIMIZER);
        await engine.sample(rollout(rows, config.contextLength - 1));
        engine.dispose();
      }
    },
  );

  it.each(SHAPES)(
    'builds products of 16-bit floats and by matrix units for $dModel/$heads, vocabulary $vocabSize',
    async (config) => {
      const device = await nullDevice();
      // Matrix units as Apple's, Nvidia's and Mesa's; the null device itself has none.
      for (const [side, subgroupSize] of [
        [8, 32],
        [16, 32],
        [8, 8],
      ] as const) {
        const units = { side, subgroupSize };
        const abilities = {
          workgroupBytes: device.limits.maxComputeWorkgroupStorageSize,
          half: true,
          matrixUnits: { f32: units, f16: units },
        };
        for (const variant of variantsFor(abilities, 'f16')) {
          const tuning = { ...sameForAll(variant), weightWorkgroups: 8 };
          const operations = modelOperations(config, deviceLayout(config), tuning, abilities);
          for (const { kernel } of Object.values(operations)) {
            const module = device.createShaderModule({ code: kernel.code });
            const { messages } = await module.getCompilationInfo();
            expect(messages.map(({ message }) => `${kernel.label}: ${message}`)).toEqual([]);
          }
        }
      }
    },
  );

  it('uses 16-bit floats and matrix units where the tuning says so', async () => {
    const units = { side: 8, subgroupSize: 32 };
    const abilities = {
      workgroupBytes: 32768,
      half: true,
      matrixUnits: { f32: units, f16: units },
    };
    const codes = (variant: GemmVariant): string[] => {
      const tuning = { ...sameForAll(variant), weightWorkgroups: 8 };
      const operations = modelOperations(REFERENCE, deviceLayout(REFERENCE), tuning, abilities);
      return Object.values(operations).map(({ kernel }) => kernel.code);
    };
    const counted = (variant: GemmVariant, word: string): number =>
      codes(variant).filter((code) => code.includes(word)).length;
    const plain = { tile: 32, shared: true } as const;
    // Five products forward and ten backward.
    expect(counted({ ...plain, half: true }, 'vec4h')).toBe(15);
    expect(counted({ ...plain, matrix: true }, 'subgroupMatrixMultiplyAccumulate')).toBe(15);
    expect(counted({ ...plain, matrix: true, half: true }, 'array<f16')).toBe(15);
    expect(counted(plain, 'enable ')).toBe(0);
  });
});

describe('bad input to the webgpu engine', () => {
  it('names what is missing where there is no WebGPU', async () => {
    await expect(requestDevice(undefined)).rejects.toMatchObject({
      code: 'engine/no-webgpu',
      message: expect.stringContaining('Use the wasm engine'),
    });
  });

  it('names the limit of an adapter that offers too little', async () => {
    const device = await nullDevice();
    const limits = {
      maxStorageBuffersPerShaderStage: 4,
      maxComputeWorkgroupStorageSize: 16384,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupSizeX: 256,
    };
    expect(() => checkLimits({ ...device.limits, ...limits })).toThrow(
      /maxStorageBuffersPerShaderStage = 4; the engine needs 8/,
    );
  });

  it('names size and limit of a batch beyond the device, and goes on', async () => {
    const adapter = await (await loadNodeGpu(['backend=null'])).requestAdapter();
    const device = await adapter!.requestDevice();
    const config = { ...REFERENCE, dModel: 256, contextLength: 256, vocabSize: 2, layers: 1 };
    const engine = await createWebGpuEngine(config, device);
    await expect(engine.step(plainBatch(140, 256), BENCH_OPTIMIZER)).rejects.toThrow(
      /needs 140\.0 MiB; this device allows 128\.0 MiB/,
    );
    await engine.step(plainBatch(2, 256), BENCH_OPTIMIZER);
  });

  it('refuses a token outside the vocabulary, and goes on', async () => {
    const engine = await createWebGpuEngine(REFERENCE, await nullDevice());
    const batch = plainBatch(2, 4);
    batch.tokens[3] = 32;
    await expect(engine.step(batch, BENCH_OPTIMIZER)).rejects.toThrow(/id 32/);
    await engine.step(plainBatch(2, 4), BENCH_OPTIMIZER);
  });

  it('says of a kernel that does not compile what the compiler says', async () => {
    const cache = new PipelineCache(await nullDevice());
    const broken = makeKernel('broken', [write('out', 'f32')], `${entry(1)} out[0] = nothing; }`);
    const failure = await cache.get(broken).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'engine/gpu-kernel',
      message: expect.stringMatching(/"broken" does not compile here: \d+:\d+ .*nothing/),
    });
  });

  it('refuses a tuning that is not whole', async () => {
    const variant = { tile: 32, shared: true };
    const tuning = JSON.parse(JSON.stringify({ forward: variant, backward: variant }));
    const made = createWebGpuEngine(REFERENCE, await nullDevice(), { tuning });
    await expect(made).rejects.toThrow(/tuning .* is incomplete/);

    const unstaged = { ...variant, shared: false, half: true };
    const wrong = JSON.parse(
      JSON.stringify({ ...sameForAll(unstaged as GemmVariant), weightWorkgroups: 8 }),
    );
    const unbuilt = createWebGpuEngine(REFERENCE, await nullDevice(), { tuning: wrong });
    await expect(unbuilt).rejects.toThrow(/shared \(true with half or matrix\)/);
  });

  it('refuses a tuning that the device cannot build', async () => {
    const tuning = { ...sameForAll({ tile: 32, shared: true, matrix: true }), weightWorkgroups: 8 };
    const made = createWebGpuEngine(REFERENCE, await nullDevice(), { tuning });
    await expect(made).rejects.toThrow(/matrix units that this device does not offer/);
  });

  it('reports a lost device as such', async () => {
    const device = await nullDevice();
    const engine = await createWebGpuEngine(REFERENCE, device);
    device.destroy();
    await device.lost;
    const failure = await engine
      .step(plainBatch(2, 4), BENCH_OPTIMIZER)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'LabError', code: 'engine/gpu-lost' });
  });

  it('reports a device that is lost while its kernels compile as such', async () => {
    const gpu = await loadNodeGpu(['backend=null']);
    const adapter = (await gpu.requestAdapter())!;
    const request = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (descriptor) => {
      const device = await request(descriptor);
      // As Chromium has it: what is asked of a GPU process that is gone fails before the loss is told.
      device.createComputePipelineAsync = () => {
        setTimeout(() => device.destroy());
        return Promise.reject(new Error('A valid external Instance reference no longer exists.'));
      };
      return device;
    };
    const started = startWebGpu(REFERENCE, {
      gpu: { ...gpu, requestAdapter: async () => adapter },
      reference: () => Promise.reject(new Error('not reached')),
    });
    await expect(started).rejects.toMatchObject({ code: 'engine/gpu-lost' });
  });

  it('refuses work after it has been disposed of', async () => {
    const engine = await createWebGpuEngine(REFERENCE, await nullDevice());
    engine.dispose();
    await expect(engine.readParameters()).rejects.toMatchObject({ code: 'engine/disposed' });
  });
});
