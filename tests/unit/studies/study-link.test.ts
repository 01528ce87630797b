import type * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { describeDifferences } from '../../../src/studies/difference';
import { STUDY_PRESETS, studyPresetNamed } from '../../../src/studies/presets';
import type { studyConfig, StudyConfig } from '../../../src/studies/study-config';
import { readStudyLink, writeStudyLink } from '../../../src/studies/study-link';

const PRESET = studyPresetNamed('laptop');

/** A study that a test changes in place. */
type Draft = v.InferOutput<typeof studyConfig>;

function edited(change: (study: Draft) => void): StudyConfig {
  const study = structuredClone(PRESET) as Draft;
  change(study);
  return study;
}

const EDITED = edited((study) => {
  study.seeds = [3, 4];
  study.run.rl.steps = 40;
  study.run.computeBudget = null;
  study.paradigms = [];
  study.sets = study.sets.slice(0, 2);
  study.sets[1]!.recipe.size = 90;
});

describe('the link of a study', () => {
  it('is short for a preset and carries only what differs', () => {
    expect(writeStudyLink(PRESET, PRESET.name)).toBe('preset=laptop');
    expect(decodeURIComponent(writeStudyLink(EDITED, PRESET.name))).toContain('run.rl.steps=40');
  });

  it('reproduces an edited study', () => {
    const { study, preset, problems } = readStudyLink(writeStudyLink(EDITED, PRESET.name));
    expect(problems).toEqual([]);
    expect(preset).toBe('laptop');
    expect(study).toEqual(EDITED);
  });

  it.each([
    ['preset=huge', /no study "huge"/],
    ['preset=micro&run.rl.step=4', /unknown key|run\.rl\.step/],
    ['preset=micro&seeds=0,1', /seeds the value 0,1, which is not JSON/],
    ['preset=micro&seeds=[]', /no seed/],
    ['preset=micro&run.sft.x.y=1', /does not have/],
    ['preset=micro&__proto__.polluted=1', /does not have/],
  ])('%s is named as wrong, and the preset stands', (query, message) => {
    const { study, problems } = readStudyLink(query);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    expect([studyPresetNamed('micro'), STUDY_PRESETS[0]]).toContainEqual(study);
  });
});

describe('the tuning of a GPU in a study', () => {
  const variant = { tile: 64, shared: false } as const;
  const tuning = { forward: variant, backward: variant, weights: variant, weightWorkgroups: 8 };
  const tuned = edited((study) => {
    study.run.engine.gpu = { adapter: 'A GPU', tuning };
  });

  it('goes through the link, and is a difference in words', () => {
    const { study, problems } = readStudyLink(writeStudyLink(tuned, PRESET.name));
    expect(problems).toEqual([]);
    expect(study).toEqual(tuned);
    expect(describeDifferences(PRESET, tuned)).toEqual([
      'Engine GPU: tiles of 64 without shared memory (A GPU) instead of none',
    ]);
    const other = structuredClone(tuned) as Draft;
    other.run.engine.gpu!.tuning.forward = { tile: 32, shared: false };
    expect(describeDifferences(tuned, other)).toEqual([
      'Engine GPU tuning forward tile: 32 instead of 64',
    ]);
  });
});

describe('the difference of two studies', () => {
  it('is a sentence for each setting', () => {
    expect(describeDifferences(PRESET, PRESET)).toEqual([]);
    expect(describeDifferences(PRESET, EDITED)).toEqual([
      'RL steps: 40 instead of 80',
      'Compute budget, FLOPs: none instead of 800000000000',
      'Set tiny, size: 90 instead of 60',
      'Set easy is left out',
      'Set hard is left out',
      'Set large is left out',
      'Paradigms: none instead of dapo, sft',
      'Seeds: 3, 4 instead of 0, 1, 2',
    ]);
  });

  it('does not speak of names and descriptions', () => {
    const named = edited((study) => (study.title = 'Mine'));
    expect(describeDifferences(PRESET, named)).toEqual([]);
  });
});
