/** How long the page's thread is held while a run trains beside it. */
import { expect, test } from './fixtures';
import { watchThread } from './watch-thread';

/** A run of a few seconds with every kind of event. */
const SHORT = 'preset=micro&set=tiny&switch=end&sft-steps=60&rl-steps=30&problems=20&engine=wasm';

// Recording a trace takes pictures of the page, on the thread that is timed here.
test.use({ trace: 'off' });

test('while a run trains, the page answers at once', async ({ page }) => {
  for (let round = 0; round < 3; round++) {
    await page.goto('about:blank');
    await page.goto('#/run');
    await page.evaluate(watchThread);
    await page.goto(`#/run?${SHORT}&seed=${round}&autostart=1`);
    await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
      timeout: 120_000,
    });
    const { longest, p99 } = await page.evaluate(() => window.thread());
    expect(longest, `longest task of run ${round}, in ms`).toBeLessThanOrEqual(150);
    expect(p99, `99th percentile of the wait for a free thread, run ${round}`).toBeLessThan(50);
  }
});
