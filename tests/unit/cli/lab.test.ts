import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseResults } from '../../../src/studies/parse-results';
import { lab } from './run-lab';

describe('the terminal', () => {
  it('runs a preset and prints its summary as JSON, alone on stdout', async () => {
    const args = ['run', 'micro', '--set', 'tiny', '--switch', '5', '--rl-steps', '2'];
    const { code, stdout, stderr } = await lab(...args, '--samples', '1', '--seed', '7', '--json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      preset: 'micro',
      seed: 7,
      set: 'tiny',
      p_sft: expect.any(Number),
      final: expect.any(Number),
      base_score: expect.any(Number),
      min_val_loss: expect.any(Number),
      flops: expect.any(Number),
      seconds: expect.any(Number),
      engine: 'wasm',
      engine_reason: expect.stringContaining('automatically'),
      gpu_tuning: null,
      // Two RL steps are too few for a ceiling, and the summary says so.
      a_post: null,
      pl_rl: null,
      identified: false,
      not_identified_because: expect.stringMatching(/at least/),
      switch_step: 5,
    });
    expect(stderr).toMatch(/SFT step 5: validation loss/);
  });

  it('gives the same numbers with two threads as with one', async () => {
    const args = ['run', 'micro', '--set', 'tiny', '--switch', '5', '--rl-steps', '2', '--json'];
    const [one, two] = await Promise.all(
      ['1', '2'].map((threads) => lab(...args, '--engine', 'wasm', '--threads', threads)),
    );
    const numbers = ({ stdout }: { stdout: string }): unknown => ({
      ...(JSON.parse(stdout) as object),
      seconds: 0,
    });
    expect(numbers(two!)).toEqual(numbers(one!));
    expect(two!.stderr).toMatch(/WebAssembly SIMD, 2 threads/);
  });

  it.each([
    [['run', 'micro', '--threads', '0'], /--threads is "0"; it must be an integer from 1 to \d+/],
    [['run', 'micro', '--threads', '999'], /--threads is "999"; it must be an integer from 1/],
    [['run', 'nano'], /no preset "nano".*micro, ladder, laptop/],
    [['run'], /run takes one preset; 0 were given/],
    [['run', 'micro', '--engine', 'cuda'], /no engine "cuda".*auto, webgpu, wasm, tfjs/],
    [['run', 'micro', '--engine', 'tfjs:webgpu'], /which Node does not have|no WebGPU adapter/],
    [['run', 'micro', '--seed', '1.5'], /--seed is "1.5"; it must be an integer from 0/],
    [['run', 'micro', '--seed', '-1'], /seed/],
    [
      ['run', 'micro', '--set', 'rl.groupSize=1'],
      /rl\.groupSize is “1”; it must be an integer from 2/,
    ],
    [
      ['run', 'micro', '--set', 'rl.lr=1'],
      /"rl\.lr", which a run does not have; rl has: learningRate/,
    ],
    [
      ['run', 'micro', '--stable-within', '0'],
      /--stable-within is "0"; it must be a number above 0/,
    ],
    [['run', 'micro', '--set', 'trajectories=huge'], /no trajectory set "huge"/],
    [['run', 'micro', '--set', 'huge'], /no trajectory set "huge".*uniform, tiny, easy, hard/],
    [['run', 'micro', '--switch', 'soon'], /--switch is "soon".*stable, mild, severe, end/],
    [['run', 'micro', '--switch', '9999'], /step 9999, but SFT ends at step/],
    [['run', 'micro', '--fast'], /'--fast'/],
    [['run', 'micro', '--paradigm', 'ppo'], /no paradigm "ppo"; choose one of: sft-then-rl, sft/],
    [['paradigms'], /paradigms takes one preset; 0 were given/],
    [['paradigms', 'micro', '--only', 'sft,ppo'], /no paradigm "ppo"/],
    [
      ['paradigms', 'micro', '--budget', '0'],
      /--budget is "0"; it must be a number above 0, for example 9e10/,
    ],
    [['paradigms', 'micro', '--sweep', '1'], /swept by 1; give two factors or more/],
    [['paradigms', 'micro', '--sweep', '1,0'], /--sweep is "0"; it must be a number above 0/],
    [['paradigms', 'micro', '--sweep-seeds', '7'], /--sweep-seeds needs --sweep/],
    [
      ['paradigms', 'micro', '--sweep', '1,2', '--sweep-seeds', '3,0'],
      /Seed 0 is to choose .* and to judge/,
    ],
    [['paradigms', 'micro', '--seeds', '0,x'], /--seeds is "x"; it must be an integer from 0/],
    [
      ['bench', '--device', 'null', '--models', '0.1M,5M'],
      /--models has 5M, and the null device has room for 0\.1M alone/,
    ],
    [
      ['run', 'micro', '--set', 'task.modulus=7'],
      /needs 15 tokens .* the model has 13 .*set model\.vocabSize to 15.*base to "untrained"/,
    ],
    [
      ['train'],
      /no command "train".*run, paradigms, study, worker, base, bench, device, fit, import, export, backtest, refit, help/,
    ],
  ])('answers `lab %j` with a sentence and an exit code', async (args, message) => {
    const { code, stdout, stderr } = await lab(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
  });

  it('runs paradigms to the same compute and prints a row for each seed', async () => {
    const args = ['paradigms', 'micro', '--only', 'sft,dapo,luffy', '--seeds', '1', '--json'];
    const out = await mkdtemp(path.join(tmpdir(), 'paradigms-'));
    const { code, stdout, stderr } = await lab(...args, '--budget', '1e9', '--out', out);
    expect(code, stderr).toBe(0);
    const rows = JSON.parse(stdout) as { compute: number }[];
    expect(rows).toMatchObject([
      { paradigm: 'sft', seed: 1, final: expect.any(Number), best: expect.any(Number) },
      { paradigm: 'dapo', seed: 1 },
      { paradigm: 'luffy', seed: 1, instabilities: [] },
    ]);
    for (const { compute } of rows) {
      expect(compute).toBeGreaterThanOrEqual(1e9);
      expect(compute).toBeLessThan(2e9);
    }
    // What is kept is a study's results, from which the figure is drawn.
    const kept = parseResults(JSON.parse(await readFile(path.join(out, 'results.json'), 'utf8')));
    expect(kept.config).toMatchObject({ paradigms: ['sft', 'dapo', 'luffy'], seeds: [1] });
    expect(kept.cells).toMatchObject([
      { id: 'uniform/sft/1', status: 'finished', cell: { curve: [], branch: null } },
      { id: 'dapo/1', cell: { set: null } },
      { id: 'uniform/luffy/1', status: 'finished', cell: { minValidationLoss: null } },
    ]);
    for (const { heldOut } of kept.cells) expect(heldOut?.final.problems).toBe(200);
    expect(await readFile(path.join(out, 'figures', 'paradigms.svg'), 'utf8')).toContain('LUFFY');
    expect(await readFile(path.join(out, 'figures', 'levels.csv'), 'utf8')).toContain('luffy');
    expect(await readFile(path.join(out, 'figures', 'unseen.svg'), 'utf8')).toContain('Held out');
    expect(await readFile(path.join(out, 'table.txt'), 'utf8')).toMatch(/luffy\s+1/);
    // The same command finds all of it done.
    const again = await lab(...args, '--budget', '1e9', '--out', out);
    expect(again.stdout).toBe(stdout);
    expect(again.stderr).toContain('3 done before');
    await rm(out, { recursive: true });
  });

  it('lists its commands', async () => {
    const { code, stdout } = await lab('help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/lab -- run PRESET/);
    expect(stdout).toMatch(
      /presets: micro, ladder.*presets of studies: scale-difficulty.*paradigms: sft-then-rl, sft/s,
    );
  });
});
