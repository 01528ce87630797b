import { describe, expect, it } from 'vitest';
import { deviceLossSentence, endingSentence } from '../../../src/words/en/reasons/run-reasons';
import { LabError } from '../../../src/errors';
import type { TrainerMessage } from '../../../src/runtime/runs/api';
import { nodeEngine } from '../../../src/runtime/engines/engine-node';
import type { RunConfig } from '../../../src/training/configuration/run-config';
import { engineSentences } from '../../../src/words/en/reasons/engine-reasons';
import { fragileGpu, SMALL_RUN, smallLab } from './small-run';
import { logOf } from './run-messages';

/**
 * A lab whose GPU computes as wasm does and is lost after so many steps at each start; without a
 * number it lasts.
 */
function fragileLab(lifetimes: readonly number[]) {
  const { starts, createEngine } = fragileGpu(lifetimes);
  const rests: number[] = [];
  const rest = async (milliseconds: number): Promise<void> => void rests.push(milliseconds);
  return { ...smallLab({ createEngine, rest }), starts, rests };
}

async function finished(lab: ReturnType<typeof fragileLab>, config: RunConfig = SMALL_RUN) {
  const id = await lab.trainer.start(config);
  await lab.trainer.idle();
  return { id, ...(await lab.store.readRun(id)) };
}

const losses = (messages: readonly TrainerMessage[]): string[] =>
  messages.flatMap((message) =>
    message.type === 'device-lost' ? [deviceLossSentence(message)] : [],
  );

describe('a run whose GPU is lost', () => {
  it('goes on from its last checkpoint to the numbers of an undisturbed one, and says so', async () => {
    const undisturbed = await finished(fragileLab([]));
    // Checkpoints come every 3 steps: the first loss comes at SFT step 8, the second in RL.
    const lab = fragileLab([8, 20]);
    const { record, events } = await finished(lab);
    expect(record.status).toBe('finished');
    expect(record.summary).toEqual(undisturbed.record.summary);
    expect(losses(lab.messages)).toEqual([
      expect.stringMatching(/driver restarted.* went back to its last checkpoint, SFT step 6/),
      expect.stringMatching(/went back to its last checkpoint, RL step \d/),
    ]);
    // The page and the store both forget what came after the checkpoint.
    expect(events).toEqual(logOf(lab.messages));
    expect(events.map(({ event }) => event)).toEqual(undisturbed.events.map(({ event }) => event));
    const seconds = events.map((entry) => entry.seconds);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  });

  it('begins again where it had no checkpoint yet', async () => {
    const lab = fragileLab([2]);
    const { record, events } = await finished(lab);
    expect(record.status).toBe('finished');
    expect(losses(lab.messages)).toEqual([expect.stringMatching(/no checkpoint yet/)]);
    expect(events.filter(({ event }) => event.type === 'sft-step')).toHaveLength(20);
  });

  it('is made again with the kernels it had, after rests that grow', async () => {
    const lab = fragileLab([2, 2]);
    await finished(lab);
    expect(lab.starts.map(({ previous }) => previous?.name ?? null)).toEqual([
      null,
      'webgpu',
      'webgpu',
    ]);
    expect(lab.rests).toEqual([500, 1000]);
  });

  it('leaves the GPU after four losses without a checkpoint in between, where it may', async () => {
    const lab = fragileLab([2, 2, 2, 2, 2]);
    const { record } = await finished(lab);
    expect(record.status).toBe('finished');
    expect(record.engine?.name).toBe('wasm');
    expect(engineSentences(record.engine!)).toMatch(/failed 4 times without reaching a checkpoint/);
    expect(lab.starts).toHaveLength(5);
  });

  it('goes on where the GPU is lost again while it starts', async () => {
    const undisturbed = await finished(fragileLab([]));
    // A start of which nothing comes; the first one lasts until SFT step 8.
    const lab = fragileLab([8, 0, 0]);
    const { record } = await finished(lab);
    expect(record.status).toBe('finished');
    expect(record.summary).toEqual(undisturbed.record.summary);
    expect(losses(lab.messages)).toHaveLength(3);
    expect(lab.starts.map((start) => start.losses)).toEqual([0, 1, 2, 3]);
    expect(lab.rests).toEqual([500, 1000, 2000]);
  });

  it('goes on without the GPU that was asked for by hand where it has a checkpoint', async () => {
    const lab = fragileLab([8, 2, 0, 2]);
    const engine = { name: 'webgpu', backend: null } as const;
    const { record } = await finished(lab, { ...SMALL_RUN, engine });
    expect(record.status).toBe('finished');
    expect(record.engine?.name).toBe('wasm');
    expect(engineSentences(record.engine!)).toMatch(/failed 4 times without reaching a checkpoint/);
  });

  it('fails with a sentence where the GPU was asked for by hand', async () => {
    const lab = fragileLab([2, 2, 2, 2, 2]);
    const engine = { name: 'webgpu', backend: null } as const;
    const { record } = await finished(lab, { ...SMALL_RUN, engine });
    expect(record.status).toBe('failed');
    expect(endingSentence(record.failure!)).toMatch(/failed 4 times.*Choose the engine wasm/);
    expect(lab.starts).toHaveLength(4);
  });

  it('does not take other failures for a loss', async () => {
    const limits = { name: 'maxBufferSize', offered: 1, needed: 2 };
    const lab = smallLab({
      createEngine: async (config) => {
        const made = await nodeEngine(config, { name: 'wasm', backend: null });
        made.engine.step = () => Promise.reject(new LabError('engine/gpu-limits', limits));
        return made;
      },
    });
    const id = await lab.trainer.start(SMALL_RUN);
    await lab.trainer.idle();
    expect((await lab.store.readRun(id)).record).toMatchObject({
      status: 'failed',
      failure: { because: 'error', code: 'engine/gpu-limits', facts: limits },
    });
    expect(losses(lab.messages)).toEqual([]);
  });
});
