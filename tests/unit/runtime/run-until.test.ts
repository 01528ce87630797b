import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBundle } from '../../../src/studies/bundle/study-bundle';
import { presetNamed } from '../../../src/training/configuration/presets';
import type { RunConfig } from '../../../src/training/configuration/run-config';
import type { RunSummary } from '../../../src/training/run-state';
import { isIdentified } from '../../../src/theory';
import { rlEndSentence } from '../../../src/words/en/reasons/run-reasons';
import { SMALL_RUN, smallLab } from './small-run';

const { config: ladder } = presetNamed('ladder');

/** RL that begins with a policy that has little to learn: its ceiling shows at once. */
const LEARNED: RunConfig = {
  ...ladder,
  switch: { at: 'step', step: 0 },
  rl: { ...ladder.rl, until: 'identified', steps: 40, promptsPerStep: 4, evaluateEvery: 2 },
  evaluation: {
    ...ladder.evaluation,
    problemsPerLevel: 20,
    validationSize: 20,
    heldOutPerLevel: 0,
  },
};

/** The weights of the shipped study that solved the most. */
let best: Float32Array;

beforeAll(async () => {
  const { results, finalWeights } = readBundle(
    await readFile('public/studies/scale-difficulty.zip'),
  );
  const [top] = results.cells.toSorted((a, b) => b.cell.final.value - a.cell.final.value);
  best = finalWeights.get(top!.id)!;
});

function learnedLab() {
  return smallLab({ loadBase: async () => ({ parameters: best, flops: 1 }) });
}

async function finished(config: RunConfig, lab = learnedLab()) {
  const id = await lab.trainer.start(config);
  await lab.trainer.idle();
  const { record, events } = await lab.store.readRun(id);
  return { summary: record.summary!, events };
}

/** What a run comes to that is stopped at the first event like this, and resumed. */
async function resumed(
  config: RunConfig,
  type: 'rl-step' | 'benchmark',
  step: number,
): Promise<RunSummary> {
  const { trainer, store, heard } = learnedLab();
  const reached = heard(
    (message) =>
      message.type === 'events' &&
      message.events.some(
        ({ event }) =>
          event.type === type && 'stage' in event && event.stage === 'rl' && event.step >= step,
      ),
  );
  const id = await trainer.start(config);
  await reached;
  await trainer.stop();
  await trainer.idle();
  const { status } = (await store.readRun(id)).record;
  expect(['stopped', 'finished']).toContain(status);
  if (status === 'stopped') await trainer.resume(id);
  await trainer.idle();
  return (await store.readRun(id)).record.summary!;
}

describe('RL until its ceiling is identified', () => {
  it('ends before its last step, and alike where it is interrupted on the way', async () => {
    const { summary, events } = await finished(LEARNED);
    const { rlEnd, ceiling, curve, track } = summary;
    expect(rlEnd).toMatchObject({ because: 'identified', evaluations: curve.length });
    expect(rlEnd!.step).toBeLessThan(LEARNED.rl.steps);
    expect(rlEnd!.step).toBe(track.at(-1)!.step);
    expect(rlEndSentence(rlEnd!)).toMatch(/^RL ended at step \d+: its ceiling was identified/);
    // The verdict by which it ended is the one that is shown.
    expect(isIdentified(ceiling!)).toBe(true);
    const last = events.flatMap(({ event }) => (event.type === 'benchmark' ? [event] : [])).at(-1)!;
    expect(last).toMatchObject({ purpose: 'final', step: rlEnd!.step, result: summary.final });

    expect(await resumed(LEARNED, 'rl-step', 5)).toEqual(summary);
    // Decided, but not yet measured for the last time.
    expect(await resumed(LEARNED, 'benchmark', rlEnd!.step)).toEqual(summary);
  });

  it('takes all its steps where the ceiling stays open, and says that too', async () => {
    const rl = { ...SMALL_RUN.rl, until: 'identified' as const };
    const { summary } = await finished({ ...SMALL_RUN, rl }, smallLab());
    expect(summary.rlEnd).toEqual({ because: 'steps', step: 8, awaited: true });
    expect(rlEndSentence(summary.rlEnd!)).toBe(
      'RL ended after its 8 steps before its ceiling was identified.',
    );
    const { rlEnd, ...same } = (await finished(SMALL_RUN, smallLab())).summary;
    expect(rlEnd).toEqual({ because: 'steps', step: 8, awaited: false });
    expect({ ...summary, rlEnd: null }).toEqual({ ...same, rlEnd: null });
  });
});
