/** `lab bench`: the engines side by side, in one process, as ratios. */
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs, promisify } from 'node:util';
import { type BenchReport, benchmark, type GpuSummary } from '../bench/benchmark';
import { nodeBenchEnvironment } from '../bench/environment-node';
import {
  alignedText,
  benchCsv,
  markdownText,
  numberTable,
  ratioTable,
  rooflines,
  rooflineText,
  summaryTable,
} from '../bench/report';
import { type Workload, WORKLOADS } from '../bench/workloads';
import { Progress } from './progress';
import { flagOptions, integerOption, textOptions, UsageError } from './usage';

/** What is raced on: the machine's own devices, or Dawn's null device for the CPU's share alone. */
type DeviceOption = 'own' | 'null' | 'both';

interface Settings {
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  readonly budget: number;
  readonly onProgress: (text: string) => void;
}

export async function benchCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...flagOptions('json', 'csv', 'markdown'),
      ...textOptions('models', 'device', 'rounds', 'budget'),
    },
  });
  const progress = new Progress(process.stderr);
  const device = deviceNamed(values.device ?? 'both');
  const all = device === 'null' ? [COST_WORKLOAD] : WORKLOADS;
  const workloads = values.models === undefined ? all : workloadsNamed(values.models);
  const settings: Settings = {
    workloads: checkModels(workloads, device),
    rounds: values.rounds === undefined ? 5 : integerOption('rounds', values.rounds, 1),
    budget: values.budget === undefined ? 30 : integerOption('budget', values.budget, 1),
    onProgress: (text) => progress.print(text),
  };
  const cost = await costOnly(settings, device);
  const own = device === 'null' ? null : await raceOn(settings, false);
  if (values.json) process.stdout.write(`${JSON.stringify({ own, cost })}\n`);
  else if (values.csv) process.stdout.write(benchCsv((own ?? cost)?.rows ?? []));
  else if (values.markdown) process.stdout.write(asMarkdown(own, cost));
  else process.stdout.write(asText(own, cost));
}

function workloadsNamed(text: string): Workload[] {
  return text.split(',').map((name) => {
    const workload = WORKLOADS.find((w) => w.name === name);
    if (workload) return workload;
    const known = WORKLOADS.map((w) => w.name).join(', ');
    throw new UsageError(`--models has "${name}"; choose from: ${known}.`);
  });
}

function deviceNamed(text: string): DeviceOption {
  if (text === 'own' || text === 'null' || text === 'both') return text;
  throw new UsageError(`--device is "${text}"; choose from: own, null, both.`);
}

/** The null device has 512 MiB, in which the larger models' activations in tfjs and jax-js find no room. */
const COST_WORKLOAD = WORKLOADS[0]!;

/** The models of the race; throws where the null device alone is asked for one that is too large. */
function checkModels(workloads: readonly Workload[], device: DeviceOption): readonly Workload[] {
  const large = workloads.find((workload) => workload !== COST_WORKLOAD);
  if (device !== 'null' || !large) return workloads;
  throw new UsageError(
    `--models has ${large.name}, and the null device has room for ${COST_WORKLOAD.name} alone. Leave --models or --device out.`,
  );
}

async function raceOn(settings: Settings, isNull: boolean): Promise<BenchReport> {
  const options = {
    ...settings,
    leastMilliseconds: 100,
    cpuTime: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
  };
  return benchmark(options, await nodeBenchEnvironment(isNull));
}

/**
 * The CPU's share alone, on the smallest model. Beside another race it has a process of its own, since
 * jax-js keeps the first device that it is given.
 */
async function costOnly(settings: Settings, device: DeviceOption): Promise<BenchReport | null> {
  if (device === 'own') return null;
  if (device === 'null') return raceOn({ ...settings, workloads: [COST_WORKLOAD] }, true);
  settings.onProgress('The null device, in a process of its own');
  const { rounds, budget } = settings;
  const options = { rounds, budget, models: COST_WORKLOAD.name, device: 'null' };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const [script] = process.argv.slice(1);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, script!, 'bench', '--json', ...flags],
    { maxBuffer: 2 ** 24 },
  );
  const { cost } = JSON.parse(stdout) as { cost: BenchReport };
  return cost;
}

function gpuText({ adapter, software, selfTest }: GpuSummary): string {
  const kind = software ? 'a software adapter; its race has a smaller batch' : 'a GPU';
  if (!selfTest) return `WebGPU adapter: ${adapter}`;
  const { passed, gradientError, sampledLogProbError } = selfTest;
  return `WebGPU adapter: ${adapter} (${kind}). Self-test ${passed ? 'passed' : 'FAILED'}: gradient error ${gradientError.toExponential(1)}, log-probability error ${sampledLogProbError.toExponential(1)}`;
}

function asText(own: BenchReport | null, cost: BenchReport | null): string {
  const lines: string[] = [];
  if (own) {
    lines.push(
      own.gpu ? gpuText(own.gpu) : 'No WebGPU adapter was found.',
      '',
      'Speed as a multiple of others on the same kind of device, model and batch',
      alignedText(ratioTable(own.rows)),
      '',
      alignedText(numberTable(own.rows)),
      '',
      'Training step against one large product of the same engine',
      ...rooflines(own.rows).map(rooflineText),
      '',
    );
  }
  if (cost) {
    lines.push(
      'Cost of the CPU alone: a device that checks every call and computes nothing',
      alignedText(ratioTable(cost.rows)),
      '',
      alignedText(numberTable(cost.rows)),
      '',
    );
  }
  lines.push(`${whereMeasured()}, ${(performance.now() / 1000).toFixed(0)} s in all.`, '');
  return lines.join('\n');
}

/** The tables of the README and of docs/benchmarks.md. */
function asMarkdown(own: BenchReport | null, cost: BenchReport | null): string {
  const lines: string[] = [];
  if (own) lines.push(markdownText(summaryTable(own.rows)), '');
  if (cost) {
    lines.push(
      'The CPU’s share of WebGPU, on a device that checks every call and computes nothing:',
      '',
    );
    lines.push(markdownText(summaryTable(cost.rows)), '');
  }
  if (own?.gpu) lines.push(gpuText(own.gpu), '');
  lines.push(`${whereMeasured()}, ${new Date().toISOString().slice(0, 10)}.`, '');
  return lines.join('\n');
}

function whereMeasured(): string {
  const [first, ...rest] = cpus();
  return `Medians; Node ${process.versions.node}, ${first?.model.trim() ?? 'unknown CPU'}, ${rest.length + 1} cores`;
}
