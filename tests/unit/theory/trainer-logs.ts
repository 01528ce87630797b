/** Logs in the shapes in which trainers and spreadsheets write them, with numbers of our own. */

/** An evaluation every `every` steps: P_sft 38, towards 66. */
export function evaluations({ count = 14, every = 15, from = 0 } = {}): [number, number][] {
  return Array.from({ length: count }, (_, i) => {
    const step = from + i * every;
    const rise = step === 0 ? 0 : 28 / (1 + (48 / step) ** 1.6);
    return [step, 38 + rise + 0.3 * Math.sin(3 * i)];
  });
}

/** Rows of a Hugging Face trainer: training in between, evaluations with names of their own. */
export function trlRows(options: { from?: number } = {}): Record<string, unknown>[] {
  return evaluations(options).flatMap(([step, percent]) => [
    {
      loss: 0.01,
      grad_norm: 0.4,
      learning_rate: 1e-6,
      reward: 1.2,
      num_tokens: 900 * step + 40,
      epoch: step / 300,
      step,
    },
    {
      eval_loss: 0.1,
      'eval_rewards/exact_acc/mean': percent / 100,
      'eval_rewards/exact_acc/std': 0.4,
      eval_steps_per_second: 0.3,
      total_flos: 0,
      epoch: step / 300,
      step,
    },
  ]);
}

/** Metrics of verl by step: an evaluation every fifth. */
interface VerlStep {
  readonly step: number;
  readonly metrics: Record<string, number | undefined>;
}

export function verlSteps(): VerlStep[] {
  return Array.from({ length: 201 }, (_, step) => {
    const at = evaluations({ count: 41, every: 5 }).find(([each]) => each === step);
    const training = {
      'actor/entropy': 0.3,
      'perf/total_num_tokens': 210_000 + 9000 * Math.cos(7 * step),
      'perf/throughput': 700 + 20 * Math.sin(5 * step),
    };
    const measured = at
      ? { 'val-aux/sums/acc/best@4/mean': 0.9, 'val-core/sums/acc/mean@4': at[1] / 100 }
      : {};
    return { step, metrics: { ...(step === 0 ? {} : training), ...measured } };
  });
}

/** A spreadsheet: rows of compute and performance, each cell as a person wrote it. */
export function sheet(
  header: string,
  cells: (step: number, percent: number) => readonly string[],
  { separator = ',', end = '\n' } = {},
): string {
  const rows = evaluations().map(([step, percent]) => cells(step, percent).join(separator));
  return `${[header, ...rows].join(end)}${end}`;
}
