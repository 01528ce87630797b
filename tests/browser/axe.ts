/** What axe finds on a page, in both themes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';
import { expect } from './fixtures';

const SCRIPT = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** All rules, and the one on the size of targets, which axe leaves out unless it is asked for. */
const OPTIONS: RunOptions = { rules: { 'target-size': { enabled: true } } };

/** Expects that axe finds nothing on the page as it is, light and dark. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    // A button's background takes its new colour by a transition, however short: axe is to see where it ends.
    await page.evaluate(() => {
      const transitions = document.getAnimations().filter((each) => each instanceof CSSTransition);
      for (const transition of transitions) transition.finish();
    });
    // Evaluated, not added: the pages' policy lets no script in that does not come with them.
    await page.evaluate(SCRIPT);
    const { violations } = await page.evaluate(
      (options) =>
        (globalThis as unknown as { axe: { run: (o: RunOptions) => Promise<AxeResults> } }).axe.run(
          options,
        ),
      OPTIONS,
    );
    const found = violations.map(({ id, nodes }) => [
      id,
      ...nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`),
    ]);
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}
