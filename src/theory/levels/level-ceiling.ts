/**
 * The ceiling of a benchmark that is a mean over levels, from the levels themselves.
 *
 * Levels are learned one after another, and the mean cannot know how many are to come. Each level has
 * a posterior of the wave that it is in. The ceiling's low end and its value are where the present
 * waves lead, its high end is where they lead with the waves that may still begin. So a ceiling is as
 * open upwards as the levels are.
 */
import { exp } from '../../elementary';
import { Random } from '../../random';
import { LabError } from '../../errors';
import { centralInterval, mean, median, type Estimate } from '../statistics';
import { levelColumns, type LevelColumns, type LevelCurve, type LevelSeries } from './series';
import type { LevelReport, LevelState } from './level-report';
import { LevelPosterior, placedRate, type PlacedWave } from './level-posterior';
import { drawNewWave, drawWaveRate, withNewWave, type NewWave } from './new-wave';

export interface LevelCeilings {
  /** In points of the mean; levels that have not begun stay where they are in its value and low end. */
  readonly aPost: Estimate;
  /** The same with every open level as it is: what is known of the ceiling from below. */
  readonly known: Estimate;
  /** Levels that have not begun, and those that alone make the ceiling wide. */
  readonly open: readonly LevelReport[];
  readonly levels: readonly LevelReport[];
  /** Performance at each compute that was asked for, as an evaluation would measure it. */
  readonly forecasts: readonly Estimate[];
}

export interface LevelSettings {
  readonly seed: number;
  readonly draws: number;
  /** Coverage of the intervals. */
  readonly confidence: number;
  /** Points of the mean that a single level may leave open; more makes it an open level. */
  readonly openAbove: number;
  /** Of each level: right answers without knowing anything, from 0 to 1; estimated where it is left out. */
  readonly chance?: number | readonly number[] | undefined;
  /** The same as a task knows it of answers in its form, which a policy need not write: never above what was measured. */
  readonly taskChance?: readonly number[] | undefined;
  /** RL compute, above 0, for which forecasts are wanted. */
  readonly forecastAt?: readonly number[];
}

/** Share of the way from chance to the top without which a level says nothing of where it goes. */
const BEGUN = 0.25;
/** Within so much of its ceiling a level has reached it. */
const REACHED = 0.03;

/** A level of one seed with its draws. */
interface DrawnLevel {
  readonly series: LevelSeries;
  readonly waves: readonly PlacedWave[];
  readonly next: readonly (NewWave | null)[];
  readonly dispersion: number;
}

interface DrawnCurve {
  readonly columns: LevelColumns;
  readonly levels: readonly DrawnLevel[];
}

function drawLevel(
  series: LevelSeries,
  { seed, rates, place }: { seed: number; rates: readonly number[]; place: number },
): DrawnLevel {
  const posterior = new LevelPosterior(series);
  const random = Random.from(seed, 'level-ceiling', place, series.level);
  const waves = rates.map(() => posterior.draw(random));
  const next = waves.map((wave, i) => drawNewWave(random, wave, rates[i]!));
  return { series, waves, next, dispersion: posterior.dispersion };
}

/** Answers that are written freely are seldom guessed oftener; a task of choices says its chance. */
const MOST_CHANCE = 0.2;

/** The lowest rate at which any level starts: no level is below chance for long. */
function estimatedChance(curves: readonly LevelColumns[]): number {
  const starts = curves.flatMap(({ levels }) =>
    levels.map(({ start, successes, samples }) =>
      start ? start.successes / start.samples : successes[0]! / samples[0]!,
    ),
  );
  return Math.min(MOST_CHANCE, ...starts);
}

/** The highest rate at which a level was measured. */
function bestRate({ successes, samples }: LevelSeries): number {
  return Math.max(...successes.map((right, i) => right / samples[i]!));
}

/** What a task says of each level, or what the curves do. */
function chanceOf(curves: readonly LevelColumns[], taskChance: readonly number[] | undefined) {
  const { levels } = curves[0]!;
  if (taskChance?.length !== levels.length) return levels.map(() => estimatedChance(curves));
  return taskChance.map((chance, place) =>
    Math.min(chance, ...curves.map((curve) => bestRate(curve.levels[place]!))),
  );
}

/** One chance that was given stands for that of every level. */
function ofEachLevel(
  chance: LevelSettings['chance'],
  [first]: readonly LevelColumns[],
): readonly number[] | undefined {
  return typeof chance === 'number' ? first!.levels.map(() => chance) : chance;
}

function checkChance(chance: readonly number[], curves: readonly LevelColumns[]): void {
  for (const { levels } of curves) {
    if (chance.length !== levels.length) {
      throw new LabError('ceiling/chance-levels', { given: chance.length, levels: levels.length });
    }
    levels.forEach((series, place) => {
      const own = chance[place]!;
      if (!(own >= 0 && own < 1)) throw new LabError('ceiling/chance', { chance: own });
      const { level } = series;
      const best = bestRate(series);
      if (best < own) throw new LabError('ceiling/chance-above', { chance: own, level, best });
    });
  }
}

function checkSameLevels(curves: readonly LevelColumns[]): void {
  const names = curves.map(({ levels }) => levels.map(({ level }) => level).join(', '));
  const other = names.findIndex((each) => each !== names[0]);
  if (other > 0) {
    throw new LabError('ceiling/other-levels', {
      curve: other + 1,
      levels: names[0]!,
      found: names[other]!,
    });
  }
}

/** One level in all seeds: rates by draw, each a mean over the seeds. */
interface SeededLevel {
  readonly level: string;
  readonly now: readonly number[];
  /** Where the present waves lead, and where they lead with those that may still begin. */
  readonly present: readonly number[];
  readonly open: readonly number[];
  /** Where the present waves lead where it has begun; the other seeds stay where they are. */
  readonly begunPresent: readonly number[];
  /** Share of its wave that is made, at the median. */
  readonly made: number;
  /** Seeds in which it has begun. */
  readonly begun: readonly boolean[];
}

function overSeeds(levels: readonly DrawnLevel[], chance: number): SeededLevel {
  const nows = levels.map(({ waves }) => waves.map((wave) => placedRate(wave, 1)));
  const presents = levels.map(({ waves }) => waves.map((wave) => wave.ceiling));
  const opens = levels.map(({ waves, next }) =>
    waves.map((wave, i) => next[i]?.ceiling ?? wave.ceiling),
  );
  const begun = nows.map((now) => median(now) >= chance + BEGUN * (1 - chance));
  const whereBegun = (rates: readonly number[][]): number[] =>
    meanByDraw(rates.map((rate, seed) => (begun[seed] ? rate : nows[seed]!)));
  return {
    level: levels[0]!.series.level,
    now: meanByDraw(nows),
    present: meanByDraw(presents),
    open: meanByDraw(opens),
    begunPresent: whereBegun(presents),
    made: median(
      levels.flatMap(({ waves }, seed) => waves.map((wave, i) => madeOf(wave, nows[seed]![i]!))),
    ),
    begun,
  };
}

/** Share of a wave's rise that is made. */
function madeOf({ start, ceiling }: PlacedWave, now: number): number {
  const rise = ceiling - start;
  return Math.abs(rise) < 1e-9 ? 1 : (now - start) / rise;
}

function stateOf({ now, present, made, begun }: SeededLevel): LevelState {
  if (begun.includes(false)) return 'not-begun';
  if (median(present) - median(now) < REACHED) return 'reached';
  return made >= 0.5 ? 'bending' : 'rising';
}

function reportOf(level: SeededLevel, confidence: number): LevelReport {
  return {
    level: level.level,
    state: stateOf(level),
    now: 100 * median(level.now),
    ceiling: openEstimate(level.present, level.open, confidence),
  };
}

/** Low end and value of what is sure, high end of what may be; in percent. */
function openEstimate(
  sure: readonly number[],
  open: readonly number[],
  confidence: number,
): Estimate {
  const value = 100 * median(sure);
  const low = 100 * centralInterval(sure, confidence).low;
  const high = 100 * centralInterval(open, confidence).high;
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

function meanByDraw(levels: readonly (readonly number[])[]): number[] {
  return levels[0]!.map((_, i) => mean(levels.map((level) => level[i]!)));
}

/**
 * Fits the levels of a cell: RL from one branch point under one or several seeds. Throws an error of
 * `ceiling` where the counts do not make sense. A step is one level of one seed.
 */
export function* levelCeilingSteps(
  curves: readonly LevelCurve[],
  settings: LevelSettings,
): Generator<void, LevelCeilings> {
  const columns = curves.map(levelColumns);
  checkSameLevels(columns);
  const given = ofEachLevel(settings.chance, columns);
  if (given) checkChance(given, columns);
  const chance = given ?? chanceOf(columns, settings.taskChance);
  const drawn: DrawnCurve[] = [];
  const { seed, draws } = settings;
  const random = Random.from(seed, 'level-ceiling');
  const rates = Array.from({ length: draws }, () => drawWaveRate(random));
  for (const [place, each] of columns.entries()) {
    const levels: DrawnLevel[] = [];
    for (const series of each.levels) {
      levels.push(drawLevel(series, { seed, rates, place }));
      yield;
    }
    drawn.push({ columns: each, levels });
  }
  const { confidence } = settings;
  const seeded = columns[0]!.levels.map((_, place) =>
    overSeeds(
      drawn.map(({ levels }) => levels[place]!),
      chance[place]!,
    ),
  );
  const reports = seeded.map((level) => reportOf(level, confidence));
  const isOpen = reports.map(
    ({ state, ceiling }) =>
      state === 'not-begun' || ceiling.high - ceiling.low > settings.openAbove * reports.length,
  );
  const asTheyAre = (rates: (level: SeededLevel) => readonly number[]): number[] =>
    meanByDraw(seeded.map((level, i) => (isOpen[i] ? level.now : rates(level))));
  const sure = meanByDraw(seeded.map(({ begunPresent }) => begunPresent));
  const open = meanByDraw(seeded.map((level) => level.open));
  return {
    aPost: openEstimate(sure, open, confidence),
    known: openEstimate(
      asTheyAre(({ present }) => present),
      asTheyAre((level) => level.open),
      confidence,
    ),
    open: reports.filter((_, i) => isOpen[i]),
    levels: reports,
    forecasts: (settings.forecastAt ?? []).map((compute) =>
      forecastOf(drawn, { compute, random, confidence }),
    ),
  };
}

/** Performance as an evaluation like the last one would measure it, in percent. */
function forecastOf(
  curves: readonly DrawnCurve[],
  { compute, random, confidence }: { compute: number; random: Random; confidence: number },
): Estimate {
  const draws = curves[0]!.levels[0]!.waves.length;
  const measured = Array.from({ length: draws }, (_, i) =>
    mean(
      curves.map(({ columns, levels }) =>
        mean(levels.map((level) => measuredRate(level, i, { x: compute / columns.range, random }))),
      ),
    ),
  );
  const { low, high } = centralInterval(measured, confidence);
  return { value: 100 * median(measured), low: 100 * low, high: 100 * high };
}

/** A rate that no level is sure to stay within. */
const NEVER_SURE = 1e-5;

/** The rate of one draw with the policy's wandering and the noise of counting. */
function measuredRate(
  { waves, next, dispersion, series }: DrawnLevel,
  draw: number,
  { x, random }: { x: number; random: Random },
): number {
  const { answers } = series;
  const within = (rate: number): number => Math.min(1 - NEVER_SURE, Math.max(NEVER_SURE, rate));
  const rate = within(withNewWave(placedRate(waves[draw]!, x), next[draw]!, x));
  const wander = Math.sqrt((dispersion * rate * (1 - rate)) / answers);
  return countedRate(within(rate + wander * random.normal()), answers, random);
}

/** Below this many expected answers of the rarer kind, counts are drawn as Poisson. */
const FEW = 12;

function countedRate(rate: number, samples: number, random: Random): number {
  const rare = Math.min(rate, 1 - rate) * samples;
  const count =
    rare < FEW
      ? poisson(rare, random)
      : Math.round(rare + Math.sqrt(rare * (1 - rare / samples)) * random.normal());
  const share = Math.min(1, Math.max(0, count / samples));
  return rate <= 0.5 ? share : 1 - share;
}

function poisson(expected: number, random: Random): number {
  let [count, left] = [0, random.uniform() * exp(expected)];
  for (let term = 1; left > term && count < 60; count++) {
    left -= term;
    term *= expected / (count + 1);
  }
  return count;
}
