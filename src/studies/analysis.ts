/**
 * What the figures need of the theory: ceilings over the seeds of each branch point, findings and
 * correlation. Fits take a while, so they come branch by branch and those made are kept: cells that
 * are finished never change.
 */
import type { CellResult, ReportedResults, StudyOutline } from './study-results';
import {
  compareIndicators,
  decompose,
  DEFAULT_FINDING_SETTINGS,
  findings,
  groupBy,
  lastOf,
  MIN_VALIDATION_LOSS,
  rankSets,
  ruleRegrets,
  isSurfaceData,
  SEQUENTIAL,
  surfaceData,
  SURFACES,
  surfaceSteps,
  type Correlation,
  type Finding,
  type Indicator,
  type RankedSet,
  type RuleRegret,
  type SurfaceData,
  type SurfaceFit,
  type SurfaceOf,
  type SwitchRule,
} from '../theory';
import { chanceOf } from './chance';
import { backtestKeys, StudyBacktester, type StudyBacktest } from './backtest-curves';
import { FITS_VERSION, fitKey, KnownFits, type BranchFit, type StudyFits } from './known-fits';
import { soundResults } from './sound-results';

export interface StudyAnalysis {
  readonly branches: readonly BranchFit[];
  /** Branch points whose seeds are still to be fitted together. */
  readonly waiting: number;
  readonly findings: readonly Finding[];
  /** Minimum validation loss against the highest ceiling, a point for each set and seed. */
  readonly indicator: Correlation;
  /** The same of every measure that costs no RL, the strongest first. */
  readonly indicators: readonly Indicator[];
  /** Sets by the ceiling that their minimum validation loss promises, the highest first. */
  readonly ranking: readonly RankedSet[];
  /** What each rule for the switch would have lost against the best branch point. */
  readonly switchRules: readonly RuleRegret[];
  /** Over sizes and difficulties; null where the study has no grid of them, and until they are fitted. */
  readonly surfaces: SurfaceFits | null;
  /** Whether the curves' ceilings came true; null where that was not asked for: it takes longest. */
  readonly backtest: StudyBacktest | null;
}

/** The surfaces of a study, of its ceilings and of what was measured. */
export type SurfaceFits = Readonly<Record<SurfaceOf, SurfaceFit>>;

/** Of the bootstraps: the same results give the same figures. */
const SEED = 0;

interface Group {
  /** Under which its fit is kept. */
  readonly key: string;
  readonly set: string;
  readonly name: string;
  readonly cells: readonly CellResult[];
}

/** Cells that RL was branched off in, by set and branch point. */
function branchGroups({ cells, config }: ReportedResults): Group[] {
  const branched = cells.filter(
    ({ cell, branch }) =>
      branch !== null && cell.set !== null && cell.branch !== null && cell.paradigm === SEQUENTIAL,
  );
  const groups = groupBy(branched, ({ cell, branch }) => JSON.stringify([cell.set?.name, branch]));
  return [...groups.values()].map((ofGroup) => {
    const { branch: name, cell } = ofGroup[0]!;
    const set = cell.set!.name;
    const restsOn = [chanceOf(config), ...ofGroup.map((each) => each.cell)];
    return { key: fitKey(`${set}/${name}`, restsOn), set, name: name!, cells: ofGroup };
  });
}

/** Makes analyses of a study that grows; keeps the fits that it has made among those that it knows. */
export class StudyAnalyst {
  readonly #kept: Map<string, BranchFit>;
  readonly #surfaces: Map<string, SurfaceFit>;

  constructor({ branches, surfaces }: KnownFits = new KnownFits()) {
    this.#kept = branches;
    this.#surfaces = surfaces;
  }

  /** One branch point after another: each step is an analysis with what is known so far. */
  *steps(given: ReportedResults): Generator<StudyAnalysis, StudyAnalysis> {
    const results = soundResults(given);
    const groups = branchGroups(results);
    const rest = withoutFits(results);
    const maps = mapsOf(results);
    const known = (): StudyAnalysis => {
      const branches = groups.flatMap(({ key }) => this.#kept.get(key) ?? []);
      const waiting = groups.length - branches.length;
      const surfaces = this.#surfacesOf(maps);
      return { branches, waiting, ...rest, surfaces, backtest: null };
    };
    yield known();
    for (const group of groups) {
      const { key } = group;
      if (this.#kept.has(key)) continue;
      const fit = fitOf(group, results.config);
      if (fit) this.#kept.set(key, { set: group.set, name: group.name, fit });
      yield known();
    }
    const unfitted = maps.filter(({ key }) => !this.#surfaces.has(key));
    for (const { key, data } of unfitted) {
      this.#surfaces.set(key, lastOf(surfaceSteps(data, { seed: SEED })));
    }
    if (unfitted.length > 0) yield known();
    return known();
  }

  #surfacesOf(maps: readonly StudyMap[]): SurfaceFits | null {
    const fits = maps.flatMap(({ of, key }) => {
      const fit = this.#surfaces.get(key);
      return fit ? [[of, fit] as const] : [];
    });
    return fits.length === SURFACES.length ? (Object.fromEntries(fits) as SurfaceFits) : null;
  }
}

/** What a surface of a study rests on, with the key of its fit. */
interface StudyMap {
  readonly of: SurfaceOf;
  readonly key: string;
  readonly data: SurfaceData;
}

/** None where the sets of a study are no grid. */
function mapsOf({ cells }: ReportedResults): StudyMap[] {
  return SURFACES.flatMap((of) => {
    const data = surfaceData(
      cells.map(({ cell }) => cell),
      of,
    );
    return isSurfaceData(data) ? [{ of, key: fitKey(`surface/${of}`, data), data }] : [];
  });
}

type WithoutFits = Omit<StudyAnalysis, 'branches' | 'waiting' | 'surfaces' | 'backtest'>;

/** What is known at once: it rests on each cell's own ceiling. */
function withoutFits(results: ReportedResults): WithoutFits {
  const { seed } = DEFAULT_FINDING_SETTINGS;
  const cells = results.cells.map(({ cell }) => cell);
  const indicators = compareIndicators(cells, { seed });
  const { correlation } = indicators.find(({ name }) => name === MIN_VALIDATION_LOSS)!;
  return {
    findings: findings(cells),
    indicator: correlation,
    indicators,
    ranking: rankSets(lossesOf(results), { seed }),
    switchRules: regretsOf(results),
  };
}

/** The minimum validation loss of each set in each seed: over its SFT, or as others told it. */
function lossesOf({ trunks, cells }: ReportedResults) {
  const measured = trunks.flatMap(({ set, validation }) =>
    validation.length > 0 ? [{ set, loss: Math.min(...validation.map(({ loss }) => loss)) }] : [],
  );
  const lowest = trunks.length > 0 ? measured : toldLosses(cells);
  return [...groupBy(lowest, ({ set }) => set)].map(([set, runs]) => ({
    set,
    minValidationLosses: runs.map(({ loss }) => loss),
  }));
}

function toldLosses(cells: readonly CellResult[]) {
  const told = cells.flatMap(({ cell: { set, seed, minValidationLoss: loss } }) =>
    set !== null && loss !== null ? [{ set: set.name, seed, loss }] : [],
  );
  const runs = groupBy(told, ({ set, seed }) => JSON.stringify([set, seed]));
  return [...runs.values()].map((ofRun) => ({
    set: ofRun[0]!.set,
    loss: Math.min(...ofRun.map(({ loss }) => loss)),
  }));
}

/** The paper's rule in its three strengths, SFT to its end, and the fixed steps of the study. */
function rulesOf({ config }: ReportedResults): SwitchRule[] {
  const steps = config.branches.flatMap((branch) => (branch.at === 'step' ? [branch.step] : []));
  return [
    { phase: 'stable' },
    { phase: 'mild' },
    { phase: 'severe' },
    'end',
    ...[...new Set(steps)].map((step) => ({ step })),
  ];
}

function regretsOf(results: ReportedResults): RuleRegret[] {
  const series = results.trunks
    .filter(({ validation }) => validation.length > 0)
    .map(({ set, seed, validation }) => ({ set, seed, points: validation }));
  return ruleRegrets(
    results.cells.map(({ cell }) => cell),
    series,
    rulesOf(results),
    {
      subPhases: results.config.run.subPhases,
      confidence: DEFAULT_FINDING_SETTINGS.confidence,
    },
  );
}

/** A branch point without a step of RL has nothing to fit, and stands as missing. */
function fitOf({ name, cells }: Group, config: StudyOutline): BranchFit['fit'] | null {
  const [decomposed] = decompose(
    cells.map(({ cell }) => cell),
    { seed: SEED, levels: chanceOf(config) },
    () => name,
  );
  return decomposed?.branches[0] ?? decomposed?.missing[0] ?? null;
}

/** The whole analysis at once, for the terminal; its fits are kept in `known`. */
export function analyseStudy(results: ReportedResults, known = new KnownFits()): StudyAnalysis {
  const analysis = lastOf(new StudyAnalyst(known).steps(results));
  return { ...analysis, backtest: lastOf(new StudyBacktester(known).steps(results)) };
}

/** The fits among those known that a study's figures rest on, as plain data: what its bundle carries. */
export function fitsOf(results: ReportedResults, known: KnownFits): StudyFits {
  return {
    version: FITS_VERSION,
    branches: chosen(
      known.branches,
      branchGroups(soundResults(results)).map(({ key }) => key),
    ),
    backtest: chosen(known.backtest, backtestKeys(results)),
    surfaces: chosen(
      known.surfaces,
      mapsOf(soundResults(results)).map(({ key }) => key),
    ),
  };
}

function chosen<T>(from: ReadonlyMap<string, T>, keys: readonly string[]): [string, T][] {
  return keys.flatMap((key): [string, T][] => {
    const value = from.get(key);
    return value === undefined ? [] : [[key, value]];
  });
}
