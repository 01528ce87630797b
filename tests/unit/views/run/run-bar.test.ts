import { beforeEach, describe, expect, it } from 'vitest';
import { announcement } from '../../../../src/views/run/announcement';
import { RunBarState } from '../../../../src/views/run/live/run-bar-state.svelte';
import { RunSession } from '../../../../src/views/run/run-session.svelte';
import { engineSentences } from '../../../../src/words/en/reasons/engine-reasons';
import { SCRIPTED_CONFIG, SCRIPTED_ENGINE, scriptedEvents, scriptedProgress } from './scripted-run';

const events = scriptedEvents(SCRIPTED_CONFIG);
const switchIndex = events.findIndex(({ event }) => event.type === 'switch');

let session: RunSession;
let bar: RunBarState;

/** Brings the run to one of its events. */
function playTo(index: number): void {
  session.receive({ type: 'events', first: 0, events: events.slice(0, index + 1) });
  const progress = scriptedProgress(SCRIPTED_CONFIG, events[index]!);
  if (progress) session.receive({ type: 'progress', progress });
}

beforeEach(() => {
  session = new RunSession(SCRIPTED_CONFIG);
  bar = new RunBarState(() => session);
  session.begin();
});

const STORED = {
  id: 'stored',
  config: SCRIPTED_CONFIG,
  createdAt: 0,
  updatedAt: 0,
  engine: null,
  seconds: 1,
  summary: null,
  failure: null,
} as const;

describe('the bar of a run', () => {
  it('says that the run starts before there is any news', () => {
    expect(bar.activity).toBe('Starting');
    expect(bar.engineText).toBe('The engine is starting');
    expect(bar.tokensPerSecond).toBeNull();
  });

  it('names the engine with the reason for it, also at the end', () => {
    session.receive(SCRIPTED_ENGINE);
    session.receive({ type: 'status', status: 'finished', detail: null });
    const { name, description } = SCRIPTED_ENGINE.engine;
    const why = engineSentences(SCRIPTED_ENGINE.engine);
    expect(why).toMatch(/^Chosen automatically: /);
    expect(bar.engineText).toBe(`${name}: ${description}. ${why}`);
  });

  it('shows how far the GPU’s kernels are compiled, and that a run went back when the GPU failed', () => {
    const preparing = {
      ...scriptedProgress(SCRIPTED_CONFIG, events[20]!)!,
      stage: 'preparing',
    } as const;
    const progress = { ...preparing, activity: 'Compiling GPU kernels', fraction: 0.25 };
    session.receive({ type: 'progress', progress });
    expect(bar.activity).toBe('Compiling GPU kernels 25%');
    expect(session.deviceNotice).toBeNull();
    const why = { because: 'error', code: 'engine/gpu-lost', facts: { message: '' } } as const;
    session.receive({ type: 'device-lost', why, backTo: { stage: 'sft', step: 6 } });
    expect(session.deviceNotice).toBe(
      'The GPU was lost. The run went back to its last checkpoint, SFT step 6.',
    );
    session.dismissDeviceNotice();
    expect(session.deviceNotice).toBeNull();
  });

  it('has the time left of each stage, and of the run', () => {
    playTo(20);
    const [sft, rl] = bar.stages;
    expect(sft).toMatchObject({ name: 'SFT', state: 'active', timeText: '20 s left' });
    expect(sft!.text).toMatch(/^step \d+ of at most 400$/);
    expect(rl).toMatchObject({ name: 'RL', state: 'waiting', timeText: '35 s left' });
    expect(bar.timeText).toMatch(/^\d+ s so far, 55 s left$/);
    expect(bar.tokensPerSecond).toBe(84_213);
  });

  it('shows SFT as done at the step of the switch, not at its limit', () => {
    playTo(switchIndex + 1);
    const [sft, rl] = bar.stages;
    expect(sft).toMatchObject({ state: 'done', share: 1, text: '60 steps' });
    expect(rl).toMatchObject({ state: 'active', text: 'step 1 of 60', timeText: '20 s left' });
  });

  it('shows how far a stored run came', () => {
    const record = { ...STORED, status: 'interrupted' } as const;
    session = RunSession.fromStore(record, events.slice(0, switchIndex + 4));
    bar = new RunBarState(() => session);
    expect(bar.stages[1]!.text).toBe('step 2 of 60');
    expect(bar.timeText).toMatch(/of training$/);
    expect(bar.activity).toBe('');
  });
});

describe('what is read aloud', () => {
  it('changes with status and stage, not with progress', () => {
    const said = new Set<string>();
    for (let index = 0; index < events.length - 1; index++) {
      playTo(index);
      said.add(announcement(session));
    }
    expect(said.size).toBe(2);
  });

  it('ends with the two scores', () => {
    playTo(events.length - 1);
    session.receive({ type: 'status', status: 'finished', detail: null });
    expect(announcement(session)).toMatch(/percent right after SFT, .+ after RL\.$/);
  });

  it('gives the reason where a run failed or diverged', () => {
    const reason = { because: 'not-finite', loss: 'NaN', gradNorm: 1 } as const;
    const detail = { because: 'diverged', stage: 'sft', step: 3, reason } as const;
    session.receive({ type: 'status', status: 'diverged', detail });
    expect(announcement(session)).toContain('At SFT step 3: The loss is NaN');
    const told = { because: 'told', text: 'No WebGPU.' } as const;
    session.receive({ type: 'status', status: 'failed', detail: told });
    expect(announcement(session)).toContain('No WebGPU.');
  });
});

describe('a run that another tab trains', () => {
  it('can only be looked at', () => {
    const record = { ...STORED, status: 'running' } as const;
    const other = RunSession.fromStore(record, []);
    expect(other).toMatchObject({ status: 'running', isForeign: true, isLive: false });
    expect(other.canSwitch).toBe(false);
  });
});
