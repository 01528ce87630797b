import { beforeAll, describe, expect, it } from 'vitest';
import { createWasmEngine } from '../../src/engine/wasm/engine';
import { loadWasmModule } from '../../src/engine/wasm/load-node';
import { caseBatch, caseParameters, ENGINE_CASES, tensorErrors, worstTensor } from './engine-cases';
import { referenceGradient, referenceLogProbs, referenceLoss } from './reference-model';

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await loadWasmModule();
});

/** Small enough that differences in every parameter are affordable. */
const SMALL = ENGINE_CASES.map((c, i) => ({
  ...c,
  rows: Math.min(c.rows, 2),
  length: Math.min(c.length, 6),
  config: {
    ...c.config,
    vocabSize: Math.min(c.config.vocabSize, 13),
    layers: i === 0 ? 2 : 1,
    dModel: Math.max(8, 4 * c.config.heads),
  },
}));

describe('the wasm engine against finite differences of the definition', () => {
  it.each(SMALL)('gives the gradient of $name', async (c) => {
    const engine = await createWasmEngine(c.config, module);
    const parameters = caseParameters(c.config, 1);
    await engine.loadParameters(parameters);
    const batch = await caseBatch(c, 1, async (b) => (await engine.score(b)).logProbs);
    const { gradient, metrics } = await engine.gradient(batch);
    const truth = referenceGradient(c.config, parameters, batch);
    const { name, error } = worstTensor(tensorErrors(c.config, gradient, truth));
    expect(error, name).toBeLessThan(1e-4);
    expect(metrics.loss).toBeCloseTo(
      referenceLoss(c.config, Float64Array.from(parameters), batch),
      5,
    );
    expect(metrics.gradNorm).toBeCloseTo(Math.hypot(...truth), 4);
  });

  it('scores log-probabilities and entropies', async () => {
    const c = ENGINE_CASES[5]!;
    const engine = await createWasmEngine(c.config, module);
    const parameters = caseParameters(c.config, 2);
    await engine.loadParameters(parameters);
    const batch = await caseBatch(c, 2, async (b) => (await engine.score(b)).logProbs);
    const { logProbs, entropies } = await engine.score(batch);
    for (let row = 0; row < c.rows; row++) {
      const start = row * c.length;
      const truth = referenceLogProbs(
        c.config,
        Float64Array.from(parameters),
        batch.tokens.subarray(start, start + c.length),
        c.temperature,
      );
      truth.forEach((all, t) => {
        expect(logProbs[start + t]).toBeCloseTo(all[batch.targets[start + t]!]!, 5);
        expect(entropies[start + t]).toBeCloseTo(
          -all.reduce((s, lp) => s + Math.exp(lp) * lp, 0),
          5,
        );
      });
    }
  });
});
