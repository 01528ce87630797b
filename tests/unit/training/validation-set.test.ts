import { describe, expect, it } from 'vitest';
import { presetNamed } from '../../../src/training/configuration/presets';
import { prepareDatasets } from '../../../src/training/data/datasets';
import type { RunConfig } from '../../../src/training/configuration/run-config';

const { config } = presetNamed('micro');

/** Of a set whose expert writes answers alone. */
function ofAnswers(changes: Partial<RunConfig['evaluation']> = {}): RunConfig {
  const expert = { ...config.trajectories.expert, answerOnly: 1 };
  return {
    ...config,
    trajectories: { ...config.trajectories, size: 50, expert },
    evaluation: { ...config.evaluation, ...changes },
  };
}

describe('the validation set', () => {
  it('is one for all trajectory sets, whoever their expert is', () => {
    const { validation, trajectories } = prepareDatasets(ofAnswers());
    expect(validation).toEqual(prepareDatasets(config).validation);
    // … and it is not the set's expert who wrote it.
    const mean = ({ completionLengths }: { completionLengths: Int32Array }): number =>
      completionLengths.reduce((sum, length) => sum + length, 0) / completionLengths.length;
    expect(mean(validation)).toBeGreaterThan(2 * mean(trajectories));
  });

  it('is solved by the set’s own expert in runs that were begun before', () => {
    const own = prepareDatasets(ofAnswers({ validationExpert: null }));
    expect(own.validation.completions).not.toEqual(prepareDatasets(config).validation.completions);
  });
});
