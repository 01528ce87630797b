import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paradigmsCommand } from '../../../src/cli/paradigms-command';
import { runCommand } from '../../../src/cli/run-command';
import { knownNames } from '../../../src/cli/known-names';
import { runToEnd } from '../../../src/cli/run-to-end';
import { paradigmRows, paradigmText } from '../../../src/studies/paradigm-table';
import { paradigmStudy } from '../../../src/studies/paradigm-study';
import { parseStudy } from '../../../src/studies/parse-study';
import { planStudy } from '../../../src/studies/plan';
import { cellResult } from '../../../src/studies/results';
import { paradigmNamed, paradigms } from '../../../src/training/configuration/paradigms';
import { presetNamed } from '../../../src/training/configuration/presets';
import { parseRunConfig, type RunConfig } from '../../../src/training/configuration/run-config';
import { METHODS } from '../../../src/training/methods';
import { panelsOf } from '../../../src/views/run/rl-panels';
import { linkTo, readRunLink } from '../../../src/views/run/setup/run-link';
import { configOf } from '../../../src/views/run/setup/run-choices';
import { RunSetup } from '../../../src/views/run/setup/run-setup.svelte';
import { SMALL_RUN } from '../runtime/small-run';
import { TOY } from './toy-method';

/** A study of the paradigm on a run that takes a second. */
function toyStudy() {
  const preset = { ...presetNamed('micro'), config: SMALL_RUN, budget: 1e9 };
  const study = paradigmStudy(preset, { names: ['toy'], seeds: [3] });
  const evaluation = { ...study.run.evaluation, heldOutPerLevel: 0 };
  return parseStudy({ ...study, run: { ...study.run, evaluation } });
}

describe('a method that is registered', () => {
  let unregister: () => void;
  beforeAll(() => {
    unregister = METHODS.register(TOY);
  });
  afterAll(() => unregister());

  it('is a paradigm with the settings of its file', () => {
    expect(paradigms().map(({ name }) => name)).toContain('toy');
    const { rl, switch: when } = paradigmNamed('toy').configure(SMALL_RUN);
    expect(rl).toMatchObject({ method: { kind: 'toy', weight: 0.5 }, baseline: 'dr-grpo' });
    expect(when).toEqual({ at: 'step', step: 0 });
  });

  it('has its settings read, with defaults and limits', () => {
    const rl = { ...SMALL_RUN.rl, prompts: 'set' };
    const parse = (method: object): RunConfig =>
      parseRunConfig({ ...SMALL_RUN, rl: { ...rl, method } });
    expect(parse({ kind: 'toy' }).rl.method).toEqual({ kind: 'toy', weight: 0.5 });
    expect(parse({ kind: 'toy', weight: 2 }).rl.method).toEqual({ kind: 'toy', weight: 2 });
    expect(() => parse({ kind: 'toy', weight: 0 })).toThrow(/weight is 0; expected >0/);
    const fresh = { ...SMALL_RUN.rl, method: { kind: 'toy' } };
    expect(() => parseRunConfig({ ...SMALL_RUN, rl: fresh })).toThrow(/toy needs a demonstration/);
  });

  it('can be chosen in the form of a run, whose link brings it back', () => {
    const setup = new RunSetup();
    setup.chooseParadigm('toy');
    expect(setup.query).toBe('preset=micro&paradigm=toy');
    const { choices, problems } = readRunLink(setup.query);
    expect(problems).toEqual([]);
    const config = configOf(choices);
    expect(config).toEqual(setup.config);
    expect(linkTo(config)).toBe(setup.query);
    expect(panelsOf(config).map(({ id }) => id)).toContain('expert');
  });

  it('is told by the terminal, and chosen there by its name', async () => {
    expect(knownNames()).toMatch(/paradigms: .*\btoy\b/s);
    await expect(runCommand(['micro', '--paradigm', 'toy', '--seed', '-1'])).rejects.toThrow(
      /seed/,
    );
    await expect(paradigmsCommand(['micro', '--only', 'toy', '--seeds', 'x'])).rejects.toThrow(
      /--seeds is "x"/,
    );
  });

  it('is planned in a study, runs to the budget, and stands in the table of paradigms', async () => {
    const study = toyStudy();
    const [plan] = planStudy(study).cells;
    if (plan?.kind !== 'paradigm') throw new Error('It was not planned.');
    expect(plan).toMatchObject({ id: 'uniform/toy/3', set: { name: 'uniform' } });
    const { last } = await runToEnd(plan.config);
    if (last.type !== 'finished') throw new Error('It did not finish.');
    const { summary } = last;
    expect(summary.compute.rl).toBeGreaterThanOrEqual(1e9);
    const origin = { plan, levelCount: 4, sftRun: null, chosen: null };
    const cell = cellResult(origin, { measured: summary, failure: null, seconds: 1 });
    const rows = paradigmRows({
      version: 1,
      config: study,
      trunks: [],
      cells: [cell],
      missing: [],
      rounds: [],
    });
    expect(rows).toMatchObject([{ paradigm: 'toy', seed: 3, final: summary.final.score }]);
    expect(paradigmText(rows)).toMatch(/^toy +3 /m);
  });
});

describe('a method that nobody registered', () => {
  it('is refused by name, with those that there are', () => {
    const rl = { ...SMALL_RUN.rl, method: { kind: 'toy' } };
    expect(() => parseRunConfig({ ...SMALL_RUN, rl })).toThrow(
      /rl\.method\.kind is "toy"; expected .*"group-relative".*"luffy".*"prefix-rft"/,
    );
    expect(() => paradigmNamed('toy')).toThrow(/no paradigm "toy".*dapo.*luffy/);
  });
});
