import { describe, expect, it } from 'vitest';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import {
  branchCheckpoint,
  branchConfig,
  type SftCheckpoint,
  type SftCheckpointEvent,
} from '../../../src/training/branches';
import type { RunEvent, TrainingCheckpoint } from '../../../src/training/events';
import { trainRun, trainSftRun } from '../../../src/training/run';
import type { RunConfig } from '../../../src/training/configuration/run-config';
import { evaluationSteps } from '../../../src/training/configuration/schedule';
import { SMALL_RUN } from '../runtime/small-run';

type SftRunEvent = RunEvent | SftCheckpointEvent;

interface Options {
  readonly resumeFrom?: TrainingCheckpoint;
  readonly stopAt?: (event: SftRunEvent) => boolean;
}

async function collect(
  train: typeof trainSftRun,
  config: RunConfig,
  { resumeFrom, stopAt }: Options = {},
): Promise<SftRunEvent[]> {
  const { engine } = await nodeEngine(config.model, { name: 'wasm', backend: null });
  const base = await nodeBase(config);
  const requests = { switchNow: false };
  const stop = new AbortController();
  const events: SftRunEvent[] = [];
  const { signal } = stop;
  const context = { engine, base, resumeFrom: resumeFrom ?? null, requests, signal };
  for await (const event of train(config, context)) {
    events.push(event);
    if (stopAt?.(event)) stop.abort();
  }
  engine.dispose();
  return events;
}

function pointsOf(events: readonly SftRunEvent[]): SftCheckpoint[] {
  // As a database gives them back.
  return events.flatMap((event) =>
    event.type === 'branch-point' ? [structuredClone(event.point)] : [],
  );
}

/** All that a run says in RL and at its end, parameters included. */
function rlOf(events: readonly SftRunEvent[]): SftRunEvent[] {
  return events.slice(events.findIndex(({ type }) => type === 'switch'));
}

/** Its switch does not count for an SFT run. */
const config: RunConfig = { ...SMALL_RUN, switch: { at: 'step', step: 1 } };
let known: Promise<SftRunEvent[]> | null = null;
const sftRun = (): Promise<SftRunEvent[]> => (known ??= collect(trainSftRun, config));

describe('the SFT run of branches', () => {
  it('hands out a branch point at every evaluation of SFT, and no other', async () => {
    const events = await sftRun();
    const steps = pointsOf(events).map(({ state }) => state.step);
    expect(steps).toEqual(evaluationSteps(config));
    expect(steps).toEqual([0, 4, 7, 12, 20]);
    const last = events.flatMap((e) => (e.type === 'branch-point' ? [e.isLast] : []));
    expect(last).toEqual([false, false, false, false, true]);
    expect(events.at(-1)?.type).toBe('branch-point');
    expect(events.some(({ type }) => type === 'rl-step' || type === 'switch')).toBe(false);
  });

  it('ends with a branch point where its compute is used up between two evaluations', async () => {
    const computes = new Map(
      (await sftRun()).flatMap((e) => (e.type === 'sft-step' ? [[e.step, e.compute]] : [])),
    );
    const events = await collect(trainSftRun, { ...config, computeBudget: computes.get(9)! });
    expect(pointsOf(events).map(({ state }) => state.step)).toEqual([0, 4, 7, 9]);
    expect(events.at(-1)).toMatchObject({ type: 'branch-point', isLast: true });
  });

  it('that was stopped goes on to the branch points of an undisturbed one', async () => {
    const stopped = await collect(trainSftRun, config, {
      stopAt: (event) => event.type === 'sft-step' && event.step === 9,
    });
    expect(stopped.at(-1)?.type).toBe('stopped');
    const checkpoint = stopped.at(-2);
    if (checkpoint?.type !== 'checkpoint') throw new Error('A stop keeps a checkpoint.');
    const resumeFrom = structuredClone(checkpoint.checkpoint);
    const rest = pointsOf(await collect(trainSftRun, config, { resumeFrom }));
    expect([...pointsOf(stopped), ...rest]).toEqual(pointsOf(await sftRun()));
  });
});

describe('a branch', () => {
  it.each([
    ['the base', 0, {}],
    ['the middle of SFT', 7, {}],
    ['the end of SFT, restored', 20, { restore: 0.3 }],
    ['the middle of SFT, to a compute budget', 12, { computeBudget: 1e9 }],
  ] as const)('from %s gives to the bit what the whole run gives', async (_, step, change) => {
    const point = pointsOf(await sftRun()).find(({ state }) => state.step === step)!;
    const branch = branchConfig({ ...config, ...change }, point);
    const events = await collect(trainRun, branch, { resumeFrom: branchCheckpoint(point) });
    expect(events.some(({ type }) => type === 'sft-step' || type === 'validation')).toBe(false);
    const whole = await collect(trainRun, branch);
    expect(rlOf(events).length).toBeGreaterThan(5);
    expect(rlOf(events)).toEqual(rlOf(whole));
    expect(events.at(-1)?.type).toBe('finished');
  });

  it('leaves its branch point as it was, for the next one', async () => {
    const point = pointsOf(await sftRun())[2]!;
    const before = structuredClone(point);
    await collect(trainRun, branchConfig(config, point), { resumeFrom: branchCheckpoint(point) });
    expect(point).toEqual(before);
  });
});
