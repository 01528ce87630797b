import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SetCeiling } from '../../../src/figures/set-ceilings';
import {
  CORNERS,
  groundOf,
  heightAt,
  placeOn,
  plannedSets,
  type Corner,
} from '../../../src/lesson/scale-map';
import { Analyst } from '../../../src/runtime/ceilings/analyst';
import { studyPresetNamed } from '../../../src/studies/presets';
import { Scene } from '../../../src/views/learn/chapters/scale-scene';
import { mapBecause, setWords, studySentence } from '../../../src/words/en/scale-chapter';

const SETS = plannedSets(studyPresetNamed('scale-difficulty'));
const GROUND = groundOf(SETS);
const CORNER_HEIGHTS = { fewEasy: 60, fewHard: 70, manyEasy: 80, manyHard: 100 };
const NAMES = Object.keys(CORNERS) as Corner[];

describe('a map by its corners', () => {
  it('passes through them, and lies between them elsewhere', () => {
    for (const name of NAMES)
      expect(heightAt(CORNER_HEIGHTS, CORNERS[name])).toBe(CORNER_HEIGHTS[name]);
    expect(heightAt(CORNER_HEIGHTS, { scale: 0.5, difficulty: 0 })).toBe(70);
    expect(heightAt(CORNER_HEIGHTS, { scale: 0.5, difficulty: 0.5 })).toBe(77.5);
  });

  it('has the sets of the study at their sizes, in equal ratios, and their mean levels', () => {
    const place = (name: string) =>
      placeOn(
        GROUND,
        SETS.find(({ set }) => set === name)!,
      );
    expect(GROUND.sizes).toEqual([80, 4000]);
    expect(place('tiny').scale).toBe(0);
    expect(place('large').scale).toBe(1);
    expect(place('uniform').scale).toBeCloseTo(Math.log(10) / Math.log(50), 9);
    expect(place('easy').difficulty).toBe(0);
    expect(place('hard').difficulty).toBe(1);
  });

  it('is drawn within its picture at any width, and dragged to the height at which it is let go', () => {
    for (const width of [0, 300, 700]) {
      const scene = new Scene(width);
      for (const name of NAMES) {
        for (const value of [50, 75, 100]) {
          const [x, y] = scene.at(CORNERS[name], value);
          expect(x).toBeGreaterThan(0);
          expect(x).toBeLessThan(scene.width);
          expect(y).toBeGreaterThan(10);
          expect(y).toBeLessThan(scene.height);
          expect(scene.valueAt(CORNERS[name], y)).toBeCloseTo(value, 6);
        }
      }
    }
  });
});

describe('the shipped study', () => {
  let known: readonly SetCeiling[];
  const told: (readonly SetCeiling[])[] = [];

  beforeAll(async () => {
    const bundle = await readFile('public/studies/scale-difficulty.zip');
    const analyst = new Analyst();
    known = (await analyst.setCeilings('lesson', bundle, (some) => told.push(some)))!;
  });

  it('holds the sets that are predicted, at their places', () => {
    expect(known.map(({ set }) => set)).toEqual(SETS.map(({ set }) => set));
    for (const { set, size, difficulty } of known) {
      const planned = SETS.find((one) => one.set === set)!;
      expect(size).toBe(planned.size);
      expect(Math.abs(difficulty - planned.difficulty)).toBeLessThan(0.02);
    }
  });

  it('says of each what the page of studies says: a ceiling with its interval, or from below', () => {
    expect(studySentence(known)).toBe(
      'Highest A_post of each set, over 10 seeds: large 100.0% (100.0 to 100.0); hard 99.6% (99.4 to 100.0); uniform 97.2% (96.1 to 99.3); easy at least 86.5%; tiny at least 86.1%.',
    );
    expect(known.filter(({ is }) => is === 'at-least').map(({ set }) => set)).toEqual([
      'tiny',
      'easy',
    ]);
  });

  it('judges the two slopes of a map by what it leaves open', () => {
    const flat = mapBecause(known, () => 80)!;
    expect(flat).toContain('From tiny to large you expected +0.0 points; the study leaves +0.');
    expect(flat).toContain('more than you expected');
    const steep = mapBecause(known, ({ difficulty }) => 20 * difficulty)!;
    expect(steep).toContain('From easy to hard you expected +45.6');
    expect(steep).toContain('less than you expected');
    const near = mapBecause(known, ({ value }) => value)!;
    expect(near).not.toMatch(/more than|less than/);
    expect(mapBecause([], () => 80)).toBeNull();
  });

  it('has a name for what is not known', () => {
    const [one] = known;
    expect(setWords({ ...one!, set: 'x', is: 'open', value: 80, low: 80, high: 100 })).toBe(
      'x at least 80.0%',
    );
  });
});
