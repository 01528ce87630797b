import { describe, expect, it } from 'vitest';
import type { GpuTuning } from '../../../src/engine/gpu-tuning';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import type { JobNews } from '../../../src/runtime/studies/api';
import { LocalStudyTrainer } from '../../../src/runtime/studies/study-trainer';
import { branchCheckpoint, type SftCheckpoint } from '../../../src/training/branches';
import { choiceSentences } from '../../../src/words/en/reasons/engine-reasons';
import { fragileGpu, SMALL_RUN } from './small-run';

const tuned = (adapter: string, tile: 32 | 64): GpuTuning => {
  const variant = { tile, shared: true };
  const tuning = { forward: variant, backward: variant, weights: variant, weightWorkgroups: 8 };
  return { adapter, tuning };
};

/** A trainer whose GPU computes as wasm does, and what each start was told of the checkpoint. */
function gpuTrainer() {
  const starts: (GpuTuning | null | undefined)[] = [];
  const trainer = new LocalStudyTrainer({
    createEngine: async (config, _, options) => {
      const { engine, report } = await nodeEngine(config, { name: 'wasm', backend: null });
      starts.push(options?.checkpoint);
      const known = options?.checkpoint;
      const gpu = known?.adapter === 'This GPU' ? known : tuned('This GPU', 32);
      return { engine: Object.assign(engine, { info: { ...engine.info, gpu } }), report };
    },
    loadBase: nodeBase,
    now: () => performance.now(),
  });
  return { trainer, starts };
}

/** Its set is generated, and it has not run yet. */
const NEW = { stored: null, goesOn: false, seconds: 0 };

describe('a job of a study on the GPU', () => {
  it('goes on with the products of its checkpoint, which a new engine makes where it has to', async () => {
    const { trainer, starts } = gpuTrainer();
    const points: SftCheckpoint[] = [];
    const sftRun = { id: 'a', kind: 'sft', config: SMALL_RUN, from: null } as const;
    await trainer.train({ ...sftRun, ...NEW }, (news) => {
      if (news.type === 'point') points.push(news.point);
    });
    const last = points.at(-1)!;
    expect(last.state.gpu).toEqual(tuned('This GPU', 32));

    const goOn = async (gpu: GpuTuning | null): Promise<void> => {
      const from = branchCheckpoint({ ...last, state: { ...last.state, gpu } });
      const rl = { ...SMALL_RUN.rl, steps: 0 };
      const cell = { id: 'b', kind: 'cell', config: { ...SMALL_RUN, rl }, from } as const;
      await trainer.train({ ...cell, ...NEW }, () => {});
    };
    await goOn(tuned('This GPU', 32));
    await goOn(tuned('Another GPU', 64));
    await goOn(null);
    expect(starts).toEqual([null]);
    await goOn(tuned('This GPU', 64));
    expect(starts).toEqual([null, tuned('This GPU', 64)]);
    trainer.dispose();
  });
});

/**
 * A trainer whose GPU computes as wasm does and is lost after so many steps at each start; without a
 * number it lasts. Every reading of the clock is a second later, so that each checkpoint is passed on.
 */
function fragileTrainer(lifetimes: readonly number[]) {
  const { starts, createEngine } = fragileGpu(lifetimes);
  let time = 0;
  const trainer = new LocalStudyTrainer({
    createEngine,
    loadBase: nodeBase,
    now: () => (time += 1000),
    rest: async () => undefined,
  });
  return { trainer, starts };
}

const CELL = { id: 'uniform/end/3', kind: 'cell', config: SMALL_RUN, from: null, ...NEW } as const;

async function summaryOf(trainer: LocalStudyTrainer, news: JobNews[] = []) {
  const outcome = await trainer.train(CELL, (one) => void news.push(one));
  if (outcome.status !== 'finished') throw new Error(`The cell ended as ${outcome.status}.`);
  return outcome.summary;
}

describe('a job of a study whose GPU is lost', () => {
  it('goes on from its last checkpoint to the numbers of an undisturbed one', async () => {
    const undisturbed = await summaryOf(fragileTrainer([]).trainer);
    // Checkpoints come every 3 steps: the first loss comes at SFT step 8, the second in RL.
    const { trainer, starts } = fragileTrainer([8, 20]);
    const news: JobNews[] = [];
    expect(await summaryOf(trainer, news)).toEqual(undisturbed);
    expect(starts.map(({ previous }) => previous?.name ?? null)).toEqual([
      null,
      'webgpu',
      'webgpu',
    ]);
    const seconds = news.flatMap((one) => (one.type === 'checkpoint' ? [one.seconds] : []));
    expect(seconds.length).toBeGreaterThan(5);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    trainer.dispose();
  });

  it('hands out the points of its SFT run', async () => {
    const points = async (trainer: LocalStudyTrainer) => {
      const found = new Map<number, Float32Array>();
      await trainer.train({ ...CELL, kind: 'sft' }, (news) => {
        if (news.type === 'point') found.set(news.point.state.step, news.point.parameters);
      });
      return found;
    };
    const { trainer, starts } = fragileTrainer([8]);
    expect(await points(trainer)).toEqual(await points(fragileTrainer([]).trainer));
    expect(starts).toHaveLength(2);
  });

  it('leaves the GPU for wasm after four losses in a row, and so do the jobs after it', async () => {
    const { trainer, starts } = fragileTrainer([2, 2, 2, 2]);
    const expected = await summaryOf(fragileTrainer([]).trainer);
    expect(await summaryOf(trainer)).toEqual(expected);
    expect(starts).toHaveLength(5);
    expect(choiceSentences([starts[4]!.gpuRefused!])).toMatch(
      /failed 4 times without reaching a checkpoint/,
    );
    expect(await summaryOf(trainer)).toEqual(expected);
    expect(starts).toHaveLength(5);
    trainer.dispose();
  });

  it('fails with a sentence where the study names the GPU', async () => {
    const { trainer } = fragileTrainer([2, 2, 2, 2]);
    const config = { ...SMALL_RUN, engine: { name: 'webgpu', backend: null } } as const;
    await expect(trainer.train({ ...CELL, config }, () => {})).rejects.toThrow(
      /failed 4 times.*Choose the engine wasm/,
    );
  });
});
