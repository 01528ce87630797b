/** What the tests of the studies page have in common. */
import type { Page } from '@playwright/test';
import { studyPresetNamed } from '../../src/studies/presets';
import type { StudyConfig } from '../../src/studies/study-config';

/** Opens a file as a person does who looks for it. */
export async function chooseFile(
  page: Page,
  name: string,
  content: string | Buffer,
): Promise<void> {
  const buffer = typeof content === 'string' ? Buffer.from(content) : content;
  const file = { name, mimeType: 'application/octet-stream', buffer };
  await page.getByLabel('A study: bundle, results or configuration').setInputFiles(file);
}

/** Some seconds of work on the CPU: one set, two branch points. */
export function smallStudy(): StudyConfig {
  const micro = studyPresetNamed('micro');
  const { run } = micro;
  return {
    ...micro,
    title: 'Small',
    run: {
      ...run,
      engine: { name: 'wasm', backend: null },
      sft: { ...run.sft, evaluations: 8 },
      rl: { ...run.rl, steps: 10, evaluateEvery: 2 },
      evaluation: { ...run.evaluation, problemsPerLevel: 40, samples: 1, validationSize: 60 },
      computeBudget: null,
    },
    sets: [{ recipe: run.trajectories, sftSteps: 120, branches: ['early', 'last'] }],
    branches: [
      { name: 'early', at: 'step', step: 60 },
      { name: 'last', at: 'end' },
    ],
    paradigms: [],
    seeds: [0],
  };
}
