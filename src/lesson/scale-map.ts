/** A map of ceilings over scale and difficulty that someone predicts by its four corners. */
import * as v from 'valibot';
import { log } from '../elementary';
import type { DataOf } from '../schema/pieces';
import { levelCount } from '../tasks';
import { meanLevel } from '../tasks/mean-level';
import type { StudyConfig } from '../studies/study-config';

/** Between what a corner is predicted, in percent. */
export const CORNER_LIMITS = [50, 100] as const;

const corner = v.pipe(
  v.number(),
  v.minValue(CORNER_LIMITS[0], 'from 50 to 100'),
  v.maxValue(CORNER_LIMITS[1], 'from 50 to 100'),
);

/** The ceilings at the corners: few or many trajectories, easy or hard ones. */
export const scaleSettings = v.object({
  fewEasy: corner,
  fewHard: corner,
  manyEasy: corner,
  manyHard: corner,
});

export interface ScaleSettings extends DataOf<typeof scaleSettings> {}

export type Corner = keyof ScaleSettings;

/** Flat: nobody is told which way it slopes. */
export const SCALE_DEFAULTS: ScaleSettings = {
  fewEasy: 80,
  fewHard: 80,
  manyEasy: 80,
  manyHard: 80,
};

/** The ground of the map: trajectories, in equal ratios, and the mean level of their problems. */
export interface MapGround {
  readonly sizes: readonly [few: number, many: number];
  readonly levels: readonly [easy: number, hard: number];
}

/** A place on the ground: from 0, few and easy, to 1, many and hard. */
export interface MapPlace {
  readonly scale: number;
  readonly difficulty: number;
}

export const CORNERS: Readonly<Record<Corner, MapPlace>> = {
  fewEasy: { scale: 0, difficulty: 0 },
  fewHard: { scale: 0, difficulty: 1 },
  manyEasy: { scale: 1, difficulty: 0 },
  manyHard: { scale: 1, difficulty: 1 },
};

/** Where a set lies. @example placeOn(ground, { size: 800, difficulty: 3.5 }) */
export function placeOn(
  { sizes: [few, many], levels: [easy, hard] }: MapGround,
  { size, difficulty }: { readonly size: number; readonly difficulty: number },
): MapPlace {
  return {
    scale: log(size / few) / log(many / few),
    difficulty: (difficulty - easy) / (hard - easy),
  };
}

/** The predicted ceiling at a place: linear along each edge, and between opposite edges. */
export function heightAt(corners: ScaleSettings, { scale, difficulty }: MapPlace): number {
  const between = (from: number, to: number, share: number): number => from + share * (to - from);
  const easy = between(corners.fewEasy, corners.manyEasy, scale);
  const hard = between(corners.fewHard, corners.manyHard, scale);
  return between(easy, hard, difficulty);
}

/** A trajectory set of the study that is predicted. */
export interface PredictedSet {
  readonly set: string;
  readonly size: number;
  readonly difficulty: number;
}

/** The sets of the study, as it is planned: known before any of its results is. */
export function plannedSets({ sets, run }: Pick<StudyConfig, 'sets' | 'run'>): PredictedSet[] {
  const levels = levelCount(run.task);
  return sets.map(({ recipe }) => ({
    set: recipe.name,
    size: recipe.size,
    difficulty: meanLevel(recipe.levels, levels),
  }));
}

/** The ground that holds all sets. */
export function groundOf(sets: readonly PredictedSet[]): MapGround {
  const ends = (values: readonly number[]): [number, number] => [
    Math.min(...values),
    Math.max(...values),
  ];
  return {
    sizes: ends(sets.map(({ size }) => size)),
    levels: ends(sets.map(({ difficulty }) => difficulty)),
  };
}
