import { beforeEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../../src/training/events';
import { paradigmNamed, withParadigm } from '../../../../src/training/configuration/paradigms';
import { presetNamed } from '../../../../src/training/configuration/presets';
import type { RunConfig } from '../../../../src/training/configuration/run-config';
import type { PartialSummary } from '../../../../src/training/run-state';
import { Measurements, passLevels } from '../../../../src/views/run/measurements';
import { panelsOf } from '../../../../src/views/run/rl-panels';
import { RunSession } from '../../../../src/views/run/run-session.svelte';
import { SCRIPTED_CONFIG } from './scripted-run';

const micro = presetNamed('micro');
const spike = {
  type: 'instability',
  kind: 'gradient-spike',
  reason: { because: 'gradient-spike', gradNorm: 40, usual: 1, times: 10 },
  stage: 'sft',
  step: 151,
  compute: 2e10,
} as const;
const diverged = {
  type: 'diverged',
  reason: { because: 'not-finite', loss: 'NaN', gradNorm: 2 },
  summary: null,
  stage: 'rl',
  step: 3,
  compute: 3e10,
} as const;

function benchmarkEvent(compute: number, drifted: number): RecordedEvent {
  const result = {
    score: 50,
    standardError: 1,
    perLevel: [80, 60, 40, 20],
    levels: [80, 60, 40, 20].map((successes, level) => ({
      level,
      successes,
      samples: 100,
      problems: 25,
    })),
    passAtK: [
      { k: 2, score: 60, perLevel: [90, 70, 50, 30] },
      { k: 4, score: 70, perLevel: [95, 80, 60, 45] },
    ],
    problems: 100,
    samplesPerProblem: 4,
    malformed: 0,
  };
  return {
    type: 'benchmark',
    purpose: 'base',
    stage: 'sft',
    step: 0,
    compute,
    result,
    heldOut: { ...result, score: 33 },
    drift: { fromBase: drifted, fromBranch: null },
  };
}

describe('signs of trouble', () => {
  let session: RunSession;
  beforeEach(() => {
    session = new RunSession(SCRIPTED_CONFIG);
    const events = [spike, diverged].map((event, i) => ({ seconds: i, event }));
    session.receive({ type: 'events', first: 0, events });
    session.receive({ type: 'status', status: 'diverged', detail: null });
  });

  it('are listed in the order of finding, with place and reason, the end among them', () => {
    expect(session.troubles).toMatchObject([
      {
        kind: 'gradient-spike',
        position: { stage: 'sft', step: 151 },
        reason: expect.stringMatching(/norm is 40\.0, over 10 times the 1\.00/),
      },
      {
        kind: 'diverged',
        position: { stage: 'rl', step: 3 },
        reason: expect.stringMatching(/^The loss is NaN/),
      },
    ]);
  });

  it('come with what was measured before, which a resumed run forgets', () => {
    const partial = { minValidationLoss: 2 } as PartialSummary;
    const event = { ...diverged, summary: partial };
    session.receive({ type: 'events', first: 1, events: [{ seconds: 2, event }] });
    session.receive({ type: 'status', status: 'diverged', detail: null });
    expect(session.partial).toBe(partial);
    session.receive({ type: 'events', first: 1, events: [] });
    session.receive({ type: 'status', status: 'running', detail: null });
    expect(session.partial).toBeNull();
  });

  it('are forgotten with the part of a log that a resumed run writes anew', () => {
    session.receive({ type: 'events', first: 1, events: [] });
    session.receive({ type: 'status', status: 'running', detail: null });
    expect(session.troubles.map(({ kind }) => kind)).toEqual(['gradient-spike']);
  });
});

describe('the measures of a run', () => {
  it('hold pass@k, the held-out kind and the drift', () => {
    const measurements = new Measurements(micro.config);
    const events = [benchmarkEvent(0, 0), benchmarkEvent(1e9, 0.25)];
    measurements.takeLog(
      0,
      events.map((event) => ({ seconds: 0, event })),
    );
    expect(measurements.benchmark.lastValue('pass_at_4')).toBe(70);
    expect(measurements.benchmark.lastValue('held_out')).toBe(33);
    expect(measurements.drift.column('drift_from_base')).toEqual([0, 0.25]);
    expect(measurements.drift.column('drift_from_branch')).toEqual([null, null]);
    expect(passLevels(micro.config)).toEqual([2, 4]);
  });

  it('are those that its paradigm has', () => {
    const configOf = (name: string): RunConfig => withParadigm(micro, paradigmNamed(name));
    const panels = (name: string): string[] => panelsOf(configOf(name)).map(({ id }) => id);
    const { rl, ...grpo } = configOf('grpo');
    const withKl = panelsOf({ ...grpo, rl: { ...rl, klCoefficient: 0.04 } });
    expect(withKl.map(({ id }) => id)).toContain('kl');
    expect(panels('dapo')).not.toContain('kl');
    expect(panels('luffy')).toContain('expert');
    expect(panels('dapo')).not.toContain('expert');
    expect(panels('sft')).toEqual(['drift', 'pass']);
    // Greedy: one sample a problem.
    expect(panelsOf(presetNamed('grid').config).map(({ id }) => id)).not.toContain('pass');
  });
});
