import { afterEach, describe, expect, it, vi } from 'vitest';
import { LabError } from '../../../src/errors';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import type { GpuTuning, KnownTuning } from '../../../src/engine/gpu-tuning';
import type { GpuReport } from '../../../src/engine/gpu-report';
import type { TuningReason } from '../../../src/engine/reasons';
import type { ModelConfig } from '../../../src/model/config';
import { createEngine, type EngineFactory } from '../../../src/runtime/engines/start';
import { engineSentences } from '../../../src/words/en/reasons/engine-reasons';

const MODEL: ModelConfig = { vocabSize: 5, contextLength: 4, layers: 1, dModel: 8, heads: 1 };
const automatic = { name: null, backend: null };

const variant = { tile: 32, shared: true } as const;
const GPU_TUNING: GpuTuning = {
  adapter: 'A GPU',
  tuning: { forward: variant, backward: variant, weights: variant, weightWorkgroups: 64 },
};
const GPU_REPORT: GpuReport = {
  ...GPU_TUNING,
  selfTest: {
    passed: true,
    gradientError: 6e-7,
    tolerance: 1e-4,
    worstTensor: 'wte.weight',
    sampledLogProbError: 2e-6,
    repeats: true,
    milliseconds: 20,
  },
};

const tuningReason: TuningReason = {
  origin: { timed: 4, lacksHalf: false, withoutMatrix: null },
  missed: null,
};

const wasm: EngineFactory['wasm'] = async (config) =>
  createWasmEngine(config, await loadWasmModule());

/** A device with a GPU, on which all engines compute as `wasm` does. */
function factory(changes: Partial<EngineFactory> = {}): EngineFactory {
  return {
    capabilities: async () => ({
      wasmSimd: true,
      gpuAdapter: { name: 'A GPU', software: false },
    }),
    webgpu: async (config) => ({ engine: await wasm(config), report: GPU_REPORT, tuningReason }),
    wasm,
    tfjs: wasm,
    tunings: new Map(),
    ...changes,
  };
}

/** A factory, and the tunings that each start of its GPU was told of. */
function recordingFactory() {
  const tunings: (readonly KnownTuning[])[] = [];
  const recording = factory({
    webgpu: async (config, { known }) => {
      tunings.push(known);
      return { engine: await wasm(config), report: GPU_REPORT, tuningReason };
    },
  });
  return { tunings, factory: recording };
}

const wrongNumbers = (): Promise<never> =>
  Promise.reject(
    new LabError('engine/gpu-wrong', {
      gradientError: 0.3,
      sampledLogProbError: 0,
      tolerance: 1e-4,
      worstTensor: 'wte.weight',
      repeats: true,
    }),
  );

const tooWide = (reason: string): LabError =>
  new LabError('engine/gpu-kernel', { kernel: '', reason });

describe('starting the engine of a run', () => {
  it('takes a GPU that passes its self-test, and reports the numbers and the kernels', async () => {
    const { report } = await createEngine(MODEL, automatic, factory());
    expect(report).toMatchObject({ name: 'webgpu', gpu: GPU_REPORT });
    expect(engineSentences(report)).toMatch(
      /A GPU is a GPU. It passed its self-test \(gradient error 6e-7/,
    );
  });

  it('goes on with wasm where the GPU fails its self-test, and shows the numbers', async () => {
    const failing = factory({ webgpu: wrongNumbers });
    const { report } = await createEngine(MODEL, automatic, failing);
    expect(report).toMatchObject({ name: 'wasm', backend: null });
    expect(report.gpu).toBeUndefined();
    expect(engineSentences(report)).toMatch(
      /webgpu was refused: .* wrong numbers: gradient error 3\.0e-1/,
    );
  });

  it('goes on with tfjs where neither builds the model', async () => {
    const { report } = await createEngine(
      MODEL,
      automatic,
      factory({
        webgpu: () => Promise.reject(tooWide('Too wide for the GPU.')),
        wasm: () => Promise.reject(tooWide('Too wide for the CPU.')),
      }),
    );
    expect(report).toMatchObject({ name: 'tfjs', backend: 'webgpu' });
    expect(engineSentences(report)).toMatch(/Too wide for the GPU.*Too wide for the CPU/);
  });

  it('refuses the GPU that was asked for by hand and fails, and passes faults of the lab on', async () => {
    const asked = { name: 'webgpu', backend: null } as const;
    const failing = factory({ webgpu: wrongNumbers });
    await expect(createEngine(MODEL, asked, failing)).rejects.toThrow(/gradient error 3\.0e-1/);
    const broken = factory({ webgpu: () => Promise.reject(new TypeError('x is undefined')) });
    await expect(createEngine(MODEL, automatic, broken)).rejects.toThrow(TypeError);
  });

  it('hands the kernels of the run’s earlier part to the next start', async () => {
    const { report } = await createEngine(MODEL, automatic, factory());
    const { tunings, factory: recording } = recordingFactory();
    const next = await createEngine(MODEL, automatic, recording, { previous: report });
    expect(tunings).toEqual([[{ source: 'run', ...GPU_TUNING }]]);
    expect(engineSentences(next.report)).toMatch(/continues with the engine it started with/);
  });

  it('puts the checkpoint’s tuning first, then the record’s, the configuration’s and earlier runs’', async () => {
    const from = (adapter: string): GpuTuning => ({ ...GPU_TUNING, adapter });
    const { report } = await createEngine(MODEL, automatic, factory());
    const { tunings, factory: recording } = recordingFactory();
    const choice = { ...automatic, gpu: from('configuration') };
    const options = { checkpoint: from('checkpoint'), previous: report, earlier: [from('other')] };
    await createEngine(MODEL, choice, recording, options);
    expect(tunings[0]!.map(({ source, adapter }) => [source, adapter])).toEqual([
      ['run', 'checkpoint'],
      ['run', 'A GPU'],
      ['configuration', 'configuration'],
      ['earlier', 'other'],
    ]);
  });

  it('remembers a model’s tuning for the next start, and says which one is used', async () => {
    const { tunings, factory: recording } = recordingFactory();
    const { report } = await createEngine(MODEL, automatic, recording);
    await createEngine(MODEL, automatic, recording);
    await createEngine({ ...MODEL, layers: 2 }, automatic, recording);
    expect(tunings).toEqual([[], [{ source: 'earlier', ...GPU_TUNING }], []]);
    expect(engineSentences(report)).toContain(
      'Matrix products: tiles of 32 in shared memory, the fastest of 4 variants, timed just now.',
    );
  });
});

describe('the engine of a run whose GPU comes and goes', () => {
  const asked = { name: 'webgpu', backend: null } as const;
  const gone = factory({ capabilities: async () => ({ wasmSimd: true, gpuAdapter: null }) });
  const losing = factory({
    webgpu: () => Promise.reject(new LabError('engine/gpu-lost', { message: 'process gone' })),
  });

  it('is wasm where the GPU that was asked for is gone and the run has a checkpoint', async () => {
    const { report } = await createEngine(MODEL, asked, gone, { goesOn: true, losses: 0 });
    expect(report.name).toBe('wasm');
    expect(engineSentences(report)).toMatch(
      /began with the engine webgpu, which is not available here/,
    );
    const failing = factory({ webgpu: wrongNumbers });
    const other = await createEngine(MODEL, asked, failing, { goesOn: true, losses: 0 });
    expect(other.report.name).toBe('wasm');
    expect(engineSentences(other.report)).toMatch(/webgpu was refused: .* wrong numbers/);
    await expect(createEngine(MODEL, asked, gone, { losses: 0 })).rejects.toMatchObject({
      code: 'engine/asked-webgpu',
    });
  });

  it('throws what may pass to whoever tries again, and else is the next one', async () => {
    for (const choice of [automatic, asked]) {
      const lost = createEngine(MODEL, choice, losing, { goesOn: true, losses: 0 });
      await expect(lost).rejects.toMatchObject({ code: 'engine/gpu-lost' });
    }
    expect((await createEngine(MODEL, automatic, losing)).report.name).toBe('wasm');
  });

  it('waits for an adapter right after a loss, and for none where there was no loss', async () => {
    const { report: previous } = await createEngine(MODEL, automatic, factory());
    const waiting = createEngine(MODEL, automatic, gone, { previous, losses: 1 });
    await expect(waiting).rejects.toMatchObject({ code: 'engine/no-adapter' });
    const begun = await createEngine(MODEL, automatic, gone, { previous, losses: 0 });
    expect(begun.report.name).toBe('wasm');
  });
});

describe('an engine that does not come up', () => {
  afterEach(() => void vi.useRealTimers());

  const never = (): Promise<never> => new Promise(() => undefined);

  it('says so after a minute without a word, where it was asked for', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const asked = { name: 'tfjs', backend: 'wasm' } as const;
    const failed = expect(createEngine(MODEL, asked, factory({ tfjs: never }))).rejects.toThrow(
      /The engine tfjs:wasm did not start: it gave no sign for 60 seconds/,
    );
    await Promise.resolve();
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is waited for while it tells of its start, and gives way where it was not asked for', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let tell: (activity: string, fraction: number | null) => void = () => undefined;
    const webgpu: EngineFactory['webgpu'] = (_, { onProgress }) => {
      tell = onProgress!;
      return never();
    };
    const heard = vi.fn();
    const options = { onProgress: heard };
    const made = createEngine(MODEL, automatic, factory({ webgpu }), options);
    let isMade = false;
    void made.then(() => (isMade = true));
    await vi.advanceTimersByTimeAsync(59_000);
    tell('Compiling GPU kernels', 0.5);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(isMade).toBe(false);
    expect(heard).toHaveBeenCalledWith('Compiling GPU kernels', 0.5);
    await vi.advanceTimersByTimeAsync(1000);
    const { report } = await made;
    expect(report).toMatchObject({ name: 'wasm' });
    expect(engineSentences(report)).toMatch(/webgpu was refused: .* did not start/);
  });
});
