/** What a set is like, gathered table by table. */
import * as v from 'valibot';
import { count, countOrZero, type DataOf } from '../schema/pieces';
import { partOf, type Task } from '../tasks';
import { judgeRow } from './judge';
import { bytesOf, keyOf, tokensOf, type TrajectoryTable } from './table';

const counts = v.array(countOrZero);

const lengthStatistics = v.object({
  mean: v.number(),
  shortest: countOrZero,
  longest: countOrZero,
  /** Trajectories of each length, from 0 to the longest. */
  counts,
});

interface LengthStatistics extends DataOf<typeof lengthStatistics> {}

export const setStatistics = v.object({
  size: count,
  bytes: countOrZero,
  perLevel: counts,
  /** Tokens without padding. */
  promptTokens: lengthStatistics,
  /** Tokens without padding, the end token included. */
  completionTokens: lengthStatistics,
  /** Trajectories whose prompt an earlier one has too. */
  duplicatePrompts: countOrZero,
  /** Trajectories that an earlier one equals in prompt and completion. */
  duplicateTrajectories: countOrZero,
  /** Trajectories whose prompt belongs to a part on which runs are measured. */
  inValidation: countOrZero,
  inBenchmark: countOrZero,
  /** By the task's verifier. */
  correct: countOrZero,
  /** Not correct, and no answer could be read. */
  malformed: countOrZero,
});

/** Plain JSON; stored beside a set, so that a list of sets need not read them. */
export interface SetStatistics extends DataOf<typeof setStatistics> {}

class LengthTally {
  readonly #counts: number[] = [];

  add(length: number): void {
    while (this.#counts.length <= length) this.#counts.push(0);
    this.#counts[length]! += 1;
  }

  statistics(): LengthStatistics {
    const counts = [...this.#counts];
    const rows = counts.reduce((sum, n) => sum + n, 0);
    const tokens = counts.reduce((sum, n, length) => sum + n * length, 0);
    return {
      mean: rows > 0 ? tokens / rows : 0,
      shortest: Math.max(
        0,
        counts.findIndex((n) => n > 0),
      ),
      longest: Math.max(0, counts.length - 1),
      counts,
    };
  }
}

/** Gathers the statistics of a set; duplicates are found across all tables that were added. */
export class StatisticsTally {
  readonly #task: Task;
  readonly #perLevel: number[];
  readonly #promptTokens = new LengthTally();
  readonly #completionTokens = new LengthTally();
  readonly #prompts = new Set<string>();
  readonly #trajectories = new Set<string>();
  #size = 0;
  #bytes = 0;
  #inValidation = 0;
  #inBenchmark = 0;
  #correct = 0;
  #malformed = 0;

  constructor(task: Task) {
    this.#task = task;
    this.#perLevel = task.levels.map(() => 0);
  }

  add(table: TrajectoryTable): void {
    this.#size += table.rows;
    this.#bytes += bytesOf(table);
    for (let row = 0; row < table.rows; row++) this.#addRow(table, row);
  }

  #addRow(table: TrajectoryTable, row: number): void {
    const prompt = tokensOf(table.prompts, row);
    const promptKey = keyOf(table.prompts, row);
    this.#perLevel[table.levels[row]!]! += 1;
    this.#promptTokens.add(prompt.length);
    this.#completionTokens.add(tokensOf(table.completions, row).length);
    this.#prompts.add(promptKey);
    this.#trajectories.add(`${promptKey}\uffff${keyOf(table.completions, row)}`);
    const part = partOf(this.#task.tokenizer.decode(prompt));
    if (part === 'validation') this.#inValidation += 1;
    if (part === 'benchmark') this.#inBenchmark += 1;
    const { correct, wellFormed } = judgeRow(this.#task, table, row);
    if (correct) this.#correct += 1;
    if (!wellFormed) this.#malformed += 1;
  }

  statistics(): SetStatistics {
    return {
      size: this.#size,
      bytes: this.#bytes,
      perLevel: [...this.#perLevel],
      promptTokens: this.#promptTokens.statistics(),
      completionTokens: this.#completionTokens.statistics(),
      duplicatePrompts: this.#size - this.#prompts.size,
      duplicateTrajectories: this.#size - this.#trajectories.size,
      inValidation: this.#inValidation,
      inBenchmark: this.#inBenchmark,
      correct: this.#correct,
      malformed: this.#malformed,
    };
  }
}
