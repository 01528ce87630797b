/** The state of the device page: what the device is, how its test went, what was measured. */
import { messageOf } from '../../errors';
import type { BenchReport } from '../../bench/benchmark';
import type { BenchRow } from '../../bench/measure';
import type { SelfTestReport } from '../../engine/gpu-report';
import type { AdapterDetails, DeviceNews } from '../../runtime/device/api';
import { chooseEngine, hasWasmSimd } from '../../runtime/engines/choice';
import type { DeviceWorker } from './device-worker';

/** Models of the benchmark, by size. */
export const MODEL_CHOICES = [
  { value: '0.1M', label: '0.1M', models: ['0.1M'] },
  { value: '0.8M', label: '0.1M and 0.8M', models: ['0.1M', '0.8M'] },
  { value: '5M', label: 'All, to 5M', models: ['0.1M', '0.8M', '5M'] },
] as const;
type ModelChoice = (typeof MODEL_CHOICES)[number]['value'];

/** Medians of few rounds: a visitor waits for them. */
const ROUNDS = 3;
/** Seconds for one engine on one model. */
const BUDGET = 10;

type Activity = 'test' | 'bench';

export class DeviceDesk {
  readonly #open: () => DeviceWorker;
  #worker: DeviceWorker | null = null;
  #adapter = $state.raw<AdapterDetails | null | undefined>(undefined);
  #activity = $state<Activity | null>(null);
  #doing = $state('');
  #fraction = $state<number | null>(null);
  #selfTest = $state.raw<SelfTestReport | null>(null);
  #rows = $state.raw<readonly BenchRow[]>([]);
  #report = $state.raw<BenchReport | null>(null);
  #problem = $state<string | null>(null);
  models = $state<ModelChoice>('0.1M');

  /** The engine that a run gets here without a wish, and why. */
  readonly choice = $derived.by(() => {
    const adapter = this.#adapter;
    if (adapter === undefined) return null;
    const device = { wasmSimd: hasWasmSimd(), gpuAdapter: adapter };
    const test = this.#selfTest;
    const refused =
      test && !test.passed ? { webgpu: { because: 'self-test' } as const } : undefined;
    return chooseEngine({ name: null, backend: null }, device, { refused });
  });

  constructor(open: () => DeviceWorker) {
    this.#open = open;
    void this.#ask(async (worker) => {
      this.#adapter = await worker.describeAdapter();
    });
  }

  /** undefined until it is known, null where there is none. */
  get adapter(): AdapterDetails | null | undefined {
    return this.#adapter;
  }

  get activity(): Activity | null {
    return this.#activity;
  }

  /** What is being done, such as "0.1M, tfjs:wasm: first run". */
  get doing(): string {
    return this.#doing;
  }

  /** 0 to 1, where that is known. */
  get fraction(): number | null {
    return this.#fraction;
  }

  get selfTest(): SelfTestReport | null {
    return this.#selfTest;
  }

  /** Rows of the races that are over. */
  get rows(): readonly BenchRow[] {
    return this.#rows;
  }

  /** Whether the rows are those of a whole benchmark. */
  get isComplete(): boolean {
    return this.#report !== null;
  }

  get problem(): string | null {
    return this.#problem;
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  test(): Promise<void> {
    return this.#work('test', async (worker) => {
      this.#selfTest = null;
      this.#selfTest = await worker.testGpu((news) => this.#hear(news));
    });
  }

  measure(): Promise<void> {
    return this.#work('bench', async (worker) => {
      this.#rows = [];
      this.#report = null;
      const { models } = MODEL_CHOICES.find(({ value }) => value === this.models)!;
      const request = { models, rounds: ROUNDS, budget: BUDGET };
      const report = await worker.bench(request, (news) => this.#hear(news));
      this.#report = report;
      this.#rows = report.rows;
      this.#selfTest = report.gpu?.selfTest ?? this.#selfTest;
    });
  }

  /** Ends what is being done; what was measured so far stays. */
  cancel(): void {
    this.#worker?.end();
    this.#worker = null;
    this.#activity = null;
  }

  #hear(news: DeviceNews): void {
    if (news.type === 'rows') this.#rows = [...this.#rows, ...news.rows];
    else {
      this.#doing = news.text;
      this.#fraction = news.fraction;
    }
  }

  async #work(activity: Activity, work: (worker: DeviceWorker) => Promise<void>): Promise<void> {
    if (this.#activity !== null) return;
    this.#activity = activity;
    this.#doing = 'Starting';
    this.#fraction = null;
    await this.#ask(work);
    this.#activity = null;
  }

  /** Failures become a sentence, and the next request gets a fresh worker. */
  async #ask(work: (worker: DeviceWorker) => Promise<void>): Promise<void> {
    this.#problem = null;
    try {
      this.#worker ??= this.#open();
      await work(this.#worker);
    } catch (error) {
      this.#problem = messageOf(error);
      this.cancel();
    }
  }
}
