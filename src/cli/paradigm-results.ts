/** Runs of paradigms as the results of a study: what figures and pages read. */
import { difficultyOf } from '../studies/results';
import type { StudyConfig } from '../studies/study-config';
import type { CellResult, StudyResults } from '../studies/study-results';
import { levelCount } from '../tasks';
import { SEQUENTIAL, type BranchPoint } from '../theory';
import type { BenchmarkResult, RunEvent } from '../training/events';
import type { ParadigmRun } from '../training/paradigm-table';
import { PARADIGMS, paradigmNamed, withParadigm } from '../training/configuration/paradigms';
import type { Preset } from '../training/configuration/presets';
import type { RunConfig } from '../training/configuration/run-config';
import type { RunSummary } from '../training/run-state';

/** The run for the table. */
export function runOf(config: RunConfig, last: Ended): ParadigmRun {
  const { track, instabilities } = last.summary;
  return {
    paradigm: config.paradigm,
    seed: config.seed,
    summary: last.type === 'finished' ? last.summary : null,
    diverged: last.type === 'diverged' ? failureOf(last) : null,
    track,
    instabilities,
  };
}

type Ended = Extract<RunEvent, { type: 'finished' | 'diverged' }>;

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

/** The run as a cell. */
export function cellOf(config: RunConfig, last: Ended, seconds: number): CellResult {
  const summary = last.type === 'finished' ? last.summary : null;
  const { paradigm, seed, trajectories, task, rl, switch: policy } = config;
  const isSequential = paradigm === SEQUENTIAL;
  // RL alone reads no trajectories, only the problems that they solve.
  const isFromBase = policy.at === 'step' && policy.step === 0;
  const isAlone = rl.method.kind === 'group-relative' && isFromBase;
  const place = isSequential ? BRANCH.name : paradigm;
  const id = isAlone ? `${place}/${seed}` : `${trajectories.name}/${place}/${seed}`;
  const { base, final, track, unseenLevels, heldOut, compute, instabilities } = last.summary;
  const branch = last.summary.branch ?? base;
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
