/** Times candidates side by side: in turn, so that a noisy machine is noisy for all, and by medians. */
import { messageOf } from '../errors';
import { initialParameters } from '../model/init';
import type { SampleRequest } from '../engine/engine';
import type { GpuCalls } from './gpu-calls';
import type { Racer } from './racer';
import { memoryBytes, type WasmMemories } from './wasm-memory';
import { benchBatch, benchRequest, type Workload } from './workloads';

/** Where a candidate computes: ratios are taken among those of one kind. */
type DeviceKind = 'cpu' | 'gpu';

/** One who may race. */
export interface Entrant {
  /** Such as "wasm" or "tfjs:webgpu". */
  readonly name: string;
  readonly device: DeviceKind;
  /** Builds the workload's model; called only where the race can be afforded. */
  readonly make: () => Promise<Candidate>;
  /** Milliseconds that a step should take, judged from another one; 0 where there was none. */
  readonly expectedStep: number;
}

/** One in the race. */
export interface Candidate {
  readonly racer: Racer;
  /** Makes it the current one, where engines share a global. */
  readonly enter?: () => Promise<void>;
  /** Calls of its device; null on the CPU. */
  readonly calls: GpuCalls | null;
  /** Its WebAssembly memories; null where it has none or none that can be seen. */
  readonly memories: WasmMemories | null;
  /** FLOP/s of one large product with the candidate's own code; null where it was not measured. */
  readonly productFlops: number | null;
}

/** What was measured of one candidate on one workload. */
export interface BenchRow {
  readonly workload: string;
  /** Rows of the training batch and the rollout. */
  readonly rows: number;
  readonly engine: string;
  readonly device: DeviceKind;
  /** For people: library, version, device; empty where it did not race. */
  readonly description: string;
  /** Medians; null where one run would have taken longer than the time allowed. */
  readonly step: EngineMeasurement | null;
  readonly rollout: EngineMeasurement | null;
  /** Milliseconds that one run of what was skipped would take; null where it was measured. */
  readonly stepEstimate: number | null;
  readonly rolloutEstimate: number | null;
  /** Why it could not run at all, such as too little memory for this model; else null. */
  readonly failure: string | null;
  /** Largest total of GPU buffers, or size of the WebAssembly memory; null where neither is seen. */
  readonly memoryBytes: number | null;
  readonly productFlops: number | null;
}

export interface EngineMeasurement {
  readonly milliseconds: number;
  /** Processor time of the whole process, all threads; null where it cannot be known. */
  readonly cpuMilliseconds: number | null;
  readonly tokensPerSecond: number;
  readonly dispatches: number | null;
}

export interface BenchOptions {
  /** At most; fewer where the budget does not suffice for more. */
  readonly rounds: number;
  /** Seconds that one candidate may take for its steps or its rollouts on one workload. */
  readonly budget: number;
  /** Steps are repeated for so long in each round that the clock's noise does not matter. */
  readonly leastMilliseconds: number;
  /** Processor time of the process so far, ms; null where it cannot be known. */
  readonly cpuTime: () => number | null;
  readonly onProgress: (text: string) => void;
}

interface Sample {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number | null;
  readonly dispatches: number | null;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** One activity of one candidate. */
class Race {
  readonly #candidate: Candidate;
  readonly #activity: () => Promise<unknown>;
  readonly #options: BenchOptions;
  readonly #samples: Sample[] = [];
  #repeats = 1;
  #rounds: number;
  #estimate: number | null = null;

  constructor(candidate: Candidate, activity: () => Promise<unknown>, options: BenchOptions) {
    this.#candidate = candidate;
    this.#activity = activity;
    this.#options = options;
    this.#rounds = options.rounds;
  }

  /** Milliseconds that a run would take, where it is skipped. */
  get estimate(): number | null {
    return this.#estimate;
  }

  /** Leaves it out of the race. */
  skip(estimate: number): void {
    this.#estimate = estimate;
  }

  /** The first run warms up; the second tells how many rounds can be afforded. */
  async warmUp(): Promise<void> {
    const { budget, leastMilliseconds } = this.#options;
    await this.#run(1);
    const { milliseconds } = await this.#run(1);
    this.#repeats = Math.max(1, Math.ceil(leastMilliseconds / Math.max(milliseconds, 0.01)));
    const affordable = Math.floor((1000 * budget) / (this.#repeats * milliseconds));
    this.#rounds = Math.max(1, Math.min(this.#rounds, affordable));
  }

  async round(): Promise<void> {
    if (this.#estimate !== null || this.#samples.length >= this.#rounds) return;
    this.#samples.push(await this.#run(this.#repeats));
  }

  async #run(repeats: number): Promise<Sample> {
    const { calls, enter } = this.#candidate;
    const { cpuTime } = this.#options;
    await enter?.();
    const dispatches = calls?.dispatches ?? 0;
    const cpu = cpuTime();
    const started = performance.now();
    for (let i = 0; i < repeats; i++) await this.#activity();
    const milliseconds = (performance.now() - started) / repeats;
    const cpuAfter = cpuTime();
    return {
      milliseconds,
      cpuMilliseconds: cpu === null || cpuAfter === null ? null : (cpuAfter - cpu) / repeats,
      dispatches: calls ? (calls.dispatches - dispatches) / repeats : null,
    };
  }

  /** @param tokens that one run trains on or draws */
  result(tokens: number): EngineMeasurement | null {
    const [first] = this.#samples;
    if (!first) return null;
    const milliseconds = median(this.#samples.map((s) => s.milliseconds));
    return {
      milliseconds,
      cpuMilliseconds:
        first.cpuMilliseconds === null
          ? null
          : median(this.#samples.map((s) => s.cpuMilliseconds ?? 0)),
      tokensPerSecond: (1000 * tokens) / milliseconds,
      dispatches: first.dispatches,
    };
  }
}

/** Races all entrants on the workload's step and its rollout; rows come in their order. */
export async function measure(
  workload: Workload,
  entrants: readonly Entrant[],
  options: BenchOptions,
): Promise<BenchRow[]> {
  const entries: Entry[] = [];
  const failures = new Map<Entrant, string>();
  try {
    for (const entrant of entrants) {
      if (entrant.expectedStep > 1000 * options.budget) continue;
      try {
        entries.push(await enterRace(workload, entrant, options));
      } catch (error) {
        // One that does not fit into memory must not end the race of the others.
        failures.set(entrant, messageOf(error));
      }
    }
    for (let round = 0; round < options.rounds; round++) {
      options.onProgress(`${workload.name}: round ${round + 1} of ${options.rounds}`);
      for (const { step } of entries) await step.round();
      for (const { rollout } of entries) await rollout.round();
    }
    return entrants.map((entrant) => {
      const entry = entries.find((e) => e.entrant === entrant);
      if (entry) return rowOf(workload, entry);
      return absentRow(workload, entrant, failures.get(entrant) ?? null);
    });
  } finally {
    for (const { candidate } of entries) {
      await candidate.enter?.();
      candidate.racer.dispose();
    }
  }
}

interface Entry {
  readonly entrant: Entrant;
  readonly candidate: Candidate;
  readonly step: Race;
  readonly rollout: Race;
  readonly drawn: number;
}

async function enterRace(
  workload: Workload,
  entrant: Entrant,
  options: BenchOptions,
): Promise<Entry> {
  options.onProgress(`${workload.name}, ${entrant.name}: first run`);
  const candidate = await entrant.make();
  try {
    return await warmUp(workload, entrant, candidate, options);
  } catch (error) {
    candidate.racer.dispose();
    throw error;
  }
}

async function warmUp(
  workload: Workload,
  entrant: Entrant,
  candidate: Candidate,
  options: BenchOptions,
): Promise<Entry> {
  const batch = benchBatch(workload);
  const request = benchRequest(workload);
  const parameters = initialParameters(workload.config, 0);
  const { racer, enter } = candidate;
  await enter?.();
  await racer.load(parameters);
  const step = new Race(candidate, () => racer.step(batch), options);
  await step.warmUp();
  // Rollouts end where the stop token is drawn; the same parameters draw the same everywhere.
  await racer.load(parameters);
  let drawn = 0;
  // The null device draws nothing, and returns what lay there: what was asked for is then the measure.
  const asked = request.rows * request.maxNewTokens;
  const draw = async (): Promise<void> => {
    const tokens = await racer.rollout(request);
    drawn = tokens > 0 && tokens <= asked ? tokens : asked;
  };
  const rollout = new Race(candidate, draw, options);
  const expected = await expectedRollout(racer, request);
  if (expected > 1000 * options.budget) rollout.skip(expected);
  else await rollout.warmUp();
  return { entrant, candidate, step, rollout, drawn };
}

/** Tokens of a rollout by which the whole is judged: the whole may take minutes. */
const PROBE_TOKENS = 4;

/** Milliseconds that a rollout should take; the first of its probe's two runs is the warm-up. */
async function expectedRollout(racer: Racer, request: SampleRequest): Promise<number> {
  const probe = { ...request, maxNewTokens: Math.min(PROBE_TOKENS, request.maxNewTokens) };
  await racer.rollout(probe);
  const started = performance.now();
  await racer.rollout(probe);
  return ((performance.now() - started) * request.maxNewTokens) / probe.maxNewTokens;
}

function rowOf(workload: Workload, { entrant, candidate, step, rollout, drawn }: Entry): BenchRow {
  const { name, device } = entrant;
  const { racer, calls, memories, productFlops } = candidate;
  const { rows, config } = workload;
  const ownMemory = memories ? memoryBytes(memories) : null;
  return {
    workload: workload.name,
    rows,
    engine: name,
    device,
    description: racer.description,
    step: step.result(rows * config.contextLength),
    rollout: rollout.result(drawn),
    stepEstimate: step.estimate,
    rolloutEstimate: rollout.estimate,
    failure: null,
    memoryBytes: calls ? calls.peakBytes : ownMemory,
    productFlops,
  };
}

/** Of one that was skipped, or that failed. */
function absentRow({ name, rows }: Workload, entrant: Entrant, failure: string | null): BenchRow {
  return {
    workload: name,
    rows,
    engine: entrant.name,
    device: entrant.device,
    description: '',
    step: null,
    rollout: null,
    stepEstimate: failure === null ? entrant.expectedStep : null,
    // Judged from a step alone.
    rolloutEstimate: null,
    failure,
    memoryBytes: null,
    productFlops: null,
  };
}
