/** The two engines against each other, and the oracle against the definition. */
import { repeated } from '../../src/engine/sampling';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, OptimizerSettings, SampleRequest } from '../../src/engine/engine';
import { startBackend } from '../../src/engine/tfjs/backend-node';
import { createTfjsEngine } from '../../src/engine/tfjs/engine';
import { createWasmEngine } from '../../src/engine/wasm/engine';
import { loadWasmModule } from '../../src/engine/wasm/load-node';
import { Random } from '../../src/random';
import {
  caseBatch,
  caseParameters,
  ENGINE_CASES,
  randomCase,
  tensorErrors,
  worstTensor,
  type EngineCase,
} from './engine-cases';
import { referenceGradient, referenceLoss } from './reference-model';

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await loadWasmModule();
  await startBackend('wasm');
});

/** Both engines with the same parameters, and a batch made around them. */
async function both(c: EngineCase, seed: number) {
  const wasm = await createWasmEngine(c.config, module);
  const oracle = createTfjsEngine(c.config);
  const parameters = caseParameters(c.config, seed);
  await wasm.loadParameters(parameters);
  await oracle.loadParameters(parameters);
  const batch = await caseBatch(c, seed, async (b) => (await oracle.score(b)).logProbs);
  return { wasm, oracle, parameters, batch };
}

const RANDOM_CASES = Array.from({ length: 8 }, (_, i) => randomCase(i));
/** More sequences than go through a layer of the wasm engine at a time, of a ragged length. */
const MANY: EngineCase = {
  name: 'many sequences',
  kind: 'nll',
  rows: 26,
  length: 23,
  config: { vocabSize: 14, contextLength: 23, layers: 2, dModel: 64, heads: 4 },
};
const OPTIMIZER: OptimizerSettings = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  weightDecay: 0.05,
  maxGradNorm: 0.1,
};

describe('the tfjs engine', () => {
  const c: EngineCase = {
    ...ENGINE_CASES[5]!,
    rows: 3,
    length: 4,
    config: { vocabSize: 6, contextLength: 5, layers: 1, dModel: 8, heads: 2 },
  };

  it('gives the gradient that finite differences of the definition give', async () => {
    const { oracle, parameters, batch } = await both(c, 5);
    const { gradient, metrics } = await oracle.gradient(batch);
    const truth = referenceGradient(c.config, parameters, batch);
    const { name, error } = worstTensor(tensorErrors(c.config, gradient, truth));
    expect(error, name).toBeLessThan(1e-4);
    const loss = referenceLoss(c.config, Float64Array.from(parameters), batch);
    expect(metrics.loss).toBeCloseTo(loss, 5);
  });

  it('leaves no tensor behind', async () => {
    const tf = await import('@tensorflow/tfjs');
    const { oracle, batch } = await both(c, 6);
    const before = tf.memory().numTensors;
    await oracle.step(batch, OPTIMIZER);
    await oracle.gradient(batch);
    await oracle.score(batch);
    await oracle.sample(sampleRequest(c, 1));
    expect(tf.memory().numTensors).toBe(before);
    oracle.dispose();
    expect(tf.memory().numTensors).toBe(before - 4);
  });
});

describe('wasm and tfjs agree', () => {
  it.each([...ENGINE_CASES, ...RANDOM_CASES, MANY])(
    'on gradient and metrics of $name',
    async (c) => {
      const { wasm, oracle, batch } = await both(c, 1);
      const ours = await wasm.gradient(batch);
      const theirs = await oracle.gradient(batch);
      const { name, error } = worstTensor(tensorErrors(c.config, ours.gradient, theirs.gradient));
      expect(error, name).toBeLessThan(1e-4);
      // tfjs-wasm sums in 32 bits: over ten thousand squares that costs the gradient norm a digit.
      for (const [key, value] of Object.entries({ ...theirs.metrics })) {
        const difference = Math.abs(ours.metrics[key as keyof typeof ours.metrics] - value);
        expect(difference, key).toBeLessThan(5e-4 * Math.max(1, Math.abs(value)));
      }
      oracle.dispose();
    },
  );

  it('on ten steps of AdamW with clipping and decay', async () => {
    const { wasm, oracle, batch, parameters } = await both(ENGINE_CASES[1]!, 2);
    for (let i = 0; i < 10; i++) {
      const ours = await wasm.step(batch, OPTIMIZER);
      const theirs = await oracle.step(batch, OPTIMIZER);
      expect(ours.loss).toBeCloseTo(theirs.loss, 4);
    }
    const { config } = ENGINE_CASES[1]!;
    const [a, b] = [await wasm.readParameters(), await oracle.readParameters()];
    // What was learned, not where it started, is compared.
    const moved = (p: Float32Array): Float32Array => p.map((value, i) => value - parameters[i]!);
    const { name, error } = worstTensor(tensorErrors(config, moved(a), moved(b)));
    expect(error, name).toBeLessThan(5e-3);
    expect((await wasm.readOptimizer()).step).toBe(10);
    oracle.dispose();
  });

  it('on the tokens they draw, with prompts of different lengths', async () => {
    const c = ENGINE_CASES[1]!;
    const { wasm, oracle } = await both(c, 3);
    const request = sampleRequest(c, 7);
    const ours = await wasm.sample(request);
    const theirs = await oracle.sample(request);
    expect(ours.tokens).toEqual(theirs.tokens);
    expect(ours.lengths).toEqual(theirs.lengths);
    ours.logProbs.forEach((value, i) => expect(value).toBeCloseTo(theirs.logProbs[i]!, 4));
    oracle.dispose();
  });
});

function sampleRequest(c: EngineCase, seed: number) {
  const rows = 9;
  const promptLength = 3;
  const random = Random.from(seed, 'prompts');
  return {
    rows,
    promptLength,
    prompts: Int32Array.from({ length: rows * promptLength }, () =>
      random.integer(c.config.vocabSize),
    ),
    promptLengths: Int32Array.from({ length: rows }, (_, row) => 1 + (row % promptLength)),
    maxNewTokens: c.config.contextLength - promptLength,
    temperature: 0.8,
    seed,
    stopToken: 1,
    padToken: 0,
  };
}

describe.each(['wasm', 'tfjs'] as const)('sampling by %s', (name) => {
  const c = ENGINE_CASES[1]!;
  const make = async (): Promise<Engine> => (await both(c, 4))[name === 'wasm' ? 'wasm' : 'oracle'];

  it('gives the log-probabilities that scoring gives', async () => {
    const engine = await make();
    const request = { ...sampleRequest(c, 11), temperature: 1 };
    const { tokens, logProbs, lengths } = await engine.sample(request);
    const length = request.promptLength + request.maxNewTokens - 1;
    for (let row = 0; row < request.rows; row++) {
      // One row at a time, without padding between prompt and response.
      const promptLength = request.promptLengths[row]!;
      const start = row * request.promptLength;
      const prompt = request.prompts.subarray(start, start + promptLength);
      const drawn = tokens.subarray(row * request.maxNewTokens, (row + 1) * request.maxNewTokens);
      const whole = Int32Array.of(...prompt, ...drawn);
      const used = promptLength + lengths[row]! - 1;
      expect(used).toBeLessThanOrEqual(length);
      const scores = await engine.score({
        rows: 1,
        length: used,
        tokens: whole.slice(0, used),
        targets: whole.slice(1, used + 1),
      });
      for (let t = 0; t < lengths[row]!; t++) {
        const sampled = logProbs[row * request.maxNewTokens + t]!;
        expect(sampled).toBeCloseTo(scores.logProbs[promptLength - 1 + t]!, 4);
      }
    }
  });

  it('draws the same for a row, whatever rows are beside it', async () => {
    const engine = await make();
    const request = sampleRequest(c, 12);
    const { tokens } = await engine.sample(request);
    const { promptLength, maxNewTokens } = request;
    const alone = await engine.sample({
      ...request,
      rows: 1,
      prompts: request.prompts.slice(4 * promptLength, 5 * promptLength),
      promptLengths: request.promptLengths.slice(4, 5),
      firstRow: 4,
    });
    expect(alone.tokens).toEqual(tokens.slice(4 * maxNewTokens, 5 * maxNewTokens));
  });

  /** Each row draws what it draws with none beside it; on `wasm` to the bit. */
  async function expectAsAlone(
    engine: Engine,
    request: SampleRequest & { readonly promptLengths: Int32Array },
  ): Promise<void> {
    const { rows, promptLength, maxNewTokens } = request;
    const together = await engine.sample(request);
    for (let row = 0; row < rows; row++) {
      const alone = await engine.sample({
        ...request,
        rows: 1,
        prompts: request.prompts.slice(row * promptLength, (row + 1) * promptLength),
        promptLengths: request.promptLengths.slice(row, row + 1),
        firstRow: row,
      });
      const own = (values: Int32Array | Float32Array) =>
        values.slice(row * maxNewTokens, (row + 1) * maxNewTokens);
      expect(own(together.tokens)).toEqual(alone.tokens);
      if (name === 'wasm') expect(own(together.logProbs)).toEqual(alone.logProbs);
    }
  }

  it('draws to the bit for rows of one prompt what each draws with none beside it', async () => {
    const engine = await make();
    const distinct = sampleRequest(c, 15);
    const { promptLength } = distinct;
    // Three prompts for nine rows, in no order.
    const order = [0, 1, 0, 2, 2, 1, 0, 1, 2];
    const request = {
      ...distinct,
      prompts: Int32Array.from(
        order.flatMap((p) => [...distinct.prompts.slice(p * promptLength, (p + 1) * promptLength)]),
      ),
      promptLengths: Int32Array.from(order, (p) => distinct.promptLengths[p]!),
    };
    await expectAsAlone(engine, request);
  });

  it('draws for prompts that begin alike what each draws with none beside it', async () => {
    const engine = await make();
    const random = Random.from(15, 'beginnings');
    const rows = 24;
    const { promptLength, maxNewTokens, promptLengths: _, ...rest } = sampleRequest(c, 17);
    const request = {
      ...rest,
      ...{ rows, promptLength, maxNewTokens },
      // Two symbols: nearly all begin as others do, some are others' beginnings.
      prompts: Int32Array.from({ length: rows * promptLength }, () => 2 + random.integer(2)),
      promptLengths: Int32Array.from({ length: rows }, () => 1 + random.integer(promptLength)),
    };
    await expectAsAlone(engine, request);
  });

  it('draws with several seeds in one call what it draws with each', async () => {
    const engine = await make();
    const request = { ...sampleRequest(c, 16), firstRow: 5 };
    const seeds = [3, 9, 27];
    const { tokens, lengths } = await engine.sample(repeated(request, seeds));
    for (const [s, seed] of seeds.entries()) {
      const alone = await engine.sample({ ...request, seed });
      const { length } = alone.tokens;
      expect(tokens.slice(s * length, (s + 1) * length)).toEqual(alone.tokens);
      expect(lengths.slice(s * request.rows, (s + 1) * request.rows)).toEqual(alone.lengths);
    }
  });

  it('ends a row at the stop token and pads the rest', async () => {
    const engine = await make();
    const request = sampleRequest(c, 13);
    const { tokens, lengths, logProbs } = await engine.sample(request);
    const { rows, maxNewTokens, stopToken } = request;
    for (let row = 0; row < rows; row++) {
      const drawn = [...tokens.subarray(row * maxNewTokens, (row + 1) * maxNewTokens)];
      const stop = drawn.indexOf(stopToken);
      expect(lengths[row]).toBe(stop < 0 ? maxNewTokens : stop + 1);
      for (let t = lengths[row]!; t < maxNewTokens; t++) {
        expect(drawn[t]).toBe(request.padToken);
        expect(logProbs[row * maxNewTokens + t]).toBe(0);
      }
    }
    expect(lengths.some((n) => n < maxNewTokens)).toBe(true);
  });

  it('takes the most probable token at temperature 0', async () => {
    const engine = await make();
    const request = { ...sampleRequest(c, 14), temperature: 0 };
    const first = await engine.sample(request);
    const second = await engine.sample({ ...request, seed: 99 });
    expect(second.tokens).toEqual(first.tokens);
  });
});

describe('the wasm engine', () => {
  it('repeats itself to the bit, also from a saved optimizer', async () => {
    const c = ENGINE_CASES[4]!;
    const run = async (resumeAt: number | null): Promise<Float32Array> => {
      let { wasm } = await both(c, 8);
      const { batch } = await both(c, 8);
      for (let i = 0; i < 6; i++) {
        if (i === resumeAt) {
          const [parameters, state] = [await wasm.readParameters(), await wasm.readOptimizer()];
          wasm = await createWasmEngine(c.config, module);
          await wasm.loadParameters(parameters);
          await wasm.loadOptimizer(state);
        }
        await wasm.step(batch, OPTIMIZER);
      }
      return wasm.readParameters();
    };
    const straight = await run(null);
    expect(await run(null)).toEqual(straight);
    expect(await run(3)).toEqual(straight);
  });

  it('scores a sequence the same to the bit, whatever sequences are beside it', async () => {
    const { wasm, batch } = await both(MANY, 9);
    const { rows, length } = MANY;
    const { logProbs, entropies } = await wasm.score(batch);
    for (let row = 0; row < rows; row++) {
      const [start, end] = [row * length, (row + 1) * length];
      const tokens = batch.tokens.slice(start, end);
      const alone = { rows: 1, length, tokens, targets: batch.targets.slice(start, end) };
      expect(await wasm.score(alone)).toEqual({
        logProbs: logProbs.slice(start, end),
        entropies: entropies.slice(start, end),
      });
    }
  });
});

describe.each(['wasm', 'tfjs'] as const)('bad input to %s is refused by name:', (name) => {
  const c = ENGINE_CASES[0]!;
  const make = async () => {
    const made = await both(c, 9);
    return { engine: name === 'wasm' ? made.wasm : made.oracle, batch: made.batch };
  };

  it('a token outside the vocabulary', async () => {
    const { engine, batch } = await make();
    batch.tokens[3] = 13;
    await expect(engine.gradient(batch)).rejects.toThrow(/token 3 is id 13.*0 to 12/);
  });

  it('a row longer than the context', async () => {
    const { engine, batch } = await make();
    await expect(engine.score({ ...batch, length: 10 })).rejects.toThrow(/10 tokens long.*1 to 9/);
    await expect(engine.score({ ...batch, temperature: 0 })).rejects.toThrow(
      /temperature is 0; it must be above 0/,
    );
  });

  it('parameters with NaN, or too few of them', async () => {
    const { engine } = await make();
    const parameters = await engine.readParameters();
    await expect(engine.loadParameters(parameters.slice(1))).rejects.toThrow(/were expected/);
    parameters[5] = NaN;
    await expect(engine.loadParameters(parameters)).rejects.toThrow(/holds NaN at index 5/);
  });

  it('any use after it was disposed of', async () => {
    const { engine } = await make();
    engine.dispose();
    await expect(engine.readParameters()).rejects.toThrow(/disposed/);
  });
});
