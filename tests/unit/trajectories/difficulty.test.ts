import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, SampleRequest, SampleResult } from '../../../src/engine/engine';
import { streamOf } from '../../../src/engine/sampling';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import { initialParameters } from '../../../src/model/init';
import { deriveSeed } from '../../../src/random';
import { createTask, type Task } from '../../../src/tasks';
import {
  measureDifficulty,
  measureId,
  policyIdentity,
  type DifficultyMeasure,
  type DifficultyProgress,
  type DifficultySettings,
} from '../../../src/trajectories/difficulty';
import { paddedSet } from '../../../src/trajectories/padded';
import { joinTables, type TrajectoryTable } from '../../../src/trajectories/table';
import { validationLoss } from '../../../src/training/evaluation/evaluate';
import { presetNamed } from '../../../src/training/configuration/presets';
import { generated, grid, recipe, tableOf } from './set-examples';

const { config } = presetNamed('micro');
const task = createTask(config.task);
const table = generated(task, recipe(450, { levels: 'balanced' }));
let engine: Engine;

beforeAll(async () => {
  engine = await createWasmEngine(config.model, await loadWasmModule());
  await engine.loadParameters(initialParameters(config.model, 0));
});

async function measured(
  by: Engine,
  settings: DifficultySettings,
  of: TrajectoryTable = table,
  as: Task = task,
): Promise<{ measure: DifficultyMeasure; progress: DifficultyProgress[] }> {
  const progress: DifficultyProgress[] = [];
  const measuring = measureDifficulty(by, as, of, settings, 'an untrained model');
  let next = await measuring.next();
  for (; !next.done; next = await measuring.next()) progress.push(next.value);
  return { measure: next.value, progress };
}

/** The engine with a sampler that writes what the test says. */
function writing(completions: (request: SampleRequest, row: number) => string): Engine {
  const sample = async (request: SampleRequest): Promise<SampleResult> => {
    const tokens = new Int32Array(request.rows * request.maxNewTokens).fill(request.padToken);
    for (let row = 0; row < request.rows; row++) {
      tokens.set(task.tokenizer.encode(completions(request, row)), row * request.maxNewTokens);
    }
    const none = new Float32Array(tokens.length);
    return { tokens, logProbs: none, lengths: new Int32Array(request.rows) };
  };
  return {
    ...engine,
    info: engine.info,
    config: engine.config,
    readParameters: () => engine.readParameters(),
    sample,
  };
}

const RATE: DifficultySettings = { kind: 'failure-rate', samples: 4, temperature: 0.7, seed: 0 };

describe('measured difficulty', () => {
  it('is the mean loss of the completion, as validation has it', async () => {
    const { measure } = await measured(engine, { kind: 'loss' });
    const set = paddedSet(task, table, 'set');
    const sum = measure.values.reduce((a, loss, row) => a + loss * set.completionLengths[row]!, 0);
    const tokens = set.completionLengths.reduce((a, b) => a + b, 0);
    const validation = validationLoss(engine, set, 'sft');
    let next = await validation.next();
    while (!next.done) next = await validation.next();
    expect(sum / tokens).toBeCloseTo(next.value, 5);
    expect(measure.mean).toBeCloseTo(measure.values.reduce((a, b) => a + b, 0) / 450, 5);
  });

  it('is the share of attempts that the verifier finds wrong', async () => {
    const few = tableOf(
      [
        ['1+1=', '+12#2$'],
        ['2+1=', '+13#3$'],
        ['3+1=', '+14#4$'],
      ],
      task,
    );
    // The first is always right, the second every other time, the third never.
    const scripted = writing((_, i) => {
      const sample = Math.floor(i / 3);
      return ['#2$', sample % 2 ? '#3$' : '#0$', '+14#4'][i % 3]!;
    });
    const { measure } = await measured(scripted, RATE, few);
    expect([...measure.values]).toEqual([0, 0.5, 1]);
    expect(measure.mean).toBe(0.5);
  });

  it('does not depend on how the set is cut, and follows the seed', async () => {
    const calls = new Set<SampleRequest>();
    const spy = writing((request) => {
      calls.add(request);
      return '#0$';
    });
    await measured(spy, { ...RATE, samples: 2 });
    const requests = [...calls];
    expect(requests.map(({ firstRow, rows }) => [firstRow, rows])).toEqual([
      [0, 200],
      [100, 200],
      [200, 200],
      [300, 200],
      [400, 100],
    ]);
    // Each row of each sample draws from a stream of its own, wherever the set was cut.
    const streams = requests.flatMap(({ streams }) => [...streams!]);
    expect(new Set(streams).size).toBe(2 * table.rows);
    const seeds = [0, 1].map((sample) => deriveSeed(0, 'difficulty', sample));
    expect([...requests[2]!.streams!.subarray(0, 2)]).toEqual([
      streamOf(seeds[0]!, 200),
      streamOf(seeds[0]!, 201),
    ]);
    expect(requests[2]!.streams![100]).toBe(streamOf(seeds[1]!, 200));
    expect(requests.every(({ temperature }) => temperature === 0.7)).toBe(true);
  });

  it('is the same again under the same policy, seed and settings', async () => {
    const small = joinTables([table]);
    const once = await measured(engine, { ...RATE, samples: 1 }, small);
    expect(await measured(engine, { ...RATE, samples: 1 }, small)).toEqual(once);
    expect(once.measure.values.every((rate) => rate === 0 || rate === 1)).toBe(true);
  });

  it('tells how far it is before each call of the engine, and can be left at any time', async () => {
    const { progress } = await measured(engine, { kind: 'loss' });
    expect(progress).toEqual([0, 200, 400].map((done) => ({ done, total: 450 })));
    let calls = 0;
    const measuring = measureDifficulty(
      writing(() => `#${(calls += 1) % 5}$`),
      task,
      table,
      RATE,
      '',
    );
    await measuring.next();
    await measuring.return(undefined as never);
    expect(calls).toBe(0);
  });

  it('belongs to a policy: other parameters are another measure', async () => {
    const other = await createWasmEngine(config.model, await loadWasmModule());
    await other.loadParameters(initialParameters(config.model, 1));
    const [a, b] = await Promise.all([
      policyIdentity(engine, 'same name'),
      policyIdentity(other, 'same name'),
    ]);
    expect(a.digest).not.toBe(b.digest);
    const ids = [
      measureId(RATE, a),
      measureId(RATE, b),
      measureId({ kind: 'loss' }, a),
      measureId({ ...RATE, seed: 1 }, a),
      measureId({ ...RATE, samples: 8 }, a),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    other.dispose();
  });

  it('refuses a policy of another task and a senseless number of attempts', async () => {
    const paths = tableOf([], grid);
    await expect(measured(engine, { kind: 'loss' }, paths, grid)).rejects.toThrow(
      /vocabulary of 13.*needs 29 and 30/,
    );
    await expect(measured(engine, { ...RATE, samples: 0 })).rejects.toThrow(
      /0 attempts.*1 to 1000/,
    );
  });
});
