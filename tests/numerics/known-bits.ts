/**
 * What must come out the same to the last bit in Node and in every browser, from the elementary functions
 * up to a fit and a figure's CSV. No Node imports: a page runs it too. Nothing here may use Math's own
 * functions: then the test would tell browsers apart, not the lab.
 */
import * as elementary from '../../src/elementary';
import { drawToken, streamOf } from '../../src/engine/sampling';
import { createWasmEngine } from '../../src/engine/wasm/engine';
import { analyseStudy, FIGURES, figureSource, tableAsCsv } from '../../src/figures';
import { Random } from '../../src/random';
import { trackCsv, validationCsv } from '../../src/studies/bundle/metrics';
import { fitCeiling, studentReach } from '../../src/theory';
import { logSpacedSteps, rateShare } from '../../src/training/configuration/schedule';
import { createTask } from '../../src/tasks';
import { presetNamed } from '../../src/training/configuration/presets';
import { exampleStudy } from '../unit/figures/study-example';
import { simulateCurves } from '../unit/theory/simulated-curves';
import { caseBatch, caseParameters, ENGINE_CASES } from './engine-cases';

/** A check: its name, and the numbers or the text of which every bit counts. */
interface BitCheck {
  readonly name: string;
  readonly make: (kernels: WebAssembly.Module) => MaybePromise<readonly number[] | string>;
}

type MaybePromise<T> = T | Promise<T>;

/** Numbers of a stream, which are exact by themselves. */
function uniforms(name: string, count = 4096): number[] {
  const random = Random.from(17, name);
  return Array.from({ length: count }, () => random.uniform());
}

function wholeNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Elementary functions and what is drawn and planned with them. */
export const FOUNDATIONS: readonly BitCheck[] = [
  { name: 'exp', make: () => uniforms('exp').map((u) => elementary.exp(1480 * u - 745)) },
  { name: 'exp near zero', make: () => uniforms('exp').map((u) => elementary.exp(2 * u - 1)) },
  { name: 'log', make: () => uniforms('log').map((u) => elementary.log(1 - u)) },
  {
    name: 'log of every size',
    make: () => wholeNumbers(2000).map((n) => elementary.log((1 + n / 2000) * 2 ** (n - 1000))),
  },
  { name: 'cosine', make: () => uniforms('cosine').map(elementary.cosineOfTurns) },
  { name: 'arc tangent', make: () => uniforms('arc').map((u) => elementary.arcTangent(8 * u)) },
  {
    name: 'corrections of moments',
    make: () =>
      wholeNumbers(2000).flatMap((step) =>
        [0.9, 0.95, 0.98, 0.999].map((beta) => 1 - elementary.power(beta, step + 1)),
      ),
  },
  {
    // The solver of the fits squares so: 2 must be the one exponent that all do alike.
    name: 'squares by the operator',
    make: () => uniforms('squares').map((u) => (u ** 2 === u * u ? 0 : 1)),
  },
  {
    name: 'normal noise',
    make: () => {
      const random = Random.from(17, 'normal');
      return Array.from({ length: 4096 }, () => random.normal());
    },
  },
  {
    name: 'draws of tokens',
    make: () => {
      const random = Random.from(17, 'logits');
      return wholeNumbers(500).flatMap((row) => {
        const logits = Float32Array.from({ length: 23 }, () => 3 * random.normal());
        const temperature = row % 4 ? 0.7 + (row % 3) / 4 : 0;
        const at = { temperature, stream: streamOf(5, row), position: 9 };
        const { token, logProb } = drawToken(logits, at);
        return [token, logProb];
      });
    },
  },
  {
    name: 'schedules',
    make: () => [
      ...wholeNumbers(1001).map((step) => rateShare('cosine', 0.1, step / 1000)),
      ...[7, 64, 643, 800, 4000].flatMap((steps) => logSpacedSteps(steps, 24)),
    ],
  },
  {
    name: 'noisy walks',
    make: () => {
      const task = createTask(presetNamed('grid').config.task);
      const random = Random.from(17, 'walks');
      const wandering = { skip: 0, error: 0, answerOnly: 0, wander: 1, wrong: 0, verbose: 0 };
      const walks = wholeNumbers(60).map((i) => {
        const problem = task.draw(random, i % task.levels.length, 'train');
        return `${problem.prompt} ${task.solve(problem, random, wandering)}`;
      });
      return walks.join('\n');
    },
  },
  {
    name: 'training and sampling by the wasm engine',
    make: trainAndSample,
  },
];

async function trainAndSample(kernels: WebAssembly.Module): Promise<number[]> {
  const c = ENGINE_CASES.find(({ kind }) => kind === 'mixed')!;
  const engine = await createWasmEngine(c.config, kernels);
  await engine.loadParameters(caseParameters(c.config, 21));
  const batch = await caseBatch(c, 21, async (b) => (await engine.score(b)).logProbs);
  const settings = { learningRate: 1e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-8 };
  const metrics: number[] = [];
  for (let step = 0; step < 5; step++) {
    const { loss, gradNorm, entropy, kl } = await engine.step(batch, {
      ...settings,
      weightDecay: 0.01,
      maxGradNorm: 1,
    });
    metrics.push(loss, gradNorm, entropy, kl);
  }
  const drawn = await engine.sample({
    prompts: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    ...{ rows: 4, promptLength: 2, maxNewTokens: 10, temperature: 0.7, seed: 5 },
    ...{ stopToken: 0, padToken: 0 },
  });
  const parameters = await engine.readParameters();
  engine.dispose();
  return [...metrics, ...drawn.tokens, ...drawn.logProbs, ...parameters];
}

/** Fits, and the data of figures, which change with the theory. */
export const CONCLUSIONS: readonly BitCheck[] = [
  {
    name: 'ceilings',
    make: () =>
      simulateCurves(3, 17).flatMap(({ curve }) => {
        const fit = fitCeiling(curve.points, { pSft: curve.pSft, seed: 0, draws: 20 });
        return Object.values(fit).filter((value) => typeof value === 'number');
      }),
  },
  {
    name: 'reach of Student’s t',
    make: () => wholeNumbers(40).map((degrees) => studentReach(degrees, 0.9)),
  },
  { name: 'data of a study’s figures', make: figureData },
];

function figureData(): string {
  const results = exampleStudy({ seeds: 2, sets: ['easy', 'uniform', 'hard'] });
  const source = figureSource(results, analyseStudy(results));
  const tables = FIGURES.map(({ id, draw }) => {
    const { table, reading } = draw(source, { theme: 'light', format: 'slide' });
    return `${id}\n${reading}\n${tableAsCsv(table)}`;
  });
  return [...tables, trackCsv(results), validationCsv(results)].join('\n');
}

/** A hash of 32 bits (FNV-1a) of every byte. */
function hash(bytes: Uint8Array): string {
  const h = bytes.reduce((state, byte) => Math.imul(state ^ byte, 0x01000193), 0x811c9dc5);
  return (h >>> 0).toString(16).padStart(8, '0');
}

function bytesOf(made: readonly number[] | string): Uint8Array {
  return typeof made === 'string'
    ? new TextEncoder().encode(made)
    : new Uint8Array(Float64Array.from(made).buffer);
}

/** One line a check: its name and the hash of all its bits. */
export async function bitsOf(
  checks: readonly BitCheck[],
  kernels: WebAssembly.Module,
): Promise<string> {
  const lines: string[] = [];
  for (const { name, make } of checks) lines.push(`${name}: ${hash(bytesOf(await make(kernels)))}`);
  return lines.join('\n');
}
