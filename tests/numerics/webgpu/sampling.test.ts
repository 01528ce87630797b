import { afterAll, describe, expect, it } from 'vitest';
import type { Engine, SampleRequest, SampleResult } from '../../../src/engine/engine';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import { createWebGpuEngine } from '../../../src/engine/webgpu/engine';
import type { ModelConfig } from '../../../src/model/config';
import { parameterLayout, slotNamed, tensorName } from '../../../src/model/layout';
import { Random } from '../../../src/random';
import { caseParameters } from '../engine-cases';
import { computingDevice } from './dawn';

const device = await computingDevice();
const module = await loadWasmModule();
afterAll(() => device.destroy());

const CONFIG: ModelConfig = {
  vocabSize: 21,
  contextLength: 37,
  layers: 2,
  dModel: 24,
  heads: 2,
};

function request(overrides: Partial<SampleRequest> = {}): SampleRequest {
  const random = Random.from(4, 'prompts');
  return {
    rows: 11,
    promptLength: 5,
    prompts: Int32Array.from({ length: 55 }, () => random.integer(CONFIG.vocabSize)),
    promptLengths: Int32Array.from({ length: 11 }, (_, row) => 1 + ((row * 3) % 5)),
    maxNewTokens: 29,
    temperature: 0.8,
    seed: 0xfedcba98,
    stopToken: 3,
    padToken: 7,
    ...overrides,
  };
}

/** Log-probabilities that scoring at temperature 1 gives the drawn tokens of a row. */
async function rescored(engine: Engine, r: SampleRequest, drawn: SampleResult, row: number) {
  const promptLength = r.promptLengths![row]!;
  const count = drawn.lengths[row]!;
  const start = row * r.promptLength;
  const text = [
    ...r.prompts.subarray(start, start + promptLength),
    ...drawn.tokens.subarray(row * r.maxNewTokens, row * r.maxNewTokens + count),
  ];
  const { logProbs } = await engine.score({
    rows: 1,
    length: text.length - 1,
    tokens: Int32Array.from(text.slice(0, -1)),
    targets: Int32Array.from(text.slice(1)),
  });
  return logProbs.subarray(promptLength - 1);
}

describe('sampling on webgpu', () => {
  it.each(['whole', 'narrow', 'stepwise'] as const)(
    'draws with the %s path what wasm draws',
    async (sampling) => {
      const gpu = await createWebGpuEngine(CONFIG, device, { sampling });
      const cpu = await createWasmEngine(CONFIG, module);
      const parameters = caseParameters(CONFIG, 5);
      await Promise.all([gpu.loadParameters(parameters), cpu.loadParameters(parameters)]);
      for (const r of [request(), request({ temperature: 0 }), request({ maxNewTokens: 1 })]) {
        const [found, truth] = [await gpu.sample(r), await cpu.sample(r)];
        expect(found.tokens).toEqual(truth.tokens);
        expect(found.lengths).toEqual(truth.lengths);
        truth.logProbs.forEach((value, i) => expect(found.logProbs[i]).toBeCloseTo(value, 4));
      }

      const r = request({ temperature: 1 });
      const whole = await gpu.sample(r);
      for (const row of [0, 4, 10]) {
        const scores = await rescored(gpu, r, whole, row);
        scores.forEach((value, i) => {
          const drawn = whole.logProbs[row * r.maxNewTokens + i]!;
          expect(Math.abs(drawn - value)).toBeLessThan(1e-4);
        });
      }

      const rest = await gpu.sample(
        request({
          temperature: 1,
          rows: 4,
          firstRow: 7,
          prompts: r.prompts.subarray(35),
          promptLengths: r.promptLengths!.subarray(7),
        }),
      );
      expect(rest.tokens).toEqual(whole.tokens.subarray(7 * r.maxNewTokens));
      gpu.dispose();
    },
  );

  it('draws tokens in proportion to their probabilities', async () => {
    const config: ModelConfig = {
      vocabSize: 11,
      contextLength: 129,
      layers: 1,
      dModel: 8,
      heads: 1,
    };
    const gpu = await createWebGpuEngine(config, device);
    await gpu.loadParameters(constantLogits(config));
    const rows = 240;
    const { tokens } = await gpu.sample({
      rows,
      promptLength: 1,
      prompts: new Int32Array(rows),
      maxNewTokens: 128,
      temperature: 1,
      seed: 99,
      // Never drawn, since its logit is far below the others.
      stopToken: 10,
      padToken: 0,
    });
    const { logProbs } = await gpu.score({
      rows: 1,
      length: 11,
      tokens: new Int32Array(11),
      targets: Int32Array.from({ length: 11 }, (_, v) => v),
    });
    const counts = new Float64Array(11);
    for (const token of tokens) counts[token]! += 1;
    expect(tokens.length).toBeGreaterThan(30_000);
    expect(counts[10]).toBe(0);
    let chiSquare = 0;
    for (let v = 0; v < 10; v++) {
      const expected = tokens.length * Math.exp(logProbs[v]!);
      chiSquare += (counts[v]! - expected) ** 2 / expected;
    }
    // The 1 − 1e-4 quantile of chi-square with 9 degrees of freedom.
    expect(chiSquare).toBeLessThan(33.72);
    gpu.dispose();
  });
});

/** Parameters that give the same logits 0.3·v at every position, and −60 to the last token. */
function constantLogits(config: ModelConfig): Float32Array {
  const layout = parameterLayout(config);
  const parameters = new Float32Array(layout.size);
  const fill = (name: string, value: (i: number) => number): void => {
    const { offset, size } = slotNamed(layout, name);
    for (let i = 0; i < size; i++) parameters[offset + i] = value(i);
  };
  // The final norm turns the constant stream into ones; the head's first row is all that counts.
  fill(tensorName('tokens'), () => 1);
  fill(tensorName('finalNorm'), () => 1);
  fill(tensorName('head'), (i) => (i < 10 ? 0.3 * i : i === 10 ? -60 : 0));
  return parameters;
}
