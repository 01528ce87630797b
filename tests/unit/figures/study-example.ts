/** A study with made-up results that behave like real ones, the same to the bit at every call and everywhere. */
import { exp, log } from '../../../src/elementary';
import { Random } from '../../../src/random';
import type { StudyConfig } from '../../../src/studies/study-config';
import type { CellResult, StudyResults, SftRunResult } from '../../../src/studies/study-results';
import {
  fitCeilingOrReason,
  SEQUENTIAL,
  subPhases,
  type Cell,
  type LevelResult,
} from '../../../src/theory';
import { presetNamed } from '../../../src/training/configuration/presets';
import type { TrackPoint } from '../../../src/training/run-state';
import { simulateCurve } from '../theory/simulated-curves';

interface SetShape {
  readonly name: string;
  readonly size: number;
  readonly difficulty: number;
  /** Ceiling of its best branch point, and the lowest validation loss. */
  readonly aPost: number;
  readonly loss: number;
}

const SHAPES: readonly SetShape[] = [
  { name: 'tiny', size: 60, difficulty: 3.5, aPost: 62, loss: 0.36 },
  { name: 'easy', size: 600, difficulty: 2.4, aPost: 66, loss: 0.34 },
  { name: 'uniform', size: 600, difficulty: 3.5, aPost: 74, loss: 0.315 },
  { name: 'hard', size: 600, difficulty: 4.6, aPost: 78, loss: 0.297 },
  { name: 'large', size: 10_000, difficulty: 3.5, aPost: 92, loss: 0.235 },
];

/** A map: three sizes of three difficulties, whose ceilings rise with both. */
const GRID: readonly SetShape[] = [60, 600, 6000].flatMap((size, i) =>
  ['easy', 'uniform', 'hard'].map((name, k) => ({
    name: `${name}-${size}`,
    size,
    difficulty: [2.4, 3.5, 4.6][k]!,
    aPost: 66 + 5 * i + 2 * i * k,
    loss: 0.36 - 0.03 * i - 0.01 * k,
  })),
);

/** By which share of the best ceiling and of P_sft each branch point falls short. */
const BRANCHES = [
  { name: 'early', step: 40, ceiling: 0.88, start: 0.9 },
  { name: 'stable', step: 150, ceiling: 0.97, start: 1 },
  { name: 'mild', step: 260, ceiling: 1, start: 0.98 },
  { name: 'late', step: 600, ceiling: 0.94, start: 0.93 },
] as const;

const LEVELS = 6;
const STEP_FLOPS = 8e8;
const RL_FLOPS = 4e11;
const SAMPLES = 1200;
const STEPS = [2, 5, 12, 25, 40, 60, 90, 150, 200, 260, 380, 600];
const BASE_SCORE = 32;

interface ExampleOptions {
  readonly seeds?: number;
  readonly sets?: readonly string[];
  /** Curves that end before they bend, so that nothing is identified. */
  readonly cutShort?: boolean;
  readonly paradigms?: readonly string[];
  /** Whether a kind of problem is held out. */
  readonly heldOut?: boolean;
  /** Sets of a map instead, with one branch point each. */
  readonly isGrid?: boolean;
}

/** Percent of each level: easy ones above the mean, hard ones below. */
function ratesOf(score: number): number[] {
  return Array.from({ length: LEVELS }, (_, level) =>
    Math.min(100, Math.max(1, score + 18 * (1 - (2 * level) / (LEVELS - 1)))),
  );
}

function countsOf(score: number): LevelResult[] {
  const samples = SAMPLES / LEVELS;
  return ratesOf(score).map((rate, level) => {
    const successes = Math.round((rate / 100) * samples);
    return { level, successes, samples, problems: samples / 2 };
  });
}

function benchmark(score: number) {
  return {
    score,
    standardError: 1.2,
    perLevel: ratesOf(score),
    levels: countsOf(score),
    passAtK: [],
    problems: 600,
    samplesPerProblem: 2,
    malformed: 0.01,
  };
}

function exampleConfig(
  shapes: readonly SetShape[],
  seeds: number,
  paradigms: string[],
): StudyConfig {
  const preset = presetNamed('laptop');
  return {
    version: 1,
    name: 'example',
    title: 'Example',
    description: 'Made-up results.',
    run: {
      ...preset.config,
      rl: { ...preset.config.rl, prompts: 'set' },
      computeBudget: preset.budget,
    },
    sets: shapes.map(({ name, size }) => ({
      recipe: { ...preset.sets[0]!, name, size },
      sftSteps: 600,
      branches: BRANCHES.map((branch) => branch.name),
    })),
    branches: BRANCHES.map(({ name, step }) => ({ name, at: 'step', step })),
    paradigms,
    furtherRl: null,
    seeds: Array.from({ length: seeds }, (_, seed) => seed),
  };
}

/** Falls until step 200 and rises after it. */
function lossAt(step: number, { loss }: SetShape): number {
  const fall = 0.3 * exp(-step / 45);
  return loss * (1 + fall / loss + 0.000018 * exp(1.6 * log(Math.max(0, step - 200))));
}

function trunkOf(shape: SetShape, seed: number): SftRunResult {
  const random = Random.from(seed, 'example-trunk', shape.name);
  const validation = STEPS.map((step) => ({
    step,
    compute: step * STEP_FLOPS,
    loss: lossAt(step, shape) * (1 + 0.002 * random.normal()),
  }));
  const track = [0, ...STEPS].map((step): TrackPoint => {
    const performance = BASE_SCORE + 16 * (1 - exp(-step / 50)) + 0.8 * random.normal();
    const levels = countsOf(performance);
    return {
      stage: 'sft',
      step,
      compute: step * STEP_FLOPS,
      performance,
      samples: SAMPLES,
      levels,
    };
  });
  return {
    set: shape.name,
    seed,
    validation,
    phases: subPhases(validation).labels.map(({ phase }) => phase),
    track,
    base: benchmark(BASE_SCORE),
    seconds: 10,
  };
}

interface CellPlan {
  readonly id: string;
  readonly paradigm: string;
  readonly branch: (typeof BRANCHES)[number] | null;
  readonly aPost: number;
  readonly cutShort: boolean;
  readonly heldOut: boolean;
}

/** Ten points below the scores on what trajectories are of. */
function heldOutOf(branch: number, final: number): CellResult['heldOut'] {
  return {
    description: 'equal operands',
    levels: [2, 3],
    base: benchmark(BASE_SCORE - 10),
    branch: benchmark(branch - 10),
    final: benchmark(final - 10),
  };
}

function cellOf(shape: SetShape, sftRun: SftRunResult, plan: CellPlan): CellResult {
  const { branch, paradigm, id } = plan;
  const { seed } = sftRun;
  const random = Random.from(seed, 'example-cell', id);
  const start = branch ? 48 * branch.start : BASE_SCORE;
  const mid = plan.cutShort ? 1.5 : 0.22;
  const truth = { pSft: start, aPost: plan.aPost + 1.2 * random.normal(), mid, b: 1.6 };
  const noise = { std: 0.9, rho: 0.2 };
  const size = { evaluations: 20, compute: RL_FLOPS };
  const simulated = simulateCurve(random, truth, noise, size);
  // Its curves bend as means do, whose ceilings can be known; levels that move together are not levels.
  const curve = simulated.points.map((point) => ({ ...point, nProblems: SAMPLES }));
  const pSft = { value: simulated.pSft.value, standardError: 1.2 };
  const sft = branch ? branch.step * STEP_FLOPS : 0;
  const { ceiling } = fitCeilingOrReason(curve, { pSft, seed, draws: 40 });
  const final = curve.at(-1)!.performance;
  const at = branch && STEPS.indexOf(branch.step);
  const cell: Cell = {
    run: id,
    paradigm,
    set: { name: shape.name, size: shape.size, difficulty: shape.difficulty },
    seed,
    branch:
      branch && at !== null
        ? {
            step: branch.step,
            compute: sft,
            phase: sftRun.phases[at]!,
            validationLoss: sftRun.validation[at]!.loss,
          }
        : null,
    minValidationLoss: branch ? Math.min(...sftRun.validation.map(({ loss }) => loss)) : null,
    pSft,
    final: { value: final, standardError: 1.2 },
    curve,
    ceiling,
    candidates: {},
  };
  const rlTrack = curve.map(({ compute, performance }, i): TrackPoint => ({
    stage: 'rl',
    step: 5 * (i + 1),
    compute: sft + compute,
    performance,
    samples: SAMPLES,
    levels: countsOf(performance),
  }));
  return {
    id,
    cell,
    branch: branch?.name ?? null,
    status: 'finished',
    failure: null,
    track: [...sftRun.track.filter(({ compute }) => compute <= sft), ...rlTrack],
    atBase: null,
    atBranch: benchmark(pSft.value),
    atEnd: benchmark(final),
    unseenLevels: shape.name === 'easy' ? [5] : shape.name === 'hard' ? [0] : [],
    heldOut: plan.heldOut ? heldOutOf(pSft.value, final) : null,
    compute: { base: 2.7e12, sft, rl: RL_FLOPS },
    instabilities: [],
    further: null,
    seconds: 12,
  };
}

/** Five sets, four branch points each; further paradigms run on the uniform set. */
export function exampleStudy({
  seeds = 3,
  isGrid = false,
  sets = (isGrid ? GRID : SHAPES).map(({ name }) => name),
  cutShort = false,
  paradigms = ['dapo', 'luffy'],
  heldOut = false,
}: ExampleOptions = {}): StudyResults {
  const shapes = (isGrid ? GRID : SHAPES).filter(({ name }) => sets.includes(name));
  const branches = BRANCHES.filter(({ name }) => !isGrid || name === 'mild');
  const trunks = shapes.flatMap((shape) =>
    Array.from({ length: seeds }, (_, seed) => trunkOf(shape, seed)),
  );
  const shapeOf = (name: string): SetShape => shapes.find((shape) => shape.name === name)!;
  const branched = trunks.flatMap((sftRun) =>
    branches.map((branch) => {
      const id = `${sftRun.set}/${branch.name}/${sftRun.seed}`;
      const shape = shapeOf(sftRun.set);
      const aPost = shape.aPost * branch.ceiling;
      return cellOf(shape, sftRun, { id, paradigm: SEQUENTIAL, branch, aPost, cutShort, heldOut });
    }),
  );
  const rivals = trunks
    .filter(({ set }) => set === (isGrid ? 'uniform-600' : 'uniform'))
    .flatMap((sftRun) =>
      paradigms.map((paradigm, i) => {
        // RL alone learns from no set.
        const isAlone = paradigm === 'dapo';
        const id = isAlone
          ? `${paradigm}/${sftRun.seed}`
          : `${sftRun.set}/${paradigm}/${sftRun.seed}`;
        const plan = { id, paradigm, branch: null, aPost: 64 - 3 * i, cutShort, heldOut };
        const result = cellOf(shapeOf(sftRun.set), sftRun, plan);
        return isAlone ? { ...result, cell: { ...result.cell, set: null } } : result;
      }),
    );
  return {
    version: 1,
    config: exampleConfig(shapes, seeds, [...paradigms]),
    trunks,
    cells: [...branched, ...rivals],
    missing: [],
    rounds: [],
  };
}

/** The whole example with its seeds under further numbers: 66 cells each time. */
export function repeatedStudy(times: number): StudyResults {
  const study = exampleStudy();
  const copies = Array.from({ length: times }, (_, copy) => copy);
  const again = <T extends object>(item: T, copy: number): T =>
    JSON.parse(
      JSON.stringify(item)
        .replace(/"seed":(\d+)/g, (_, seed: string) => `"seed":${Number(seed) + 3 * copy}`)
        .replace(
          /"(id|run)":"([^"]+)\/(\d+)"/g,
          (_, key: string, name: string, seed: string) =>
            `"${key}":"${name}/${Number(seed) + 3 * copy}"`,
        ),
    ) as T;
  return {
    ...study,
    config: { ...study.config, seeds: Array.from({ length: 3 * times }, (_, seed) => seed) },
    trunks: copies.flatMap((copy) => study.trunks.map((sftRun) => again(sftRun, copy))),
    cells: copies.flatMap((copy) => study.cells.map((cell) => again(cell, copy))),
  };
}

/** A study with twice its sets, the second ones half again as large and hard under long names. */
export function manySets(study: StudyResults): StudyResults {
  const names = new Set(study.config.sets.map(({ recipe }) => recipe.name));
  const long = (name: string): string => `${name}, as derived from the library in November`;
  const again = <T extends object>(item: T): T =>
    JSON.parse(JSON.stringify(item), (key, value: unknown) => {
      if (typeof value === 'string') {
        if ((key === 'name' || key === 'set') && names.has(value)) return long(value);
        const [set = '', ...rest] = value.split('/');
        const isId = key === 'id' || key === 'run';
        return isId && names.has(set) && rest.length > 0 ? [long(set), ...rest].join('/') : value;
      }
      if (key === 'size' || key === 'difficulty') return 1.5 * Number(value);
      return value;
    }) as T;
  return {
    ...study,
    config: { ...study.config, sets: [...study.config.sets, ...again(study.config.sets)] },
    trunks: [...study.trunks, ...again(study.trunks)],
    cells: [
      ...study.cells,
      ...again(study.cells.filter(({ cell }) => cell.paradigm === SEQUENTIAL)),
    ],
  };
}
