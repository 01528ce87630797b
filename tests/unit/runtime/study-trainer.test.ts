import { describe, expect, it } from 'vitest';
import type { GpuTuning } from '../../../src/engine/gpu-tuning';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { LocalStudyTrainer } from '../../../src/runtime/studies/study-trainer';
import { branchCheckpoint, type SftCheckpoint } from '../../../src/training/branches';
import { SMALL_RUN } from './small-run';

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
const NEW = { stored: null, seconds: 0 };

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
