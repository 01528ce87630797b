/** `lab bench`: the engines side by side, in one process, as ratios. */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { type GpuCalls, countGpuCalls } from '../engine/bench/gpu-calls';
import { type BenchRow, type Candidate, measure } from '../engine/bench/measure';
import { numberTable, ratioTable } from '../engine/bench/report';
import { stepFlops, type Workload, WORKLOADS } from '../engine/bench/workloads';
import { startDawnBackend } from '../engine/bench/tfjs-dawn';
import { DeviceError } from '../engine/engine';
import { startBackend } from '../engine/tfjs/backend-node';
import { createTfjsEngine } from '../engine/tfjs/engine';
import { createWasmEngine } from '../engine/wasm/engine';
import { loadWasmModule } from '../engine/wasm/load-node';
import { describeAdapter, isSoftware, requestDevice } from '../engine/webgpu/device';
import { createWebGpuEngine } from '../engine/webgpu/engine';
import { loadNodeGpu } from '../engine/webgpu/load-node';
import { requireSelfTest, selfTest, type SelfTestReport } from '../engine/webgpu/self-test';
import { shapeOf } from '../engine/webgpu/step-uniform';
import { tuneGemm, type TuningReport } from '../engine/webgpu/tuning';
import type { ModelConfig } from '../model/config';
import { Progress } from './progress';
import { integerOption, UsageError } from './usage';

interface Settings {
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  readonly budget: number;
  readonly onProgress: (text: string) => void;
}

/** What the adapter is, and how it did before the race. */
interface GpuReport {
  readonly adapter: string;
  readonly workload: string;
  readonly selfTest: SelfTestReport;
  /** Null on a software adapter, whose products are not timed. */
  readonly tuning: TuningReport | null;
  /** FLOP/s of the fastest product measured, and of the training step. */
  readonly gemmFlops: number | null;
  readonly stepFlops: number | null;
}

export async function benchCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      models: { type: 'string' },
      rounds: { type: 'string' },
      budget: { type: 'string' },
    },
  });
  const progress = new Progress(process.stderr);
  const settings: Settings = {
    workloads: workloadsNamed(values.models ?? WORKLOADS.map((w) => w.name).join(',')),
    rounds: values.rounds === undefined ? 5 : integerOption('rounds', values.rounds, 1),
    budget: values.budget === undefined ? 30 : integerOption('budget', values.budget, 1),
    onProgress: (text) => progress.print(text),
  };
  const cost = await nullDeviceCost(settings);
  const { rows, gpus } = await speed(settings);
  process.stdout.write(
    values.json ? `${JSON.stringify({ cost, rows, gpus })}\n` : asText(cost, rows, gpus),
  );
}

function workloadsNamed(text: string): Workload[] {
  return text.split(',').map((name) => {
    const workload = WORKLOADS.find((w) => w.name === name);
    if (workload) return workload;
    const known = WORKLOADS.map((w) => w.name).join(', ');
    throw new UsageError(`--models has "${name}"; choose from: ${known}.`);
  });
}

function options({ rounds, budget, onProgress }: Settings) {
  return {
    rounds,
    budget,
    onProgress,
    leastMilliseconds: 100,
    cpuTime: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
  };
}

/** The CPU's share alone: on a device that checks every call and computes nothing. */
async function nullDeviceCost(settings: Settings): Promise<BenchRow[]> {
  const workload = settings.workloads[0]!;
  const { config } = workload;
  const device = await requestDevice(await loadNodeGpu(['backend=null']));
  const calls = countGpuCalls(device);
  const enter = await startDawnBackend(device);
  const tfjs = { name: 'tfjs:webgpu', engine: createTfjsEngine(config), enter, calls };
  const own = await requestDevice(await loadNodeGpu(['backend=null']));
  const ownCalls = countGpuCalls(own);
  const webgpu = { name: 'webgpu', engine: await createWebGpuEngine(config, own), calls: ownCalls };
  const rows = await measure(workload, [webgpu, tfjs], options(settings));
  webgpu.engine.dispose();
  await enter();
  tfjs.engine.dispose();
  return rows;
}

async function speed(settings: Settings): Promise<{ rows: BenchRow[]; gpus: GpuReport[] }> {
  const module = await loadWasmModule();
  const rows: BenchRow[] = [];
  const gpus: GpuReport[] = [];
  for (const full of settings.workloads) {
    const workload = await affordable(full);
    const { config } = workload;
    const wasm = await createWasmEngine(config, module);
    const gpu = await gpuCandidate(workload, await createWasmEngine(config, module));
    await startBackend('wasm');
    const tfjs: Candidate = {
      name: 'tfjs:wasm',
      engine: createTfjsEngine(config),
      enter: () => startBackend('wasm'),
      calls: null,
    };
    const candidates = [
      ...(gpu ? [gpu.candidate] : []),
      { name: 'wasm', engine: wasm, calls: null },
      tfjs,
      ...(gpu ? [await tfjsOnGpu(config)] : []),
    ];
    const paced = candidates.map((c) => ({ ...c, expectedStep: expectedStep(rows, c, workload) }));
    const found = await measure(workload, paced, options(settings));
    rows.push(...found);
    if (gpu) gpus.push(gpu.report(found));
    for (const { engine, enter } of candidates) {
      await enter?.();
      engine.dispose();
    }
  }
  return { rows, gpus };
}

/** A step's milliseconds at the speed that the candidate had on the last model it finished. */
function expectedStep(rows: readonly BenchRow[], { name }: Candidate, workload: Workload): number {
  const last = rows.findLast((row) => row.engine === name);
  if (!last) return 0;
  const smaller = WORKLOADS.find((w) => w.name === last.workload)!;
  const scale = stepFlops(workload) / stepFlops(smaller);
  // One that was skipped before is skipped again.
  return scale * (last.step?.milliseconds ?? 1000 * (last.skippedSeconds ?? 0));
}

/** A software adapter takes minutes for a full batch, so all engines then race on a small one. */
async function affordable(workload: Workload): Promise<Workload> {
  const device = await findDevice();
  const slow = device !== null && isSoftware(device);
  device?.destroy();
  return slow ? { ...workload, rows: Math.max(2, workload.rows / 16) } : workload;
}

/** A device on the machine's adapter; null where there is none. */
async function findDevice(): Promise<GPUDevice | null> {
  return requestDevice(await loadNodeGpu()).catch((error: unknown) => {
    if (error instanceof DeviceError && error.reason === 'no-adapter') return null;
    throw error;
  });
}

interface GpuCandidate {
  readonly candidate: Candidate;
  readonly report: (rows: readonly BenchRow[]) => GpuReport;
}

/** The fused engine on the machine's adapter, tested and tuned; null where there is no adapter. */
async function gpuCandidate(
  workload: Workload,
  reference: Candidate['engine'],
): Promise<GpuCandidate | null> {
  const device = await findDevice();
  if (!device) return null;
  const { config, rows } = workload;
  const shape = shapeOf({ rows, length: config.contextLength });
  const tuning = isSoftware(device) ? null : await tuneGemm(device, config, shape);
  const calls: GpuCalls = countGpuCalls(device);
  const engine = await createWebGpuEngine(config, device, { tuning: tuning?.tuning });
  const report = await selfTest(engine, reference);
  requireSelfTest(report);
  const best = tuning && Math.min(...tuning.timings.map((t) => t.milliseconds));
  return {
    candidate: { name: 'webgpu', engine, calls },
    report: (found) => {
      const step = found.find((row) => row.engine === 'webgpu')?.step ?? null;
      return {
        adapter: describeAdapter(device),
        workload: workload.name,
        selfTest: report,
        tuning,
        gemmFlops: best && (8 * shape.tokens * config.dModel ** 2) / (best / 1000),
        stepFlops: step && stepFlops(workload) / (step.milliseconds / 1000),
      };
    },
  };
}

/** Plain tfjs on the same adapter, on a device of its own so that calls are counted apart. */
async function tfjsOnGpu(config: ModelConfig): Promise<Candidate> {
  const device = await requestDevice(await loadNodeGpu());
  const calls = countGpuCalls(device);
  const enter = await startDawnBackend(device);
  return { name: 'tfjs:webgpu', engine: createTfjsEngine(config), enter, calls };
}

function asText(
  cost: readonly BenchRow[],
  rows: readonly BenchRow[],
  gpus: readonly GpuReport[],
): string {
  const gflops = (value: number | null): string =>
    value === null ? 'not measured' : `${(value / 1e9).toFixed(1)} GFLOP/s`;
  const adapters = gpus.map(
    ({ adapter, workload, selfTest: test, gemmFlops, stepFlops: flops }) =>
      `${workload} on ${adapter}: self-test ${test.passed ? 'passed' : 'failed'} (gradient error ${test.gradientError.toExponential(1)}, log-probability error ${test.sampledLogProbError.toExponential(1)}); training step ${gflops(flops)} of ${gflops(gemmFlops)}, the best product measured`,
  );
  return [
    'Speed, as multiples of plain TensorFlow.js on the CPU',
    ratioTable(rows, 'tfjs:wasm'),
    '',
    numberTable(rows),
    '',
    'Cost of the CPU alone: a device that checks every call and computes nothing',
    numberTable(cost),
    '',
    ...adapters,
    `Medians; Node ${process.versions.node}, ${performance.now().toFixed(0)} ms in all.`,
    '',
  ].join('\n');
}
