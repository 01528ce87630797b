/** Random models and token tables for comparing engines. No Node imports: browsers use it too. */
import {
  emptyBatch,
  LossKind,
  PLAIN_OBJECTIVE,
  type ObjectiveSettings,
  type TokenBatch,
} from '../../src/engine/token-table';
import type { ModelConfig } from '../../src/model/config';
import { initialParameters } from '../../src/model/init';
import { parameterLayout } from '../../src/model/layout';
import { Random } from '../../src/random';

type KindChoice = keyof typeof LossKind | 'mixed';

export interface EngineCase {
  readonly name: string;
  readonly config: ModelConfig;
  readonly rows: number;
  readonly length: number;
  readonly kind: KindChoice;
  readonly objective?: Partial<ObjectiveSettings>;
  readonly temperature?: number;
}

/** Vocabulary, context, layers, width, heads. */
type ModelSizes = readonly [number, number, number, number, number];

/** A case of so many rows of so many tokens, and a model of these sizes. */
export function engineCase(
  name: string,
  kind: KindChoice,
  [rows, length]: readonly [number, number],
  [vocabSize, contextLength, layers, dModel, heads]: ModelSizes,
  objective?: Partial<ObjectiveSettings>,
): EngineCase {
  const config = { vocabSize, contextLength, layers, dModel, heads };
  return { name, kind, rows, length, objective, config };
}

/** More than one tile of everything, by the width of the model and its heads. */
export function severalTiles(dModel: number, heads: number): EngineCase {
  const objective = { klCoefficient: 0.1, entropyCoefficient: 0.02 };
  return engineCase('several tiles', 'mixed', [3, 67], [130, 70, 1, dModel, heads], objective);
}

/** Shapes that fit no vector width, head widths from 4 to 32, every kind and coefficient. */
export const ENGINE_CASES: readonly EngineCase[] = [
  engineCase('nll', 'nll', [5, 7], [13, 9, 2, 32, 4]),
  engineCase('clipped', 'clipped', [4, 11], [18, 11, 2, 64, 4]),
  engineCase('shaped', 'shaped', [3, 6], [7, 8, 1, 24, 2]),
  engineCase('nll with entropy', 'nll', [3, 5], [16, 5, 1, 16, 4], { entropyCoefficient: 0.3 }),
  engineCase('clipped with KL and entropy', 'clipped', [6, 9], [21, 12, 3, 32, 1], {
    klCoefficient: 0.4,
    entropyCoefficient: 0.05,
  }),
  engineCase('all kinds in one batch', 'mixed', [7, 13], [33, 17, 2, 48, 2], {
    klCoefficient: 0.1,
    entropyCoefficient: -0.1,
  }),
  engineCase('one token', 'nll', [1, 1], [2, 2, 1, 8, 2]),
  {
    ...engineCase('a policy of temperature 0.7', 'mixed', [5, 9], [18, 10, 2, 32, 4], {
      klCoefficient: 0.2,
      entropyCoefficient: 0.1,
    }),
    temperature: 0.7,
  },
];

const OBJECTIVE_KINDS = ['nll', 'clipped', 'shaped', 'mixed'] as const;

/** A case of random sizes, kind and coefficients, the same for the same seed. */
export function randomCase(seed: number): EngineCase {
  const random = Random.from(seed, 'case');
  const between = (low: number, high: number): number => low + random.integer(high - low + 1);
  const heads = between(1, 5);
  const contextLength = between(2, 20);
  const kind = OBJECTIVE_KINDS[seed % OBJECTIVE_KINDS.length]!;
  const config: ModelConfig = {
    vocabSize: between(2, 40),
    contextLength,
    layers: between(1, 3),
    dModel: 4 * heads * between(heads === 1 ? 2 : 1, 4),
    heads,
  };
  const { layers, dModel, vocabSize } = config;
  return {
    name: `random ${kind} (${layers} layers, ${dModel} wide, ${heads} heads, ${vocabSize} symbols)`,
    config,
    rows: between(1, 6),
    length: between(1, contextLength),
    kind,
    temperature: random.chance(0.3) ? 0.5 + random.uniform() : 1,
    objective: {
      klCoefficient: random.chance(0.5) ? random.uniform() : 0,
      entropyCoefficient: random.chance(0.5) ? random.uniform() - 0.5 : 0,
    },
  };
}

const KINDS = [LossKind.nll, LossKind.clipped, LossKind.shaped] as const;

function tokenKind(kind: KindChoice, random: Random): LossKind {
  // Some tokens of every batch are left out, as prompts and padding are.
  if (random.chance(0.3)) return LossKind.none;
  return kind === 'mixed' ? KINDS[random.integer(KINDS.length)]! : LossKind[kind];
}

/** Parameters as after some training: gains not one, matrices not tiny. */
export function caseParameters(config: ModelConfig, seed: number): Float32Array {
  const parameters = initialParameters(config, seed);
  const random = Random.from(seed, 'perturbation');
  for (const slot of parameterLayout(config).slots) {
    for (let i = 0; i < slot.size; i++) parameters[slot.offset + i]! += 0.1 * random.normal();
  }
  return parameters;
}

/** log π of each target, as a policy gives them, to place old log-probabilities around. */
type Scorer = (batch: TokenBatch) => Promise<Float32Array>;

/**
 * A random token table. Old log-probabilities lie around the policy's own, so that ratios fall on
 * both sides of the clip bounds, but none within 1% of a bound, where rounding would choose the side.
 */
export async function caseBatch(c: EngineCase, seed: number, score: Scorer): Promise<TokenBatch> {
  const random = Random.from(seed, 'batch', c.name);
  const objective = { ...PLAIN_OBJECTIVE, clipHigh: 0.28, ...c.objective };
  const batch = emptyBatch(c.rows, c.length, objective, c.temperature);
  const count = c.rows * c.length;
  for (let i = 0; i < count; i++) {
    batch.tokens[i] = random.integer(c.config.vocabSize);
    batch.targets[i] = random.integer(c.config.vocabSize);
    batch.kinds[i] = tokenKind(c.kind, random);
    batch.weights[i] = ((0.5 + random.uniform()) * (random.chance(0.2) ? -1 : 1)) / count;
    batch.entropyWeights[i] = (0.5 + random.uniform()) / count;
    batch.klWeights[i] = (0.5 + random.uniform()) / count;
    batch.advantages[i] = random.normal();
  }
  batch.kinds[count - 1] = c.kind === 'mixed' ? LossKind.clipped : LossKind[c.kind];
  const logProbs = await score(batch);
  for (let i = 0; i < count; i++) {
    batch.oldLogProbs[i] = logProbs[i]! - awayFromBounds(0.4 * random.normal(), objective);
    batch.referenceLogProbs[i] = logProbs[i]! + 0.5 * random.normal();
  }
  return batch;
}

function awayFromBounds(logRatio: number, { clipLow, clipHigh }: ObjectiveSettings): number {
  const near = [Math.log(1 - clipLow), Math.log(1 + clipHigh)].some(
    (bound) => Math.abs(logRatio - bound) < 0.01,
  );
  return near ? logRatio + 0.03 : logRatio;
}

/** ‖a − b‖ / max(‖b‖, 1e-6) of every tensor, by name. */
export function tensorErrors(
  config: ModelConfig,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): Map<string, number> {
  return new Map(
    parameterLayout(config).slots.map(({ name, offset, size }) => {
      let difference = 0;
      let norm = 0;
      for (let i = offset; i < offset + size; i++) {
        difference += (a[i]! - b[i]!) ** 2;
        norm += b[i]! ** 2;
      }
      return [name, Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-6)];
    }),
  );
}

/** The worst tensor and its error. */
export function worstTensor(errors: ReadonlyMap<string, number>): { name: string; error: number } {
  return [...errors].reduce(
    (worst, [name, error]) =>
      error > worst.error || Number.isNaN(error) ? { name, error } : worst,
    { name: 'none', error: 0 },
  );
}
