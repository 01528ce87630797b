/**
 * What an RL step learns from: rows written by the policy, by an expert, or by both in turn, with
 * everything that a token table needs to be built from them.
 */
import { copyRows } from '../../engine/rows';
import { PLAIN_OBJECTIVE, LossKind, type ObjectiveSettings } from '../../engine/token-table';
import type { TokenBatch } from '../../engine/token-table';
import type { Random } from '../../random';
import type { GroupSettings } from '../configuration/rl-settings';
import {
  forEachToken,
  meanWeights,
  newBatch,
  selectRows,
  tokenWeights,
  type Sequences,
} from '../data/token-batches';

export interface Experience {
  readonly sequences: Sequences;
  /**
   * Per row, how many tokens at the start of the completion an expert wrote: 0 in the policy's own
   * attempt, all in a demonstration, some where the policy continued a demonstration.
   */
  readonly expertLengths: Int32Array;
  readonly rewards: Float32Array;
  readonly advantages: Float32Array;
  /** log-probability of each completion token under the policy that sampled, [rows × completionLength]. */
  readonly oldLogProbs: Float32Array;
  /**
   * Entropy at each completion token, [rows × completionLength]: of the policy that sampled, or, where the
   * method asks for it, of the one that is being updated. null where nobody has scored for it.
   */
  readonly entropies: Float32Array | null;
  /** log-probabilities under the reference policy; null where there is no KL term. */
  readonly referenceLogProbs: Float32Array | null;
}

/** Who writes the rows of a group, in this order. */
interface GroupComposition {
  /** The policy. */
  readonly rollouts: number;
  /** An expert, then the policy. */
  readonly hybrids: number;
  /** An expert. */
  readonly demonstrations: number;
}

/** The rows that an RL step has gathered, a group after another, as a method chooses among them. */
export interface GatheredRows {
  /** Rows of a group. */
  readonly width: number;
  readonly groups: number;
  /** Per row: 1 where the verifier accepts the answer. */
  readonly correct: Uint8Array;
}

/** Where a run is when it draws. */
export interface RunPlace {
  /** Share of the run that is over, 0 to 1. */
  readonly progress: number;
  readonly random: Random;
}

/** A way to learn from groups of attempts: who writes them, which are kept, and what is their loss. */
export interface Method {
  readonly composition: GroupComposition;
  /** Whether an expert's rows take part in the group's mean and spread. */
  readonly comparesWithExpert: boolean;
  /** How many tokens of a demonstration a hybrid begins with; where there are hybrids. */
  readonly prefixLength?: (demonstration: number, where: RunPlace) => number;
  /** Indices of the rows to learn from. */
  select(gathered: GatheredRows): number[];
  /**
   * Whether the table reads entropies, which then have to be of the policy as it is updated, not as it
   * was when the step began.
   */
  readonly readsEntropies?: boolean;
  /** The token table of a minibatch. */
  table(experience: Experience): TokenBatch;
}

function column(from: Float32Array, rows: ArrayLike<number>, width: number): Float32Array {
  return copyRows(new Float32Array(rows.length * width), from, rows);
}

/** A part of experience, or the same rows in another order. */
export function selectExperience(experience: Experience, rows: ArrayLike<number>): Experience {
  const { completionLength } = experience.sequences;
  const perToken = (from: Float32Array): Float32Array => column(from, rows, completionLength);
  const { entropies, referenceLogProbs } = experience;
  return {
    sequences: selectRows(experience.sequences, rows),
    expertLengths: Int32Array.from(rows, (row) => experience.expertLengths[row]!),
    rewards: column(experience.rewards, rows, 1),
    advantages: column(experience.advantages, rows, 1),
    oldLogProbs: perToken(experience.oldLogProbs),
    entropies: entropies && perToken(entropies),
    referenceLogProbs: referenceLogProbs && perToken(referenceLogProbs),
  };
}

/** The numbers of the objective that all methods take from the settings. */
export function objectiveOf(settings: GroupSettings): ObjectiveSettings {
  const { clipLow, clipHigh, entropyCoefficient, klCoefficient } = settings;
  return { ...PLAIN_OBJECTIVE, clipLow, clipHigh, entropyCoefficient, klCoefficient };
}

/** How many groups a step learns from, and whether uniform ones are dropped. */
type GroupLimits = Pick<GroupSettings, 'promptsPerStep' | 'dropUniformGroups'>;

/**
 * Rows of the first `promptsPerStep` groups; with `dropUniformGroups`, of the first in which some
 * attempts are right and some wrong (DAPO's dynamic sampling, arXiv 2503.14476 eq. 11).
 */
export function rowsOfGroups(
  { width, groups, correct }: GatheredRows,
  { promptsPerStep, dropUniformGroups }: GroupLimits,
): number[] {
  const kept = Array.from({ length: groups }, (_, group) => group * width)
    .filter((start) => !dropUniformGroups || isUnequal(correct.subarray(start, start + width)))
    .slice(0, promptsPerStep);
  return kept.flatMap((start) => Array.from({ length: width }, (_, i) => start + i));
}

/** Whether some attempts of a group are right and some wrong. */
export function isUnequal(correct: Uint8Array): boolean {
  return correct.some((value) => value !== correct[0]);
}

export interface TokenPlace {
  /** Index in the token table. */
  readonly cell: number;
  /** Index in the experience's columns of completion tokens. */
  readonly token: number;
  readonly row: number;
}

/** What each token of a row weighs. */
interface RowWeights {
  /** In the loss of the method. */
  readonly loss: Float32Array;
  /** In the entropy bonus and in the KL penalty, which are the policy's whatever the method makes of the token. */
  readonly terms: Float32Array;
}

/**
 * The weights that the aggregation gives. Summed by micro-batches, entropy and KL are means over the tokens
 * of each (mix_actor.py: masked_mean(entropy, response_mask), ElliottYan/LUFFY 01f4ae0); else they
 * are averaged as the loss is.
 */
export function rowWeights({ sequences }: Experience, settings: GroupSettings): RowWeights {
  const { completionLengths, completionLength } = sequences;
  const { aggregation, microBatch } = settings;
  const loss = tokenWeights(completionLengths, aggregation, completionLength, microBatch);
  const terms = aggregation === 'micro-batch' ? meanWeights(completionLengths, microBatch) : loss;
  return { loss, terms };
}

/** Writes what a token counts in entropy bonus and KL penalty, and the reference's log-probability. */
export function putTerms(
  batch: TokenBatch,
  experience: Experience,
  { cell, token }: TokenPlace,
  weight: number,
): void {
  batch.entropyWeights[cell] = weight;
  if (!experience.referenceLogProbs) return;
  batch.klWeights[cell] = weight;
  batch.referenceLogProbs[cell] = experience.referenceLogProbs[token]!;
}

/** Writes a token that counts in entropy bonus and KL penalty alone. */
export function putNothing(batch: TokenBatch, { cell }: TokenPlace): void {
  batch.kinds[cell] = LossKind.nll;
  batch.weights[cell] = 0;
}

/** Writes an expert's token: −A·f(π) with f(π) = π / (π + γ), its behaviour probability being taken as 1. */
export function putShaped(
  batch: TokenBatch,
  { advantages }: Experience,
  { cell, row }: TokenPlace,
  weight: number,
): void {
  batch.kinds[cell] = LossKind.shaped;
  batch.weights[cell] = weight;
  batch.advantages[cell] = advantages[row]!;
  batch.oldLogProbs[cell] = 0; // probability 1
}

/** Writes a token of the policy's own: the clipped ratio to the policy that sampled it. */
export function putClipped(
  batch: TokenBatch,
  experience: Experience,
  place: TokenPlace,
  weight: number,
): void {
  const { cell, token, row } = place;
  batch.kinds[cell] = LossKind.clipped;
  batch.weights[cell] = weight;
  batch.advantages[cell] = experience.advantages[row]!;
  batch.oldLogProbs[cell] = experience.oldLogProbs[token]!;
}

/**
 * The table in which `put` writes each token's loss, with the weight that the aggregation gives its row.
 * Entropy and KL have theirs already.
 */
export function tableOfTokens(
  experience: Experience,
  settings: GroupSettings,
  put: (batch: TokenBatch, place: TokenPlace, weight: number) => void,
  objective: ObjectiveSettings = objectiveOf(settings),
): TokenBatch {
  const { sequences } = experience;
  const batch = newBatch(sequences, objective, settings.temperature);
  const weights = rowWeights(experience, settings);
  forEachToken(sequences, (cell, token, row) => {
    const place = { cell, token, row };
    putTerms(batch, experience, place, weights.terms[row]!);
    put(batch, place, weights.loss[row]!);
  });
  return batch;
}
