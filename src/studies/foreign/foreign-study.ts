/**
 * A study that others ran with other software, from the curves of a file: in the form of the lab's own
 * results, so that the same analysis and the same figures take it.
 */
import {
  ceilingFitSteps,
  DEFAULT_SUB_PHASE_SETTINGS,
  groupBy,
  measuredAt,
  SEQUENTIAL,
  type CeilingFit,
  type Cell,
  type CurveFile,
  type CurveObservation,
  type CurveTraits,
  type FileCurve,
  type FileRun,
  type Measurement,
} from '../../theory';
import { isLabError } from '../../errors';
import type { BenchmarkResult } from '../../training/evaluation/measurements';
import type { TrackPoint } from '../../training/run-state';
import type { CellResult, MissingCell, ReportedResults } from '../study-results';
import { branchSteps, phaseOf, UNNAMED } from './branch-points';

interface ForeignOptions {
  /** Of the study, such as the file's. */
  readonly name: string;
  /** Of the bootstraps. */
  readonly seed: number;
  /** Right answers without knowing anything, as a share; estimated where it is left out. */
  readonly chance?: number | undefined;
}

/** A curve of the file as a cell of the study. */
interface ForeignCell {
  readonly id: string;
  readonly curve: FileCurve;
  readonly traits: CurveTraits;
  readonly paradigm: string;
  readonly seed: number;
}

const NO_TRAITS: CurveTraits = {
  set: null,
  setSize: null,
  difficulty: null,
  branch: null,
  sftCompute: null,
  minValidationLoss: null,
  paradigm: null,
};

/** Names that others give to SFT and then RL. */
const SEQUENTIAL_NAMES =
  /^(sft[ _-]*(then|to|and|[+→>&-]+>?)[ _-]*(rl|grpo|dapo|ppo)|sequential)$/i;

/** RL on a set's demonstrations is SFT, then RL; without a set it is pure RL. */
function paradigmOf({ paradigm, set, branch }: CurveTraits): string {
  if (paradigm === null) return set === null && branch === null ? 'rl' : SEQUENTIAL;
  return SEQUENTIAL_NAMES.test(paradigm) ? SEQUENTIAL : paradigm.toLowerCase();
}

/** Numbers of the seeds: their own, or their place among those of the file; repeats without one count on. */
function seedNumbers(
  cells: readonly (Omit<ForeignCell, 'seed'> & { readonly name: string })[],
): number[] {
  const names = [...new Set(cells.map(({ name }) => name))];
  const areNumbers = names.every((name) => /^\d{1,15}$/.test(name));
  const counted = new Map<string, number>();
  return cells.map(({ name, traits, paradigm }) => {
    if (name !== '') return areNumbers ? Number(name) : names.indexOf(name);
    const key = JSON.stringify([traits.set, traits.branch, paradigm]);
    const before = counted.get(key) ?? 0;
    counted.set(key, before + 1);
    return before;
  });
}

function cellsOf(runs: readonly FileRun[]): ForeignCell[] {
  const cells = runs.flatMap(({ run, curves }) =>
    curves.map((curve) => {
      const traits = curve.traits ?? NO_TRAITS;
      const name = curve.seed ?? '';
      const id = curves.length > 1 ? `${run}/${name}` : run;
      return { id, curve, traits, paradigm: paradigmOf(traits), name };
    }),
  );
  const seeds = seedNumbers(cells);
  return cells.map(({ name: _, ...cell }, i) => ({ ...cell, seed: seeds[i]! }));
}

/** The last evaluation, or the branch point where there is none. */
function endOf({ pSft, points }: FileCurve): Measurement {
  const last = ordered(points).at(-1);
  return last ? measuredAt(last) : pSft;
}

function ordered(points: readonly CurveObservation[]): CurveObservation[] {
  return points.toSorted((a, b) => a.compute - b.compute);
}

/** A measurement as the lab keeps its own; what is not known is not a number. */
function benchmarkOf({ value, standardError, levels }: Measurement): BenchmarkResult {
  const samples = levels?.reduce((sum, level) => sum + level.samples, 0) ?? 0;
  return {
    score: value,
    standardError: standardError ?? NaN,
    perLevel: levels?.map((level) => (100 * level.successes) / level.samples) ?? [value],
    levels: levels ?? null,
    passAtK: [],
    problems: samples,
    samplesPerProblem: 1,
    malformed: NaN,
  };
}

function trackOf({ points }: FileCurve, from: number): TrackPoint[] {
  return ordered(points).map(({ compute, performance, nProblems = 0, levels = null }, step) => ({
    stage: 'rl',
    step,
    compute: from + compute,
    performance,
    samples: nProblems,
    levels,
  }));
}

function theoryCell(
  { id, curve, traits, paradigm, seed }: ForeignCell,
  step: number,
  ceiling: CeilingFit | null,
): Cell {
  const { set, setSize, difficulty, sftCompute, minValidationLoss } = traits;
  const branch = traits.branch ?? UNNAMED;
  return {
    run: id,
    paradigm,
    set: set === null ? null : { name: set, size: setSize, difficulty },
    seed,
    branch:
      paradigm === SEQUENTIAL
        ? { step, compute: sftCompute, phase: phaseOf(branch), validationLoss: null }
        : null,
    minValidationLoss,
    pSft: curve.pSft,
    final: endOf(curve),
    curve: curve.points,
    ceiling,
    candidates: {},
  };
}

function cellResult(foreign: ForeignCell, step: number, ceiling: CeilingFit | null): CellResult {
  const { id, curve, traits, paradigm } = foreign;
  const cell = theoryCell(foreign, step, ceiling);
  const sft = traits.sftCompute ?? 0;
  return {
    id,
    cell,
    branch: paradigm === SEQUENTIAL ? (traits.branch ?? UNNAMED) : null,
    status: 'finished',
    failure: null,
    track: trackOf(curve, sft),
    atBase: null,
    atBranch: benchmarkOf(cell.pSft),
    atEnd: benchmarkOf(cell.final),
    unseenLevels: [],
    heldOut: null,
    compute: { base: 0, sft, rl: Math.max(0, ...curve.points.map(({ compute }) => compute)) },
    instabilities: [],
    further: null,
    seconds: 0,
  };
}

/** Runs whose rows could not be read: they stand beside the results, so that nothing is left out silently. */
function missingOf(runs: readonly FileRun[]): MissingCell[] {
  return runs
    .filter(({ curves, problems }) => curves.length === 0 && problems.length > 0)
    .map(({ run, problems }) => ({
      id: run,
      set: null,
      branch: UNNAMED,
      seed: 0,
      status: 'failed',
      reason: { because: 'told', text: problems[0]! },
    }));
}

/** A cell's own ceiling; null where nothing could be fitted, which its run says. */
function* ceilingSteps(
  { curve, paradigm }: ForeignCell,
  { seed, chance }: ForeignOptions,
): Generator<void, CeilingFit | null> {
  if (paradigm !== SEQUENTIAL && paradigm !== 'rl') return null;
  try {
    return yield* ceilingFitSteps([curve], { seed, levels: { chance } });
  } catch (error) {
    if (!isLabError(error, 'ceiling')) throw error;
    return null;
  }
}

/** The results of a study from a file of its curves, a bootstrap draw of a cell's ceiling at a time. */
export function* foreignStudySteps(
  { runs, computeColumn }: Pick<CurveFile, 'runs' | 'computeColumn'>,
  options: ForeignOptions,
): Generator<void, ReportedResults> {
  const cells = cellsOf(runs);
  const steps = new Map(
    [...groupBy(cells, ({ traits }) => traits.set)].map(([set, ofSet]) => [
      set,
      branchSteps(ofSet.map(({ traits }) => traits)),
    ]),
  );
  const results: CellResult[] = [];
  for (const cell of cells) {
    const step = steps.get(cell.traits.set)!.get(cell.traits.branch ?? UNNAMED)!;
    results.push(cellResult(cell, step, yield* ceilingSteps(cell, options)));
  }
  const sets = groupBy(cells, ({ traits }) => traits.set);
  return {
    config: {
      name: options.name,
      title: options.name,
      sets: [...sets].flatMap(([name, ofSet]) =>
        name === null ? [] : [{ recipe: { name, size: ofSet[0]!.traits.setSize } }],
      ),
      branches: [],
      paradigms: [...new Set(cells.map(({ paradigm }) => paradigm))].filter(
        (paradigm) => paradigm !== SEQUENTIAL,
      ),
      run: { subPhases: DEFAULT_SUB_PHASE_SETTINGS },
      ...(/flops?/i.test(computeColumn) ? {} : { computeUnit: computeColumn }),
      ...(options.chance === undefined ? {} : { chance: options.chance }),
    },
    trunks: [],
    cells: results,
    missing: missingOf(runs),
  };
}
