/** `lab device`: what the GPU of this machine is, and whether it computes what the CPU does. */
import { parseArgs } from 'node:util';
import { WORKLOADS } from '../bench/workloads';
import { describeVariant, type Tuning } from '../engine/gpu-tuning';
import { createWasmEngine } from '../engine/wasm/engine';
import { loadWasmModule } from '../engine/wasm/load-node';
import { gemmAbilities, variantsFor } from '../engine/webgpu/abilities';
import { describeAdapter, isSoftware, requestDevice } from '../engine/webgpu/device';
import { createWebGpuEngine } from '../engine/webgpu/engine';
import { loadNodeGpu } from '../engine/webgpu/load-node';
import { defaultTuning, sameForAll } from '../engine/webgpu/operations';
import type { SelfTestReport } from '../engine/gpu-report';
import { selfTest } from '../engine/webgpu/self-test';
import type { ModelConfig } from '../model/config';
import { endure, type Footprint } from './endurance';
import { Progress } from './progress';
import { integerOption } from './usage';

interface Case {
  readonly name: string;
  readonly config: ModelConfig;
  readonly tuning: Tuning;
}

type Tested = SelfTestReport & { readonly name: string };

export async function deviceCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, endurance: { type: 'string' } },
  });
  const progress = new Progress(process.stderr);
  if (values.endurance !== undefined) {
    const steps = integerOption('endurance', values.endurance, 1);
    const readings = await endure(steps, (reading) => progress.print(footprintText(reading)));
    if (values.json) process.stdout.write(`${JSON.stringify(readings)}\n`);
    return;
  }
  const device = await requestDevice(await loadNodeGpu());
  const adapter = describeAdapter(device);
  const software = isSoftware(device);
  progress.print(`${adapter}${software ? ', a program on the CPU' : ''}`);
  const module = await loadWasmModule();
  const tests: Tested[] = [];
  for (const { name, config, tuning } of testCases(device)) {
    progress.print(`Testing ${name}`);
    const engine = await createWebGpuEngine(config, device, { tuning });
    const truth = await createWasmEngine(config, module);
    tests.push({ name, ...(await selfTest(engine, truth)) });
    engine.dispose();
    truth.dispose();
  }
  const passed = tests.every((test) => test.passed);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ adapter, software, passed, tests })}\n`
      : `${adapter}\n${tests.map(asText).join('\n')}\n`,
  );
  if (!passed) process.exitCode = 1;
}

function footprintText({ steps, buffers, bufferBytes, heapBytes }: Footprint): string {
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  return `${steps} steps: ${buffers} GPU buffers of ${mebibytes(bufferBytes)}, heap ${mebibytes(heapBytes)}`;
}

/** The benchmark's models, one of ragged sizes, and every variant of the products that can be built. */
function testCases(device: GPUDevice): Case[] {
  const usual = defaultTuning(device);
  const ragged = { vocabSize: 130, contextLength: 70, layers: 1, dModel: 72, heads: 3 };
  // The norm's backward pass is made by matrix units only where whole subgroups fit its width.
  const whole = { ...ragged, dModel: 64, heads: 4 };
  const variants = variantsFor(gemmAbilities(device), 'f16').map((variant) => ({
    name: `products by ${describeVariant(variant)}`,
    config: variant.matrix ? whole : ragged,
    tuning: { ...usual, ...sameForAll(variant) },
  }));
  const models = WORKLOADS.map(({ name, config }) => ({ name, config, tuning: usual }));
  return [...models, ...variants];
}

function asText({
  name,
  passed,
  gradientError,
  tolerance,
  worstTensor,
  sampledLogProbError,
  repeats,
}: Tested) {
  const errors = `gradient error ${gradientError.toExponential(1)} (${worstTensor}), log-probability error ${sampledLogProbError.toExponential(1)}, at most ${tolerance} allowed`;
  return `${passed ? 'passed' : 'FAILED'}  ${name}: ${errors}, ${repeats ? 'repeats to the bit' : 'does not repeat'}`;
}
