/** Times engines side by side: in turn, so that a noisy machine is noisy for all, and by medians. */
import { initialParameters } from '../../model/init';
import type { Engine } from '../engine';
import type { GpuCalls } from './gpu-calls';
import { BENCH_OPTIMIZER, benchBatch, benchRequest, type Workload } from './workloads';

/** One engine in the race. */
export interface Candidate {
  readonly name: string;
  readonly engine: Engine;
  /** Makes it the current one, where engines share a global. */
  readonly enter?: () => Promise<void>;
  /** Calls of its device; null on the CPU. */
  readonly calls: GpuCalls | null;
  /** Milliseconds that a step should take, judged from a smaller model; it may not be affordable. */
  readonly expectedStep?: number;
}

/** What was measured of one candidate on one workload. */
export interface BenchRow {
  readonly workload: string;
  /** Rows of the training batch and the rollout. */
  readonly rows: number;
  readonly engine: string;
  readonly description: string;
  /** Medians. Null where the time allowed would not have sufficed. */
  readonly step: Measurement | null;
  readonly rollout: Measurement | null;
  /** Seconds that the skipped measurements would have taken. */
  readonly skippedSeconds: number | null;
  /** Largest total of GPU buffers, bytes. */
  readonly gpuBytes: number | null;
}

export interface Measurement {
  readonly milliseconds: number;
  /** Processor time of the whole process, all threads. */
  readonly cpuMilliseconds: number;
  readonly tokensPerSecond: number;
  readonly dispatches: number | null;
}

export interface BenchOptions {
  readonly rounds: number;
  /** Seconds that one candidate may take on one workload. */
  readonly budget: number;
  /** Steps per round for engines fast enough that the clock's noise matters. */
  readonly leastMilliseconds: number;
  /** Processor time of the process so far, ms; NaN where it cannot be known. */
  readonly cpuTime: () => number;
  readonly onProgress: (text: string) => void;
}

interface Sample {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
  readonly dispatches: number | null;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** One activity of one candidate. */
class Race {
  readonly #samples: Sample[] = [];
  #repeats = 1;
  /** Seconds by which it exceeds its budget; null while it is within it. */
  skippedSeconds: number | null = null;

  constructor(
    readonly candidate: Candidate,
    readonly activity: () => Promise<unknown>,
    readonly tokens: number,
    readonly options: BenchOptions,
  ) {}

  /** The first run warms up and tells whether the rest can be afforded. */
  async warmUp(): Promise<void> {
    const { rounds, budget, leastMilliseconds } = this.options;
    await this.#run(1);
    const { milliseconds } = await this.#run(1);
    this.#repeats = Math.max(1, Math.ceil(leastMilliseconds / Math.max(milliseconds, 0.01)));
    const estimate = (rounds * this.#repeats * milliseconds) / 1000;
    if (estimate > budget) this.skippedSeconds = estimate;
  }

  async round(): Promise<void> {
    if (this.skippedSeconds === null) this.#samples.push(await this.#run(this.#repeats));
  }

  async #run(repeats: number): Promise<Sample> {
    const { candidate, activity, options } = this;
    await candidate.enter?.();
    const dispatches = candidate.calls?.dispatches ?? 0;
    const cpu = options.cpuTime();
    const started = performance.now();
    for (let i = 0; i < repeats; i++) await activity();
    return {
      milliseconds: (performance.now() - started) / repeats,
      cpuMilliseconds: (options.cpuTime() - cpu) / repeats,
      dispatches: candidate.calls ? (candidate.calls.dispatches - dispatches) / repeats : null,
    };
  }

  result(): Measurement | null {
    if (this.#samples.length === 0) return null;
    const milliseconds = median(this.#samples.map((s) => s.milliseconds));
    return {
      milliseconds,
      cpuMilliseconds: median(this.#samples.map((s) => s.cpuMilliseconds)),
      tokensPerSecond: (1000 * this.tokens) / milliseconds,
      dispatches: this.#samples[0]!.dispatches,
    };
  }
}

/** Races all candidates, which have the workload's model, on its step and its rollout. */
export async function measure(
  workload: Workload,
  candidates: readonly Candidate[],
  options: BenchOptions,
): Promise<BenchRow[]> {
  const batch = benchBatch(workload);
  const request = benchRequest(workload);
  const parameters = initialParameters(workload.config, 0);
  const races = [];
  const skipped: BenchRow[] = [];
  for (const candidate of candidates) {
    // Two runs come before the first round.
    const expected = ((candidate.expectedStep ?? 0) * (options.rounds + 2)) / 1000;
    if (expected > options.budget) {
      skipped.push(skippedRow(workload, candidate, expected));
      continue;
    }
    options.onProgress(`${workload.name} ${candidate.name}: first run`);
    await candidate.enter?.();
    const { engine } = candidate;
    await engine.loadParameters(parameters);
    const { tokens } = batch;
    const step = new Race(
      candidate,
      () => engine.step(batch, BENCH_OPTIMIZER),
      tokens.length,
      options,
    );
    await step.warmUp();
    // Rollouts end where the stop token is drawn; the same parameters draw the same everywhere.
    await engine.loadParameters(parameters);
    const { lengths } = await engine.sample(request);
    const drawn = lengths.reduce((sum, length) => sum + length, 0);
    const rollout = new Race(candidate, () => engine.sample(request), drawn, options);
    await rollout.warmUp();
    races.push({ candidate, step, rollout });
  }
  for (let round = 0; round < options.rounds; round++) {
    options.onProgress(`${workload.name}: round ${round + 1} of ${options.rounds}`);
    for (const { step } of races) await step.round();
    for (const { rollout } of races) await rollout.round();
  }
  const measured = races.map(({ candidate: { name, engine, calls }, step, rollout }) => ({
    workload: workload.name,
    rows: workload.rows,
    engine: name,
    description: engine.info.description,
    step: step.result(),
    rollout: rollout.result(),
    skippedSeconds:
      step.skippedSeconds === null && rollout.skippedSeconds === null
        ? null
        : (step.skippedSeconds ?? 0) + (rollout.skippedSeconds ?? 0),
    gpuBytes: calls ? calls.peakBytes : null,
  }));
  return [...measured, ...skipped];
}

function skippedRow({ name: workload, rows }: Workload, c: Candidate, seconds: number): BenchRow {
  return {
    workload,
    rows,
    engine: c.name,
    description: c.engine.info.description,
    step: null,
    rollout: null,
    skippedSeconds: seconds,
    gpuBytes: null,
  };
}
