/** What `engines.spec.ts` does within a worker: each engine on the same model, batch and seed. */
import '../../../src/words/en/speak';
import type { TfjsBackend } from '../../../src/engine/engine';
import { startBackend } from '../../../src/engine/tfjs/backend-browser';
import { createTfjsEngine } from '../../../src/engine/tfjs/engine';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-browser';
import {
  caseBatch,
  caseParameters,
  ENGINE_CASES,
  tensorErrors,
  worstTensor,
} from '../../numerics/engine-cases';

/** How far a backend of TensorFlow.js lies from the wasm engine. */
export interface Comparison {
  readonly description: string;
  readonly worst: { readonly name: string; readonly error: number };
  readonly lossAfterStep: readonly [number, number];
  readonly tokens: readonly [readonly number[], readonly number[]];
}

async function compare(backend: TfjsBackend): Promise<Comparison> {
  const c = ENGINE_CASES.find(({ kind }) => kind === 'mixed')!;
  await startBackend(backend);
  const tfjs = createTfjsEngine(c.config);
  const wasm = await createWasmEngine(c.config, await loadWasmModule());
  const engines = [wasm, tfjs] as const;
  const parameters = caseParameters(c.config, 21);
  await Promise.all(engines.map((engine) => engine.loadParameters(parameters)));
  const batch = await caseBatch(c, 21, async (b) => (await wasm.score(b)).logProbs);
  const [ours, theirs] = [await wasm.gradient(batch), await tfjs.gradient(batch)];
  const settings = { learningRate: 1e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-8 };
  const losses: number[] = [];
  const tokens: number[][] = [];
  for (const engine of engines) {
    await engine.step(batch, { ...settings, weightDecay: 0.01, maxGradNorm: 1 });
    losses.push((await engine.step(batch, { ...settings, weightDecay: 0, maxGradNorm: 1 })).loss);
    const request = { rows: 4, promptLength: 2, maxNewTokens: 10, temperature: 0.7, seed: 5 };
    const prompts = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const drawn = await engine.sample({ ...request, prompts, stopToken: 0, padToken: 0 });
    tokens.push([...drawn.tokens]);
    engine.dispose();
  }
  return {
    description: tfjs.info.description,
    worst: worstTensor(tensorErrors(c.config, ours.gradient, theirs.gradient)),
    lossAfterStep: [losses[0]!, losses[1]!],
    tokens: [tokens[0]!, tokens[1]!],
  };
}

self.onmessage = ({ data: backend }: MessageEvent<TfjsBackend>) => {
  compare(backend).then(
    (comparison) => self.postMessage({ comparison }),
    (error: unknown) => self.postMessage({ problem: String(error) }),
  );
};
