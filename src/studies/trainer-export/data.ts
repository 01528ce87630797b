/** The data of an export: sets and prompts as the trainer reads them, what measures them as JSONL. */
import type { Task } from '../../tasks';
import { exportedRows, type ExportedRow, type ExportShape } from '../../trajectories/files/export';
import { ParquetColumns } from '../../trajectories/files/parquet/parquet-file';
import { TableBuilder, type TrajectoryTable } from '../../trajectories/table';
import type { ProblemSet, TrajectorySet } from '../../trajectories/trajectory-set';
import { drawPrompts } from '../../training/rollouts';
import type { RlExport, SftExport } from './runs';
import type { Trainer } from './trainers';

/** A set's rows as the library keeps them, without padding. */
function tableOf(task: Task, set: ProblemSet & Partial<TrajectorySet>): TrajectoryTable {
  const builder = new TableBuilder();
  const { promptLength, completionLength, padToken, stopToken } = task;
  for (let row = 0; row < set.size; row++) {
    const prompt = set.prompts.subarray(row * promptLength, (row + 1) * promptLength);
    const from = row * completionLength;
    const length = set.completionLengths?.[row] ?? 0;
    builder.add({
      prompt: prompt.filter((id) => id !== padToken),
      completion: set.completions?.subarray(from, from + length) ?? [stopToken],
      level: set.levels[row]!,
      answer: set.answers[row]!,
    });
  }
  return builder.table();
}

function rowsIn(task: Task, set: ProblemSet, shape: ExportShape): ExportedRow[] {
  return [...exportedRows(task, tableOf(task, set), shape)];
}

function jsonLines(rows: readonly ExportedRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

async function parquet(rows: readonly ExportedRow[]): Promise<Uint8Array> {
  const columns = new ParquetColumns();
  for (const row of rows) columns.add(row);
  const file = await columns.file();
  file.add(rows);
  return file.bytes();
}

/** Of a set, and of prompts: where the file lies. */
export function dataPath(trainer: Trainer, stage: 'sft' | 'rl', name: string): string {
  return `data/${stage}/${name}.${trainer === 'trl' ? 'jsonl' : 'parquet'}`;
}

function asked(content: unknown) {
  return [{ role: 'user', content: content as string }];
}

/** A set. TRL masks the prompt of rows of prompt and completion, verl that of messages. */
export async function sftData(
  trainer: Trainer,
  { datasets: { task, trajectories } }: SftExport,
): Promise<string | Uint8Array> {
  if (trainer === 'verl') return parquet(rowsIn(task, trajectories, 'verl-sft'));
  const rows = rowsIn(task, trajectories, 'prompt-completion').map((row) => ({
    ...row,
    prompt: asked(row.prompt),
    completion: [{ role: 'assistant', content: row.completion as string }],
  }));
  return jsonLines(rows);
}

/**
 * The prompts of RL, step after step those of the lab's own first rounds: as many as the steps read, so
 * that neither trainer runs out of them.
 */
export async function rlData(
  trainer: Trainer,
  { datasets, settings, seed }: RlExport,
): Promise<string | Uint8Array> {
  const { task } = datasets;
  const rows: ExportedRow[] = [];
  for (let step = 1; step <= settings.steps; step++) {
    const { problems } = drawPrompts(datasets, { settings, seed, step }, 0);
    rows.push(...rowsIn(task, problems, trainer === 'verl' ? 'verl-rl' : 'prompt-completion'));
  }
  if (trainer === 'verl') {
    return parquet(rows.map((row, index) => ({ ...row, extra_info: { split: 'train', index } })));
  }
  return jsonLines(
    rows.map(({ prompt, level, answer }) => ({ prompt: asked(prompt), level, answer })),
  );
}

/** What all checkpoints of all runs are measured on. */
export function measuringData({ datasets: { task, validation, benchmark } }: SftExport | RlExport) {
  const problems = rowsIn(task, benchmark, 'prompt-completion');
  return {
    validation: jsonLines(rowsIn(task, validation, 'prompt-completion')),
    benchmark: jsonLines(problems.map(({ prompt, level, answer }) => ({ prompt, level, answer }))),
  };
}
