import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFit } from '../../../src/cli/fit-command';
import { Random } from '../../../src/random';
import { chooseBranch } from '../../../src/studies/branching';
import { studyPresetNamed } from '../../../src/studies/presets';
import type { StudyBranch } from '../../../src/studies/study-config';
import { exportStudy, TRAINERS } from '../../../src/studies/trainer-export';
import { KNOWN_KEYS } from '../../../src/studies/trainer-export/keys';
import { TASKS } from '../../../src/tasks';
import { parquetRows } from '../../../src/trajectories/files/parquet/parquet';
import { TOY } from '../tasks/toy-task';
import { exported, MODEL, python } from './python';

const MICRO = studyPresetNamed('micro');
type Exported = Awaited<ReturnType<typeof exported>>;
const made = new Map<string, Exported>();
beforeAll(async () => {
  for (const trainer of TRAINERS) made.set(trainer, await exported(MICRO, trainer));
}, 240_000);
afterAll(() => {
  for (const { folder } of made.values()) rmSync(folder, { recursive: true });
});

interface Plan {
  readonly runs: Readonly<Record<'sft' | 'rl', readonly PlannedRun[]>>;
}
interface PlannedRun {
  readonly run: string;
  readonly set: string;
  readonly sft: string | null;
  readonly steps: readonly number[];
  readonly branches: readonly StudyBranch[];
}

function textOf({ files }: Exported, path: string): string {
  return String(files.get(path));
}

function planOf(given: Exported): Plan {
  return JSON.parse(textOf(given, 'plan.json')) as Plan;
}

/** The settings of a configuration, whatever its format. */
function settingsIn(text: string): Record<string, string> {
  const lines = text.includes('\ntraining:\n') ? text.split('\ntraining:\n')[1]! : text;
  const pairs = lines
    .split('\n')
    .map((line) => /^\s*([\w.]+)(?:: |=)(.*?)(?: # .*)?$/.exec(line))
    .flatMap((found) => (found ? [[found[1]!, found[2]!] as const] : []));
  return Object.fromEntries(pairs);
}

function configsOf(trainer: string, stage: 'sft' | 'rl') {
  const given = made.get(trainer)!;
  return [...given.files.keys()]
    .filter((path) => path.startsWith(`config/${stage}/`))
    .map((path) => ({ path, settings: settingsIn(textOf(given, path)) }));
}

describe.each(TRAINERS)('an export for %s', (trainer) => {
  it('has Python that compiles and a script that bash reads', () => {
    const { folder, files } = made.get(trainer)!;
    const scripts = [...files.keys()].filter((path) => path.endsWith('.py'));
    expect(scripts.length).toBeGreaterThan(5);
    const compile =
      'import sys\nfor path in sys.argv[1:]: compile(open(path, encoding="utf-8").read(), path, "exec")';
    expect(python(folder, ['-c', compile, ...scripts])).toBe('');
    execFileSync('bash', ['-n', 'launch.sh'], { cwd: folder });
  });

  it('prints its plan without the trainer installed, and does nothing', () => {
    const given = made.get(trainer)!;
    const { folder } = given;
    const said = execFileSync('bash', ['launch.sh', '--dry-run'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const { runs } = planOf(given);
    for (const { run, steps } of runs.sft) {
      expect(said).toContain(`run   sft/${run}: SFT on`);
      expect(said).toContain(`${steps.length} evaluations`);
    }
    for (const { run } of runs.rl) expect(said).toContain(`run   rl/${run}: RL from`);
    expect(said.split('\n')).toHaveLength(2 + runs.sft.length + runs.rl.length + 1);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it.each(['sft', 'rl'] as const)('uses the keys of the named release alone in %s', (stage) => {
    const configs = configsOf(trainer, stage);
    expect(configs).toHaveLength(planOf(made.get(trainer)!).runs[stage].length);
    for (const { settings } of configs) {
      expect(Object.keys(settings).toSorted()).toEqual([...KNOWN_KEYS[trainer][stage]].toSorted());
    }
  });

  it('has the data that its plan and configurations name, as many prompts as RL reads', async () => {
    const given = made.get(trainer)!;
    for (const run of planOf(given).runs.sft) {
      expect(given.files.has((run as unknown as { data: string }).data)).toBe(true);
    }
    for (const { path } of configsOf(trainer, 'rl')) {
      const [, file] = /data\/rl\/([\w-]+)\./.exec(textOf(given, path))!;
      const isBase = path.includes('base-');
      const rows = await rowCount(given, `data/rl/${file!}`);
      // Paradigms have four times the steps of RL.
      expect(rows).toBe(MICRO.run.rl.promptsPerStep * MICRO.run.rl.steps * (isBase ? 4 : 1));
    }
  });
});

async function rowCount({ files }: Exported, stem: string): Promise<number> {
  const lines = files.get(`${stem}.jsonl`);
  if (lines !== undefined) return String(lines).trim().split('\n').length;
  const bytes = files.get(`${stem}.parquet`) as Uint8Array;
  const file = {
    byteLength: bytes.length,
    slice: (start: number, end?: number) => Promise.resolve(bytes.slice(start, end).buffer),
  };
  let rows = 0;
  for await (const row of parquetRows(file)) rows += row === null ? 0 : 1;
  return rows;
}

describe('the configurations', () => {
  it('are YAML in which PyYAML finds the same values', () => {
    const given = made.get('trl')!;
    const script =
      'import json, sys, yaml\nprint(json.dumps([yaml.safe_load(open(p, encoding="utf-8"))["training"] for p in sys.argv[1:]]))';
    const configs = [...configsOf('trl', 'sft'), ...configsOf('trl', 'rl')];
    const paths = configs.map(({ path }) => path);
    const read = JSON.parse(python(given.folder, ['-c', script, ...paths])) as unknown[];
    const written = configs.map(({ settings }) =>
      Object.fromEntries(
        Object.entries(settings).map(([key, text]) => [key, JSON.parse(text) as unknown]),
      ),
    );
    expect(read).toEqual(written);
  });

  it('give TRL whole groups, and as many of them as an update takes', () => {
    const { promptsPerStep, groupSize, minibatches } = MICRO.run.rl;
    for (const { settings } of configsOf('trl', 'rl')) {
      const number = (key: string): number => Number(settings[key]);
      const rows = number('per_device_train_batch_size');
      const sampled = rows * number('steps_per_generation');
      expect(sampled).toBe(promptsPerStep * groupSize);
      expect(sampled % number('num_generations')).toBe(0);
      expect(rows * number('gradient_accumulation_steps') * minibatches).toBe(sampled);
    }
  });

  it('give verl its reward under the key that it reads, and no key that it ignores', () => {
    for (const { settings } of configsOf('verl', 'rl')) {
      expect(settings['reward.custom_reward_function.path']).toBe("'@ROOT@/reward.py'");
      const ignored = Object.keys(settings).filter((key) =>
        /^(custom_reward_function|reward_model)\b/.test(key),
      );
      expect(ignored).toEqual([]);
      expect(Number(settings['trainer.test_freq'])).not.toBe(0);
    }
  });

  it('draw no groups anew from a base that may never be right', () => {
    for (const { path, settings } of configsOf('verl', 'rl')) {
      const isBase = path.includes('base-');
      expect(settings['algorithm.filter_groups.enable']).toBe(isBase ? 'False' : 'True');
    }
  });

  it('let verl keep checkpoints at each of its steps', () => {
    const { runs } = planOf(made.get('verl')!);
    for (const [i, { settings }] of configsOf('verl', 'sft').entries()) {
      const every = Number(settings['trainer.save_freq']);
      const last = Number(settings['trainer.total_training_steps']);
      const { steps } = runs.sft.find(({ run }) =>
        configsOf('verl', 'sft')[i]!.path.includes(`/${run}.`),
      )!;
      expect(steps.every((step) => step % every === 0 || step === last)).toBe(true);
      expect(steps.at(-1)).toBe(last);
    }
  });
});

describe('branch points in Python', () => {
  it('are those of the lab on 300 losses', () => {
    const { folder } = made.get('trl')!;
    const random = Random.from(3, 'losses');
    const branches: StudyBranch[] = [
      ...MICRO.branches,
      { name: 'at 30', at: 'step', step: 30 },
      { name: 'end', at: 'end' },
    ];
    const settings = [1, 3].map((smoothing) => ({ ...MICRO.run.subPhases, smoothing }));
    const curves = Array.from({ length: 300 }, () => {
      const [low, fall, rise] = [0.2 + random.uniform(), random.uniform(), 0.3 * random.uniform()];
      return [0, 4, 8, 16, 30, 60, 120, 200].map((step, i) => ({
        step,
        compute: step,
        loss: low + fall * 0.5 ** i + rise * Math.max(0, i - 4) + 0.02 * random.uniform(),
      }));
    });
    const script = [
      'import json, sys, branches',
      'asked = json.load(sys.stdin)',
      'found = [[[branches.choose(b, c, s) for b in asked["branches"]] for s in asked["settings"]] for c in asked["curves"]]',
      'print(json.dumps([[[b and [b["step"], b["phase"]] for b in s] for s in c] for c in found]))',
    ].join('\n');
    const theirs: unknown = JSON.parse(
      python(folder, ['-c', script], JSON.stringify({ branches, settings, curves })),
    );
    const ours = curves.map((curve) =>
      settings.map((each) =>
        branches.map((branch) => {
          const chosen = chooseBranch(branch, curve, each);
          return chosen.found ? [chosen.point.step, chosen.phase] : null;
        }),
      ),
    );
    expect(theirs).toEqual(ours);
    expect(ours.flat(2).filter((found) => found === null).length).toBeGreaterThan(50);
  });
});

describe('what the trainers log', () => {
  const count = (trainer: string, stage: string, run: string, step: number): unknown => {
    const script = `import json, common\nt = common.tokens_read("${stage}", "${run}", ${step})\nprint(json.dumps([t["sampled"], t["trained"], common.flops("${stage}", t, 10)]))`;
    return JSON.parse(python(made.get(trainer)!.folder, ['-c', script]));
  };
  const write = (trainer: string, path: string, text: string): void => {
    const file = join(made.get(trainer)!.folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  };

  it('is counted in TRL’s state, which has updates for steps', () => {
    const state = (tokens: number): string =>
      JSON.stringify({
        log_history: [{ num_tokens: 5 }, { num_tokens: tokens }, { train_loss: 1 }],
      });
    write('trl', 'runs/sft/counted/checkpoint-4/trainer_state.json', state(100));
    write('trl', 'runs/rl/counted/checkpoint-8/trainer_state.json', state(200));
    expect(count('trl', 'sft', 'counted', 4)).toEqual([0, 100, 3 * 100 * 10]);
    // Two minibatches: the policy before the step scores its rollouts too.
    expect(count('trl', 'rl', 'counted', 4)).toEqual([200, 200, 5 * 200 * 10]);
  });

  it('is summed up in verl’s, with the groups that were thrown away', () => {
    const lines = (rows: readonly object[]): string =>
      rows.map((data, i) => `${JSON.stringify({ step: i + 1, data })}\n`).join('');
    write(
      'verl',
      'runs/sft/counted/log.jsonl',
      lines([
        { 'train/global_tokens': 40 },
        { 'train/global_tokens': 50 },
        { 'train/global_tokens': 1 },
      ]),
    );
    const dropped = { 'training/filter_groups/evicted_samples': MICRO.run.rl.promptsPerStep };
    write(
      'verl',
      'runs/rl/counted/log.jsonl',
      lines([{ 'perf/total_num_tokens': 60 }, { 'perf/total_num_tokens': 70, ...dropped }]),
    );
    expect(count('verl', 'sft', 'counted', 2)).toEqual([0, 90, 3 * 90 * 10]);
    expect(count('verl', 'rl', 'counted', 2)).toEqual([200, 130, (200 + 4 * 130) * 10]);
  });
});

describe('the launch script', () => {
  /** Stands in for the trainer: it writes down what it is asked, and knows of no severe overfitting. */
  const STUB = [
    '#!/usr/bin/env bash',
    'printf \'%s|\' "$(basename "$0")" "$@" >>"$CALLS"',
    'echo >>"$CALLS"',
    'case "$1 ${3:-}" in',
    '  "branches.py severe") exit 3 ;;',
    '  "branches.py "?*) echo "/models/of $2 $3" ;;',
    'esac',
    'if [ "$1 $2 ${3:-}" = "evaluate.py $FAIL_AT" ]; then exit 1; fi',
  ].join('\n');

  function launched(trainer: string, failAt = 'never') {
    const { folder } = made.get(trainer)!;
    const bin = join(folder, 'stubs');
    mkdirSync(bin, { recursive: true });
    for (const name of ['python3', 'torchrun']) {
      writeFileSync(join(bin, name), STUB, { mode: 0o755 });
    }
    const calls = join(folder, 'calls.txt');
    writeFileSync(calls, '');
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH!}`,
      CALLS: calls,
      GPUS: '2',
      FAIL_AT: failAt,
    };
    const { status, stdout } = spawnSync('bash', ['launch.sh'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return { folder, status, stdout, calls: readFileSync(calls, 'utf8').split('\n').slice(0, -1) };
  }

  it('trains and measures each run once, and goes on where it broke off', () => {
    const first = launched('trl', 'sft tiny-0');
    expect(first.status).not.toBe(0);
    expect(first.calls.at(-1)).toBe('python3|evaluate.py|sft|tiny-0|');
    const { calls, status, stdout } = launched('trl');
    expect(status).toBe(0);
    expect(stdout).toContain('done  sft/uniform-0\n');
    expect(calls[0]).toBe(
      'torchrun|--standalone|--nproc_per_node|2|sft.py|config/sft/tiny-0.yaml|',
    );
    expect(calls).toContain(
      'torchrun|--standalone|--nproc_per_node|2|rl.py|config/rl/tiny-mild-0.yaml|/models/of tiny-0 mild|',
    );
    expect(calls).toContain('python3|evaluate.py|rl|tiny-mild-0|--delete|');
    expect(calls.filter((call) => call.includes('uniform-severe-1.yaml'))).toEqual([]);
    expect(calls.at(-1)).toBe('python3|curves.py|');
    expect(launched('trl').calls).toEqual(['python3|curves.py|']);
  });

  it('hands verl its overrides without comments or gaps', () => {
    const { folder, calls, status } = launched('verl');
    expect(status).toBe(0);
    const rl = calls.find((call) => call.includes('main_ppo') && call.includes('uniform-mild-1'))!;
    const words = rl.split('|').slice(1, -1);
    expect(words.slice(0, 2)).toEqual(['-m', 'verl.trainer.main_ppo']);
    expect(words).toContain("actor_rollout_ref.model.path='/models/of uniform-1 mild'");
    expect(words).toContain(`reward.custom_reward_function.path='${folder}/reward.py'`);
    expect(words).toContain('trainer.n_gpus_per_node=2');
    expect(words.slice(2).every((word) => /^[\w.]+=.+$/.test(word))).toBe(true);
    expect(calls.join('\n')).not.toMatch(/@(ROOT|MODEL|GPUS)@/);
  });
});

describe('the measurements of an export', () => {
  it('become the ceilings and peaks of its sets in `lab fit DIR`', async () => {
    const given = made.get('trl')!;
    const { folder } = given;
    const { runs } = planOf(given);
    const write = (stage: string, run: string, rows: readonly object[]): void => {
      mkdirSync(join(folder, 'runs', stage, run), { recursive: true });
      const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      writeFileSync(join(folder, 'runs', stage, run, 'evaluations.jsonl'), text);
    };
    const levels = (share: number) =>
      Object.fromEntries(
        [1, 2, 3, 4].map((level) => [
          level,
          { successes: Math.round(1500 * share), samples: 1500 },
        ]),
      );
    for (const { run, steps } of runs.sft) {
      const least = Math.floor(steps.length / 2);
      const rows = steps.map((step, i) => {
        const loss = 0.4 * (1 + 0.03 * (i - least) ** 2);
        return { step, flops: 1e12 * step, loss, levels: levels(0.3) };
      });
      write('sft', run, rows);
      for (const step of steps) {
        mkdirSync(join(folder, 'runs', 'sft', run, `checkpoint-${step}`), { recursive: true });
      }
      python(folder, ['branches.py', run, '--delete']);
      const left = readdirSync(join(folder, 'runs', 'sft', run)).filter((name) =>
        /^checkpoint-[^0]/.test(name),
      );
      const chosen = JSON.parse(
        readFileSync(join(folder, 'runs', 'sft', run, 'branches.json'), 'utf8'),
      ) as Record<string, { step: number } | null>;
      const kept = Object.values(chosen).flatMap((found) => found ?? []);
      expect(left.toSorted()).toEqual(kept.map(({ step }) => `checkpoint-${step}`).toSorted());
    }
    for (const { run, sft, steps } of runs.rl) {
      const top = sft === null ? 0.5 : sft.startsWith('uniform') ? 0.9 : 0.7;
      const rows = Array.from({ length: 12 }, (_, i) => {
        const flops = 1e13 * i;
        const share = 0.3 + (top - 0.3) / (1 + (2e13 / Math.max(1, flops)) ** 2);
        return { step: steps[0]! + i, flops, levels: levels(share) };
      });
      write('rl', run, sft === null ? rows.map((row, step) => ({ ...row, step })) : rows.slice(1));
    }
    python(folder, ['curves.py']);
    let stdout = '';
    const output = { stdout: (text: string) => void (stdout += text), stderr: () => undefined };
    await runFit([folder, '--json', '--out', join(folder, 'figures')], output);
    const { peaks, runs: fits } = JSON.parse(stdout) as {
      peaks: { set: string; branch: string; a_post: number }[];
      runs: { run: string; seeds: number }[];
    };
    expect(peaks.map(({ set }) => set).toSorted()).toEqual(['easy', 'hard', 'tiny', 'uniform']);
    const uniform = peaks.find(({ set }) => set === 'uniform')!;
    expect(Math.abs(uniform.a_post - 90)).toBeLessThan(2);
    expect(fits).toContainEqual(expect.objectContaining({ run: 'uniform/stable', seeds: 2 }));
    expect(fits).toContainEqual(expect.objectContaining({ run: 'dapo' }));
    expect(existsSync(join(folder, 'figures', 'findings.md'))).toBe(true);
  });
});

describe('an export that cannot be', () => {
  const tried = async (study = MICRO, trainer = 'trl', model = MODEL): Promise<void> => {
    for await (const file of exportStudy(study, { trainer, model })) expect(file).toBeUndefined();
  };

  it('names the trainer, the model or the minibatches, and what to do', async () => {
    await expect(tried(MICRO, 'axolotl')).rejects.toThrow('"axolotl"; choose trl or verl');
    await expect(tried(MICRO, 'trl', '')).rejects.toThrow('The model is ""');
    await expect(tried(MICRO, 'trl', 'a; rm -rf b')).rejects.toThrow('such as Qwen/Qwen2.5-0.5B');
    const rl = { ...MICRO.run.rl, promptsPerStep: 7 };
    await expect(tried({ ...MICRO, run: { ...MICRO.run, rl } })).rejects.toThrow('a divisor of 7');
  });

  it('names the task that Python has no verifier of', async () => {
    const forget = TASKS.register(TOY);
    try {
      const task = { kind: TOY.kind };
      await expect(tried({ ...MICRO, run: { ...MICRO.run, task } })).rejects.toThrow(
        `The task "${TOY.kind}" has no verifier in Python`,
      );
    } finally {
      forget();
    }
  });
});
