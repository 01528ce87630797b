/** The engines in a real browser's worker, where they do their work. */
import { TFJS_BACKENDS } from '../../src/engine/engine';
import { bundle, openBlank } from './bundled/bundle';
import type { Comparison } from './bundled/engines-worker';
import { expect, test } from './fixtures';

let code = '';
test.beforeAll(async () => {
  code = await bundle('engines-worker.ts');
});

for (const backend of TFJS_BACKENDS) {
  test(`tfjs on ${backend} and wasm agree in a worker`, async ({ context, appUrl }) => {
    const page = await openBlank(context, appUrl, { name: 'engines-worker.js', code });
    const answer = await page.evaluate(
      (name) =>
        new Promise<{ comparison?: Comparison; problem?: string }>((resolve) => {
          const worker = new Worker('./engines-worker.js', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => resolve({ problem: message });
          worker.postMessage(name);
        }),
      backend,
    );
    expect(answer.problem).toBeUndefined();
    const { description, worst, lossAfterStep, tokens } = answer.comparison!;
    expect(description).toContain(`on ${backend}`);
    expect(worst.error, worst.name).toBeLessThan(1e-4);
    expect(lossAfterStep[0]).toBeCloseTo(lossAfterStep[1], 4);
    expect(tokens[0]).toEqual(tokens[1]);
  });
}
