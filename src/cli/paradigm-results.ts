/** Runs of paradigms as the results of a study: what figures and pages read. */
import { difficultyOf } from '../studies/results';
import type { StudyConfig } from '../studies/study-config';
import type { CellResult, StudyResults } from '../studies/study-results';
import { levelCount } from '../tasks';
import { SEQUENTIAL, type BranchPoint } from '../theory';
import type { BenchmarkResult, RunEvent } from '../training/events';
import type { Instability } from '../training/instability';
import type { ParadigmRun } from '../training/paradigm-table';
import { PARADIGMS, paradigmNamed, withParadigm } from '../training/configuration/paradigms';
import type { Preset } from '../training/configuration/presets';
import type { RunConfig } from '../training/configuration/run-config';
import type { RunSummary, TrackPoint } from '../training/run-state';

/** What a run said, whether it finished or diverged. */
export class RunRecorder {
  readonly #track: TrackPoint[] = [];
  readonly #signs: Instability[] = [];
  #base: BenchmarkResult | null = null;
  #branch: BenchmarkResult | null = null;
  #last: BenchmarkResult | null = null;

  hear(event: RunEvent): void {
    if (event.type === 'instability') {
      const { kind, stage, step, reason } = event;
      this.#signs.push({ kind, stage, step, steps: 1, reason });
    }
    if (event.type !== 'benchmark') return;
    const { stage, step, compute, result, purpose } = event;
    const samples = result.problems * result.samplesPerProblem;
    this.#track.push({ stage, step, compute, performance: result.score, samples });
    if (purpose === 'base') this.#base = result;
    if (purpose === 'branch') this.#branch = result;
    this.#last = result;
  }

  /** The run for the table. */
  run(config: RunConfig, last: Ended): ParadigmRun {
    const summary = last.type === 'finished' ? last.summary : null;
    return {
      paradigm: config.paradigm,
      seed: config.seed,
      summary,
      diverged: last.type === 'diverged' ? failureOf(last) : null,
      track: summary?.track ?? this.#track,
      instabilities: summary?.instabilities ?? this.#signs,
    };
  }

  /** The run as a cell; null where it diverged before anything was measured. */
  cell(config: RunConfig, last: Ended, seconds: number): CellResult | null {
    const summary = last.type === 'finished' ? last.summary : null;
    const measured = summary ?? this.#measured(last);
    return measured && cellOf(config, { summary, measured, last, seconds });
  }

  #measured(last: Ended): Measured | null {
    const { compute, stage } = last.type === 'diverged' ? last : { compute: 0, stage: 'sft' };
    const [atBranch, final] = [this.#branch ?? this.#base, this.#last];
    if (!atBranch || !final) return null;
    const sft =
      stage === 'sft' ? compute : (this.#track.findLast((p) => p.stage === 'sft')?.compute ?? 0);
    return {
      branch: atBranch,
      final,
      track: this.#track,
      unseenLevels: [],
      heldOut: null,
      compute: { base: 0, sft, rl: compute - sft },
      instabilities: this.#signs,
    };
  }
}

type Ended = Extract<RunEvent, { type: 'finished' | 'diverged' }>;
type Measured = Pick<
  RunSummary,
  'branch' | 'final' | 'track' | 'unseenLevels' | 'heldOut' | 'compute' | 'instabilities'
>;

function failureOf({ stage, step, reason }: Extract<Ended, { type: 'diverged' }>): string {
  return `${stage} step ${step}: ${reason}`;
}

function branchOf({ switched, minValidationLoss, compute }: RunSummary): BranchPoint | null {
  if (switched.step === 0 || compute.rl === 0) return null;
  const { step, phase } = switched;
  return { step, compute: compute.sft, phase, validationLoss: minValidationLoss };
}

/** The sequence branches off where its own switch rule says so, while SFT runs. */
const BRANCH = { name: 'online', at: 'phase', phase: 'stable' } as const;

function cellOf(
  config: RunConfig,
  {
    summary,
    measured,
    last,
    seconds,
  }: { summary: RunSummary | null; measured: Measured; last: Ended; seconds: number },
): CellResult {
  const { paradigm, seed, trajectories, task, rl, switch: policy } = config;
  const isSequential = paradigm === SEQUENTIAL;
  // RL alone reads no trajectories, only the problems that they solve.
  const isFromBase = policy.at === 'step' && policy.step === 0;
  const isAlone = rl.method.kind === 'group-relative' && isFromBase;
  const place = isSequential ? BRANCH.name : paradigm;
  const id = isAlone ? `${place}/${seed}` : `${trajectories.name}/${place}/${seed}`;
  const { branch, final, track, unseenLevels, heldOut, compute, instabilities } = measured;
  const measurement = ({ score, standardError }: BenchmarkResult) => ({
    value: score,
    standardError,
  });
  const { name, size } = trajectories;
  const difficulty = difficultyOf(trajectories, levelCount(task));
  return {
    id,
    cell: {
      run: id,
      paradigm,
      set: isAlone ? null : { name, size, difficulty },
      seed,
      branch: summary && branchOf(summary),
      minValidationLoss: summary && compute.sft > 0 ? summary.minValidationLoss : null,
      pSft: measurement(branch),
      final: measurement(final),
      curve: (summary?.curve ?? []).map(({ compute: x, performance, samples }) => ({
        compute: x,
        performance,
        nProblems: samples,
      })),
      ceiling: summary?.ceiling ?? null,
      candidates: {},
    },
    branch: isSequential ? BRANCH.name : null,
    status: last.type === 'finished' ? 'finished' : 'diverged',
    failure: last.type === 'diverged' ? failureOf(last) : null,
    track,
    atBranch: branch,
    atEnd: final,
    unseenLevels,
    heldOut,
    compute,
    instabilities,
    seconds,
  };
}

/** The comparison as a study, whose cells the runs are. */
export function studyOfParadigms(
  preset: Preset,
  { names, seeds, run }: { names: readonly string[]; seeds: readonly number[]; run: RunConfig },
): StudyConfig {
  const { sft, trajectories } = run;
  return {
    version: 1,
    name: `paradigms-${preset.name}`,
    title: `Paradigms on ${preset.title.toLowerCase()}`,
    description: 'Every paradigm from the same base, on the same problems, with the same compute.',
    run,
    sets: [{ recipe: trajectories, sftSteps: sft.steps, branches: [BRANCH.name] }],
    branches: [BRANCH],
    paradigms: names.filter((name) => name !== SEQUENTIAL),
    seeds: [...seeds],
  };
}

/** The configuration that all share: the sequence's. */
export function sharedConfig(preset: Preset): RunConfig {
  return withParadigm(preset, paradigmNamed(SEQUENTIAL));
}

/** Cells in the order of the paradigms, then of the seeds. */
export function paradigmResults(config: StudyConfig, cells: readonly CellResult[]): StudyResults {
  const place = ({ cell }: CellResult): number =>
    PARADIGMS.findIndex(({ name }) => name === cell.paradigm);
  const sorted = cells.toSorted((a, b) => place(a) - place(b) || a.cell.seed - b.cell.seed);
  return { version: 1, config, trunks: [], cells: sorted, missing: [] };
}
