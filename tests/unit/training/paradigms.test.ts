import { describe, expect, it } from 'vitest';
import { LossKind, type SequenceBatch, type TokenBatch } from '../../../src/engine/token-table';
import type { Engine } from '../../../src/engine/engine';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import type { RunEvent, TrainingCheckpoint } from '../../../src/training/events';
import {
  paradigmNamed,
  paradigms,
  withParadigm,
} from '../../../src/training/configuration/paradigms';
import { Random } from '../../../src/random';
import { drawProblems } from '../../../src/trajectories/trajectory-set';
import { prepareDatasets } from '../../../src/training/data/datasets';
import { presetNamed } from '../../../src/training/configuration/presets';
import { paradigmRow } from '../../../src/studies/paradigm-table';
import { cellResult } from '../../../src/studies/results';
import { trainRun } from '../../../src/training/run';
import { parseRunConfig, type RunConfig } from '../../../src/training/configuration/run-config';
import { observationOf, type RunSummary } from '../../../src/training/run-state';

const micro = presetNamed('micro');
const { config } = micro;

/** The micro preset, as small as it can be. */
const SMALL = {
  ...micro,
  budget: 4e8,
  config: {
    ...config,
    seed: 2,
    trajectories: { ...config.trajectories, size: 40 },
    sft: { ...config.sft, steps: 4, evaluations: 2 },
    switch: { at: 'end' as const },
    rl: { ...config.rl, steps: 6, promptsPerStep: 3, groupSize: 4, maxRounds: 2, evaluateEvery: 2 },
    evaluation: { ...config.evaluation, problemsPerLevel: 3, samples: 2, validationSize: 8 },
    checkpointEvery: 100,
  },
};

function small(name: string, change: (config: RunConfig) => RunConfig = (c) => c): RunConfig {
  return parseRunConfig(change(withParadigm(SMALL, paradigmNamed(name))));
}

interface RunOptions {
  readonly resumeFrom?: TrainingCheckpoint;
  /** Asks for a stop at the first event that it accepts. */
  readonly stopAt?: (event: RunEvent) => boolean;
  readonly change?: (engine: Engine) => void;
}

async function run(
  config: RunConfig,
  { resumeFrom, stopAt, change }: RunOptions = {},
): Promise<RunEvent[]> {
  const { engine } = await nodeEngine(config.model, { name: 'wasm', backend: null });
  change?.(engine);
  const requests = { switchNow: false };
  const stop = new AbortController();
  const base = await nodeBase(config);
  const events: RunEvent[] = [];
  const { signal } = stop;
  const context = { engine, base, resumeFrom: resumeFrom ?? null, requests, signal };
  for await (const event of trainRun(config, context)) {
    events.push(event);
    if (stopAt?.(event)) stop.abort();
  }
  engine.dispose();
  return events;
}

function summaryOf(events: readonly RunEvent[]): RunSummary {
  const last = events.at(-1);
  if (last?.type !== 'finished') throw new Error(`The run ended with ${last?.type}.`);
  return last.summary;
}

function ofType<T extends RunEvent['type']>(events: readonly RunEvent[], type: T) {
  return events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}

describe('every paradigm', () => {
  it.each(paradigms().map(({ name }) => name))(
    '%s runs from the same base to the same compute, measured on the same problems',
    async (name) => {
      const events = await run(small(name));
      const { compute, base, final, track } = summaryOf(events);
      const spent = compute.sft + compute.rl;
      expect(spent).toBeGreaterThanOrEqual(SMALL.budget);
      // One step beyond the budget at most.
      const steps = [...ofType(events, 'sft-step'), ...ofType(events, 'rl-step')];
      expect(steps.at(-2)!.compute).toBeLessThan(SMALL.budget);
      expect(steps.at(-1)!.compute).toBe(spent);
      expect(base).toEqual((await sequentialBase()).base);
      expect(final.problems).toBe(12);
      expect(final.passAtK.map(({ k }) => k)).toEqual([2]);
      expect(track[0]).toMatchObject({ stage: expect.any(String), compute: 0 });
      expect(track.at(-1)).toMatchObject({ compute: spent, performance: final.score });
      const computes = track.map((point) => point.compute);
      expect(computes).toEqual([...computes].sort((a, b) => a - b));
    },
  );

  it('has its settings and its name in the configuration', () => {
    for (const { name } of paradigms()) {
      const made = small(name);
      expect(made).toMatchObject({ paradigm: name, computeBudget: SMALL.budget });
      expect(made.rl.prompts).toBe('set');
    }
    expect(small('grpo').rl).toMatchObject({ aggregation: 'sequence', klCoefficient: 0 });
    expect(small('hpt-code').rl.method).toEqual({ kind: 'hpt', gate: 0, balance: 'code' });
    // Rival and sequence share one RL: neither has what the other has not.
    expect(small('dapo').rl).toEqual(small('sft-then-rl').rl);
    expect(small('sft').rl.steps).toBe(0);
    expect(() => paradigmNamed('ppo')).toThrow(/no paradigm "ppo".*sft-then-rl, sft, dapo/);
  });
});

let sequential: Promise<RunSummary> | null = null;
function sequentialBase(): Promise<RunSummary> {
  sequential ??= run(small('sft-then-rl')).then(summaryOf);
  return sequential;
}

describe('a method that reads entropies', () => {
  it('is given those of the policy as it is updated, not as it was before the step', async () => {
    const scored: { batch: SequenceBatch; entropies: Float32Array }[] = [];
    const updates: { table: TokenBatch; scores: typeof scored }[] = [];
    await run(small('srft'), {
      stopAt: ({ type }) => type === 'rl-step',
      change: (engine) => {
        const { score, step } = engine;
        engine.score = async (batch) => {
          const scores = await score.call(engine, batch);
          scored.push({ batch, entropies: scores.entropies });
          return scores;
        };
        engine.step = async (table, optimizer) => {
          updates.push({ table, scores: scored.splice(0) });
          return step.call(engine, table, optimizer);
        };
      },
    });
    // The first update comes after the score of the whole step, the second after one of its own rows.
    expect(updates).toHaveLength(2);
    const { table, scores } = updates[1]!;
    expect(scores).toHaveLength(1);
    const { batch, entropies } = scores[0]!;
    const { length } = batch;
    const cells = Array.from({ length }, (_, t) => t);
    let imitated = 0;
    for (let row = 0; row < batch.rows; row++) {
      const own = cells
        .map((t) => row * length + t)
        .filter((cell) => table.kinds[cell] === LossKind.nll);
      const weight = table.weights[own[0]!]!;
      // Right attempts: 0.1·exp(H) / L of one micro-batch.
      const h = own.reduce((sum, cell) => sum + entropies[cell]!, 0) / own.length;
      const { completionLength } = prepareDatasets(small('srft')).task;
      const asRight = (0.1 * Math.exp(h)) / completionLength;
      if (Math.abs(weight - asRight) < 1e-6 * asRight) imitated++;
      else expect(weight < 0 || weight > asRight).toBe(true);
    }
    expect(imitated).toBeGreaterThan(0);
  });
});

describe('what is measured on the way', () => {
  it('names the KL to the base, and the share of tokens that an expert wrote', async () => {
    const withKl = small('grpo', (c) => ({ ...c, rl: { ...c.rl, klCoefficient: 0.04 } }));
    const grpo = ofType(await run(withKl), 'rl-step').map(({ metrics }) => metrics);
    expect(grpo[0]!.kl).toBeGreaterThanOrEqual(0);
    expect(grpo.at(-1)!.kl).toBeGreaterThan(0);
    expect(grpo[0]!.expert_token_share).toBe(0);
    const luffy = ofType(await run(small('luffy')), 'rl-step').map(({ metrics }) => metrics);
    expect(luffy[0]!.kl).toBeNull();
    // One row of four.
    expect(luffy[0]!.expert_token_share).toBeGreaterThan(0.1);
    expect(luffy[0]!.expert_token_share).toBeLessThan(0.5);
  });

  it('is the drift from the base, and from the branch point in RL', async () => {
    const drifts = ofType(await run(small('sft-then-rl')), 'benchmark').map(
      ({ stage, purpose, drift }) => ({ stage, purpose, ...drift }),
    );
    expect(drifts[0]).toEqual({ stage: 'sft', purpose: 'base', fromBase: 0, fromBranch: null });
    const last = drifts.at(-1)!;
    expect(last).toMatchObject({ stage: 'rl', purpose: 'final' });
    expect(last.fromBase).toBeGreaterThan(0);
    expect(last.fromBranch).toBeGreaterThan(0);
    expect(last.fromBranch).not.toBe(last.fromBase);
  });

  it('is the restored policy at the branch point', async () => {
    const branchDrift = async (restore: number): Promise<number> => {
      const config = small('restored', (c) => ({ ...c, restore }));
      const branch = ofType(await run(config), 'benchmark').find((e) => e.purpose === 'branch');
      return branch!.drift.fromBase;
    };
    const [none, half] = [await branchDrift(0), await branchDrift(0.5)];
    expect(half).toBeCloseTo(none / 2, 6);
    expect(await branchDrift(1)).toBeCloseTo(0, 6);
  });
});

describe('what is counted on each level', () => {
  it('stands in every evaluation of a run, and adds up to its score', async () => {
    const events = await run(small('sft-then-rl'));
    const { base, branch, final, curve, track } = summaryOf(events);
    const scored = [
      ...[base, branch, final].map(({ score, levels }) => ({ performance: score, levels })),
      ...[...curve, ...track],
    ];
    for (const { performance, levels } of scored) {
      expect(levels!.map(({ level }) => level)).toEqual([0, 1, 2, 3]);
      const rates = levels!.map(({ successes, samples }) => successes / samples);
      expect(performance).toBeCloseTo((100 * rates.reduce((sum, rate) => sum + rate, 0)) / 4, 10);
    }
    const ofLevel = (samples: number) => ({ samples, problems: 3 });
    expect(final.levels).toMatchObject(Array(4).fill(ofLevel(6)));
    expect(curve[0]!.levels).toMatchObject(Array(4).fill(ofLevel(3)));
    expect(final.levels!.map(({ successes }) => 100 * (successes / 6))).toEqual(final.perLevel);
    expect(curve.at(-1)!.levels).toEqual(final.levels);
    expect(ofType(events, 'benchmark').at(-1)!.result.levels).toEqual(final.levels);
  });

  it('reaches the theory with the curve of a cell', async () => {
    const summary = summaryOf(await run(small('sft-then-rl')));
    const config = small('sft-then-rl');
    const plan = { kind: 'paradigm', id: '', paradigm: '', set: null, seed: 0, config } as const;
    const origin = { plan, levelCount: 4, sftRun: null, chosen: null };
    const { cell, track } = cellResult(origin, { measured: summary, failure: null, seconds: 1 });
    expect(cell.curve.map(({ levels }) => levels)).toEqual(
      summary.curve.map(({ levels }) => levels),
    );
    expect(track).toEqual(summary.track);
    const [point] = summary.curve;
    expect(observationOf({ ...point!, levels: null })).not.toHaveProperty('levels');
  });
});

describe('levels that no trajectory is of', () => {
  it('are named in the summary, and their score stands in the table', async () => {
    const config = small('sft-then-rl', (c) => ({
      ...c,
      trajectories: { ...c.trajectories, levels: [1, 0, 1, 0] },
    }));
    const summary = summaryOf(await run(config));
    expect(summary.unseenLevels).toEqual([1, 3]);
    const plan = { kind: 'paradigm', id: '', paradigm: '', set: null, seed: 0, config } as const;
    const origin = { plan, levelCount: 4, sftRun: null, chosen: null };
    const row = paradigmRow(cellResult(origin, { measured: summary, failure: null, seconds: 1 }));
    const [, second, , fourth] = summary.final.perLevel;
    expect(row.unseen).toBeCloseTo((second! + fourth!) / 2, 10);
    expect((await sequentialBase()).unseenLevels).toEqual([]);
  });
});

describe('a kind of problem that is held out', () => {
  it('is measured at base, branch and end, and nothing is learned from it', async () => {
    const config = small('sft-then-rl');
    expect(config.evaluation.heldOutPerLevel).toBe(100);
    const events = await run(config);
    const { heldOut, branch } = summaryOf(events);
    expect(heldOut).toMatchObject({ levels: [2, 3], description: /one operand throughout/ });
    for (const result of [heldOut!.base, heldOut!.branch, heldOut!.final]) {
      expect(result).toMatchObject({ problems: 200, samplesPerProblem: 2 });
      expect(result.perLevel).toHaveLength(2);
      expect(result.levels).toMatchObject([
        { level: 2, samples: 200, problems: 100 },
        { level: 3, samples: 200, problems: 100 },
      ]);
      const [third, fourth] = result.perLevel;
      expect(result.score).toBeCloseTo((third! + fourth!) / 2, 10);
    }
    expect(heldOut!.final).not.toEqual(branch);
    const measured = ofType(events, 'benchmark').map((e) => [e.purpose, e.heldOut !== null]);
    expect(measured.filter(([, has]) => has).map(([purpose]) => purpose)).toEqual([
      'base',
      'branch',
      'final',
    ]);
    const prompts = ofType(events, 'rollouts')
      .filter(({ stage, step }) => stage === 'rl' && step > 0)
      .flatMap(({ rollouts }) => rollouts.map(({ prompt }) => prompt));
    const { variant } = prepareDatasets(config).heldOut!;
    expect(prompts.length).toBeGreaterThan(10);
    expect(prompts.filter((prompt) => variant.includes(prompt))).toEqual([]);
  });

  it('is taken out of a set that has it, and of the fresh prompts of RL', () => {
    const config = small('sft-then-rl', (c) => ({
      ...c,
      trajectories: { ...c.trajectories, size: 400 },
    }));
    const { task, trajectories, leftOut, heldOut } = prepareDatasets(config);
    expect(leftOut).toBeGreaterThan(0);
    const texts = Array.from({ length: trajectories.size }, (_, row) =>
      task.tokenizer.decode(
        trajectories.prompts
          .subarray(row * task.promptLength, (row + 1) * task.promptLength)
          .filter((id) => id !== task.padToken),
      ),
    );
    expect(texts.filter((text) => heldOut!.variant.includes(text))).toEqual([]);
    const random = Random.from(0, 'test');
    const without = heldOut!.variant.includes;
    const drawn = drawProblems(task, 400, [0, 0, 1, 1], { part: 'train', random, without });
    expect(drawn.filter(({ prompt }) => without(prompt))).toEqual([]);
  });

  it('is refused where the task has none, with a word on what to do', () => {
    const config = small('sft-then-rl', (c) => ({
      ...c,
      task: { ...c.task, kind: 'arithmetic', operatorsPerLevel: [1, 2] },
      trajectories: { ...c.trajectories, levels: 'balanced' },
    }));
    expect(() => prepareDatasets(config)).toThrow(
      /100 held-out problems per level .* no kind of problem to hold out. Set .*heldOutPerLevel to 0/,
    );
  });
});

describe('a stopped run of a paradigm goes on to the numbers of an undisturbed one:', () => {
  it.each([
    ['grpo', 'in RL, with the reference of its KL', 'rl-step'],
    ['prefix-rft', 'in RL', 'rl-step'],
    ['restored', 'at the branch point, restored once', 'progress'],
    ['curriculum', 'in SFT', 'sft-step'],
  ] as const)('%s, %s', async (name, _, type) => {
    const config = small(name);
    const undisturbed = await run(config);
    let seen = 0;
    const stopped = await run(config, {
      stopAt: (event) => {
        if (name === 'restored' && event.type === 'progress') {
          // Two and two held-out ones at the base, one after SFT, then the first after the weights were moved.
          return event.activity === 'Benchmark' && event.stage === 'sft' && ++seen === 6;
        }
        return event.type === type && ++seen === 2;
      },
    });
    expect(stopped.at(-1)?.type).toBe('stopped');
    const { checkpoint } = ofType(stopped, 'checkpoint').at(-1)!;
    if (name === 'restored') expect(checkpoint.state.restored).toBe(true);
    const resumed = await run(config, { resumeFrom: structuredClone(checkpoint) });
    expect(summaryOf(resumed)).toEqual(summaryOf(undisturbed));
  });
});

describe('branches of one SFT run', () => {
  it('begin at its checkpoints and give the numbers of whole runs with those switches', async () => {
    const long = small('overtrained', (c) => ({ ...c, checkpointEvery: 1 }));
    const checkpoints = ofType(await run(long), 'checkpoint').map(({ checkpoint }) => checkpoint);
    for (const step of [1, 3]) {
      const config: RunConfig = { ...long, switch: { at: 'step', step } };
      const resumeFrom = checkpoints.find(
        ({ state }) => state.stage === 'sft' && state.step === step,
      );
      const branch = await run(config, { resumeFrom: structuredClone(resumeFrom!) });
      // Its SFT was not done again.
      expect(ofType(branch, 'sft-step')).toEqual([]);
      expect(summaryOf(branch)).toEqual(summaryOf(await run(config)));
    }
  });
});

describe('a run whose policy is lost', () => {
  it('reports the collapse, and ends as diverged with step and reason', async () => {
    let samples = 0;
    const events = await run(
      small('dapo', (c) => ({
        ...c,
        computeBudget: null,
        rl: { ...c.rl, steps: 40, maxRounds: 1 },
      })),
      {
        change: (engine) => {
          const sample = engine.sample.bind(engine);
          engine.sample = async (request) => {
            const result = await sample(request);
            // Benchmarks ask for other numbers of rows. From the seventh step on nothing ends.
            if (request.rows === 12 && request.temperature === 1 && ++samples > 6) {
              result.tokens.fill(0);
              result.lengths.fill(request.maxNewTokens);
            }
            return result;
          };
        },
      },
    );
    const signs = ofType(events, 'instability');
    expect(signs.map(({ kind }) => kind)).toContain('reward-collapse');
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'diverged', stage: 'rl' });
    expect(last).toMatchObject({ reason: { because: 'reward-lost', reward: 0, steps: 5 } });
    // What was measured before is there.
    expect(ofType(events, 'benchmark').length).toBeGreaterThan(3);
    expect(ofType(events, 'rl-step').at(-1)!.step).toBe(last?.type === 'diverged' ? last.step : 0);
  });
});
