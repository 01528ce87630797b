/** The engines side by side on this device: who races, on what, and in which order. */
import type { Engine } from '../engine/engine';
import type { Precision, Tuning } from '../engine/gpu-tuning';
import { createTfjsEngine } from '../engine/tfjs/engine';
import { createWasmEngine } from '../engine/wasm/engine';
import { gemmAbilities } from '../engine/webgpu/abilities';
import { describeAdapter, isSoftware, requestDevice } from '../engine/webgpu/device';
import { createWebGpuEngine } from '../engine/webgpu/engine';
import { defaultTuning } from '../engine/webgpu/operations';
import type { SelfTestReport } from '../engine/gpu-report';
import { selfTest } from '../engine/webgpu/self-test';
import type { ModelConfig } from '../model/config';
import { countGpuCalls, type GpuCalls } from './gpu-calls';
import { type BenchOptions, type BenchRow, type Candidate, type Entrant, measure } from './measure';
import { gpuProductRate, wasmProductRate } from './product-rate';
import { engineRacer, type Racer } from './racer';
import { noteMemories, type WasmMemories } from './wasm-memory';
import { benchBatch, stepFlops, type Workload, WORKLOADS } from './workloads';

/** How the race's parts are started in one environment: a browser's worker, or Node. */
export interface BenchEnvironment {
  /** `navigator.gpu` or Dawn's; undefined where there is none. */
  readonly gpu: GPU | undefined;
  /** A device that checks every call and computes nothing: for the CPU's share alone. */
  readonly isNull: boolean;
  readonly wasmModule: WebAssembly.Module;
  /** Makes a backend of TensorFlow.js the current one. */
  readonly startTfjs: (backend: 'wasm' | 'cpu') => Promise<void>;
  /** Registers TensorFlow.js on a device; the result makes that backend the current one. */
  readonly startTfjsOn: (device: GPUDevice) => Promise<() => Promise<void>>;
  /** jax-js on the CPU, or on the device that `gpu` returns; null where it is not installed. */
  readonly jax: JaxEntry | null;
}

export interface JaxEntry {
  readonly onCpu: (config: ModelConfig) => Promise<Racer>;
  /** jax-js keeps its first device, so that it is counted once for all models. */
  readonly onGpu: (
    config: ModelConfig,
    makeDevice: () => Promise<GPUDevice>,
  ) => Promise<{ racer: Racer; device: GPUDevice }>;
}

interface BenchSettings extends BenchOptions {
  readonly workloads: readonly Workload[];
  /** Hears the rows of each race when it is over. */
  readonly onRows?: (rows: readonly BenchRow[]) => void;
}

/** What the adapter is, and how it did before the race. */
export interface GpuSummary {
  readonly adapter: string;
  readonly software: boolean;
  /** Of the first model; null on the null device. */
  readonly selfTest: SelfTestReport | null;
  /** By workload: the kernels that raced. */
  readonly tunings: Readonly<Record<string, Tuning>>;
}

export interface BenchReport {
  readonly rows: readonly BenchRow[];
  readonly gpu: GpuSummary | null;
}

/** A software adapter would take minutes for the whole batch, so its race has this share of it. */
const SOFTWARE_SHARE = 16;

/** Races all engines of the environment on each workload. */
export async function benchmark(
  settings: BenchSettings,
  environment: BenchEnvironment,
): Promise<BenchReport> {
  const bench = new Benchmark(settings, environment);
  for (const workload of settings.workloads) await bench.race(workload);
  return bench.report();
}

class Benchmark {
  readonly #settings: BenchSettings;
  readonly #environment: BenchEnvironment;
  readonly #rows: BenchRow[] = [];
  /** Memories outlive a model where a library keeps its backend. */
  readonly #memories = new Map<string, WasmMemories>();
  readonly #gpuCalls = new Map<GPUDevice, GpuCalls>();
  readonly #tunings: Record<string, Tuning> = {};
  #selfTest: SelfTestReport | null = null;
  #adapter: Adapter | null = null;

  constructor(settings: BenchSettings, environment: BenchEnvironment) {
    this.#settings = settings;
    this.#environment = environment;
  }

  async race(workload: Workload): Promise<void> {
    await this.#findAdapter();
    const { isNull } = this.#environment;
    const share = this.#adapter?.software && !isNull ? SOFTWARE_SHARE : 1;
    const small = { ...workload, rows: Math.max(2, workload.rows / share) };
    const onCpu = isNull ? [] : await this.#cpuEntrants(workload);
    const onGpu = this.#adapter ? this.#gpuEntrants(small) : [];
    // All in one race where the batch is the same.
    if (share === 1) return this.#measure(workload, [...onGpu, ...onCpu]);
    await this.#measure(workload, onCpu);
    await this.#measure(small, onGpu);
  }

  report(): BenchReport {
    const adapter = this.#adapter;
    const gpu = adapter && {
      adapter: adapter.name,
      software: adapter.software,
      selfTest: this.#selfTest,
      tunings: this.#tunings,
    };
    return { rows: this.#rows, gpu };
  }

  async #measure(workload: Workload, entrants: readonly Entrant[]): Promise<void> {
    const rows = await measure(workload, entrants, this.#settings);
    this.#rows.push(...rows);
    this.#settings.onRows?.(rows);
  }

  async #findAdapter(): Promise<void> {
    const { gpu } = this.#environment;
    if (this.#adapter || !(await gpu?.requestAdapter())) return;
    const device = await requestDevice(gpu);
    const { half } = gemmAbilities(device);
    this.#adapter = { name: describeAdapter(device), software: isSoftware(device), half };
    device.destroy();
  }

  async #cpuEntrants(workload: Workload): Promise<Entrant[]> {
    const { startTfjs, jax } = this.#environment;
    const { config } = workload;
    const tfjs = (backend: 'wasm' | 'cpu') => async (): Promise<CpuMade> => {
      await startTfjs(backend);
      const racer = engineRacer(createTfjsEngine(config));
      return { racer, enter: () => startTfjs(backend) };
    };
    const entrants = [
      this.#onCpu('wasm', workload, async () => ({
        racer: engineRacer(await this.#wasm(config)),
        productFlops: await wasmProductRate(workload, this.#environment.wasmModule),
      })),
      this.#onCpu('tfjs:wasm', workload, tfjs('wasm')),
      ...(jax
        ? [this.#onCpu('jax:wasm', workload, async () => ({ racer: await jax.onCpu(config) }))]
        : []),
    ];
    const cpu = this.#onCpu('tfjs:cpu', workload, tfjs('cpu'));
    // Plain JavaScript may take minutes for one step: it is judged by one row first.
    const expectedStep = cpu.expectedStep || (await probe(workload, await cpu.make()));
    return [...entrants, { ...cpu, expectedStep }];
  }

  #onCpu(name: string, workload: Workload, make: () => Promise<CpuMade>): Entrant {
    const memories = this.#memories.get(name) ?? new Set();
    this.#memories.set(name, memories);
    return {
      name,
      device: 'cpu',
      expectedStep: this.#expectedStep(name, workload),
      make: async () => ({
        calls: null,
        productFlops: null,
        memories: name === 'tfjs:cpu' ? null : memories,
        ...(await noteMemories(memories, make)),
      }),
    };
  }

  #gpuEntrants(workload: Workload): Entrant[] {
    const { startTfjsOn, jax } = this.#environment;
    const { config } = workload;
    const entrant = (name: string, make: () => Promise<GpuMade>): Entrant => ({
      name,
      device: 'gpu',
      expectedStep: this.#expectedStep(name, workload),
      make: async () => {
        const { device, ...made } = await make();
        const calls = this.#counted(device);
        calls.peakBytes = calls.bufferBytes;
        return { productFlops: null, memories: null, calls, ...made };
      },
    });
    return [
      entrant('webgpu', () => this.#webgpu(workload, 'f32')),
      ...(this.#adapter?.half ? [entrant('webgpu:f16', () => this.#webgpu(workload, 'f16'))] : []),
      entrant('tfjs:webgpu', async () => {
        const device = await this.#device();
        const enter = await startTfjsOn(device);
        return { device, enter, racer: engineRacer(createTfjsEngine(config)) };
      }),
      // On a software adapter its compilation alone takes minutes.
      ...(jax && !this.#adapter?.software
        ? [entrant('jax:webgpu', () => jax.onGpu(config, () => this.#device()))]
        : []),
    ];
  }

  /** A device of its own for each, so that calls are counted apart. */
  async #device(): Promise<GPUDevice> {
    const device = await requestDevice(this.#environment.gpu);
    this.#counted(device);
    return device;
  }

  #counted(device: GPUDevice): GpuCalls {
    const calls = this.#gpuCalls.get(device) ?? countGpuCalls(device);
    this.#gpuCalls.set(device, calls);
    return calls;
  }

  /** The fused engine, tuned; the first one is tested too. */
  async #webgpu(workload: Workload, precision: Precision): Promise<GpuMade> {
    const { config } = workload;
    const device = await this.#device();
    const measured = this.#environment.isNull
      ? null
      : await gpuProductRate(workload, device, precision);
    const tuning = measured?.report.tuning ?? defaultTuning(device, precision);
    // Only of the engine that a run gets unless it asks for 16 bits.
    if (precision === 'f32') this.#tunings[workload.name] = tuning;
    const engine = await createWebGpuEngine(config, device, { tuning, ownsDevice: true });
    if (!this.#environment.isNull && !this.#selfTest) {
      const truth = await this.#wasm(config);
      this.#selfTest = await selfTest(engine, truth);
      truth.dispose();
    }
    return { device, racer: engineRacer(engine), productFlops: measured?.rate ?? null };
  }

  #wasm(config: ModelConfig): Promise<Engine> {
    return createWasmEngine(config, this.#environment.wasmModule);
  }

  /** A step's milliseconds at the speed that the engine had on the last model it finished. */
  #expectedStep(engine: string, workload: Workload): number {
    const last = this.#rows.findLast((row) => row.engine === engine);
    const model = WORKLOADS.find((w) => w.name === last?.workload);
    if (!last || !model) return 0;
    const scale = stepFlops(workload) / stepFlops({ ...model, rows: last.rows });
    return scale * (last.step?.milliseconds ?? last.stepEstimate ?? 0);
  }
}

interface Adapter {
  readonly name: string;
  readonly software: boolean;
  /** Whether it has 16-bit floats. */
  readonly half: boolean;
}

type CpuMade = Pick<Candidate, 'racer' | 'enter'> & Partial<Pick<Candidate, 'productFlops'>>;
type GpuMade = CpuMade & { readonly device: GPUDevice };

/** Milliseconds of a step, judged by a batch of one row. */
async function probe(workload: Workload, { racer, enter }: Candidate): Promise<number> {
  await enter?.();
  const started = performance.now();
  await racer.step(benchBatch({ ...workload, rows: 1 }));
  racer.dispose();
  return workload.rows * (performance.now() - started);
}
