import { describe, expect, it } from 'vitest';
import { JaxRacer, startJax } from '../../src/bench/jax-racer';
import { engineRacer, type Racer } from '../../src/bench/racer';
import { benchBatch, benchRequest, type Workload } from '../../src/bench/workloads';
import { createWasmEngine } from '../../src/engine/wasm/engine';
import { loadWasmModule } from '../../src/engine/wasm/load-node';
import { initialParameters } from '../../src/model/init';

const WORKLOAD: Workload = {
  name: 'tiny',
  config: { vocabSize: 11, contextLength: 7, layers: 2, dModel: 16, heads: 2 },
  rows: 3,
};

async function losses(racer: Racer): Promise<number[]> {
  await racer.load(initialParameters(WORKLOAD.config, 0));
  const batch = benchBatch(WORKLOAD);
  return [await racer.step(batch), await racer.step(batch), await racer.step(batch)];
}

describe('the benchmark', () => {
  it('has jax-js train the same model with the same optimizer, and sample from it', async () => {
    await startJax('wasm');
    const jax = new JaxRacer(WORKLOAD.config, 'wasm');
    const wasm = engineRacer(await createWasmEngine(WORKLOAD.config, await loadWasmModule()));
    const [found, truth] = [await losses(jax), await losses(wasm)];
    found.forEach((loss, i) => expect(loss).toBeCloseTo(truth[i]!, 4));
    expect(truth[2]).toBeLessThan(truth[0]! - 0.001);
    const { rows, maxNewTokens } = benchRequest(WORKLOAD);
    expect(await jax.rollout(benchRequest(WORKLOAD))).toBe(rows * maxNewTokens);
    jax.dispose();
  });
});
