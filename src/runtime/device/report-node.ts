/** What the GPU of this machine is, and whether it computes what the CPU does, model by model. */
import { WORKLOADS } from '../../bench/workloads';
import type { SelfTestReport } from '../../engine/gpu-report';
import { describeVariant, type Tuning } from '../../engine/gpu-tuning';
import { loadWasmModule } from '../../engine/wasm/load-node';
import { gemmAbilities, variantsFor } from '../../engine/webgpu/abilities';
import { describeAdapter, isSoftware, requestDevice } from '../../engine/webgpu/device';
import { loadNodeGpu } from '../../engine/webgpu/load-node';
import { defaultTuning, sameForAll } from '../../engine/webgpu/operations';
import type { ModelConfig } from '../../model/config';
import { testGpu } from './gpu-test';

export type DeviceTest = SelfTestReport & { readonly name: string };

interface DeviceReport {
  readonly adapter: string;
  /** A program on the CPU that offers itself as a GPU. */
  readonly software: boolean;
  readonly passed: boolean;
  readonly tests: readonly DeviceTest[];
}

interface Case {
  readonly name: string;
  readonly config: ModelConfig;
  readonly tuning: Tuning;
}

/** Tests the first GPU that Dawn finds; `onDoing` hears what is being done, in a line each. */
export async function reportDevice(onDoing: (text: string) => void): Promise<DeviceReport> {
  const device = await requestDevice(await loadNodeGpu());
  const adapter = describeAdapter(device);
  const software = isSoftware(device);
  onDoing(`${adapter}${software ? ', a software adapter' : ''}`);
  const module = await loadWasmModule();
  const tests: DeviceTest[] = [];
  for (const { name, config, tuning } of testCases(device)) {
    onDoing(`Testing ${name}`);
    tests.push({ name, ...(await testGpu(device, config, module, { tuning })) });
  }
  return { adapter, software, passed: tests.every((test) => test.passed), tests };
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
