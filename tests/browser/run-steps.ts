/** What the tests of a run on its page have in common. */
import type { Page } from '@playwright/test';
import { expect } from './fixtures';

/** A run of a few seconds: few steps and problems, each kind of event several times. */
export const FEW = 'preset=micro&set=tiny&switch=end&problems=20&engine=wasm';
export const SMALL = `${FEW}&rl-steps=30`;
export const SHORT = `${SMALL}&sft-steps=60`;

export async function expectStatus(page: Page, status: string, timeout = 15_000): Promise<void> {
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', status, { timeout });
}

/** The numbers of the summary by their names. */
export function metrics(page: Page): Promise<Record<string, string>> {
  return page
    .locator('[data-metric]')
    .evaluateAll((elements) =>
      Object.fromEntries(
        elements.map((element) => [
          element.getAttribute('data-metric'),
          element.getAttribute('data-value'),
        ]),
      ),
    );
}

export function storedRun(page: Page) {
  return page.locator('tr[data-run]').first();
}

export async function waitForStep(page: Page, stage: 'SFT' | 'RL', step: number): Promise<void> {
  const track = page.getByRole('progressbar', { name: stage, exact: true });
  await expect
    .poll(async () => Number(/\d+/.exec((await track.getAttribute('aria-valuetext')) ?? '')?.[0]), {
      intervals: [50],
      timeout: 60_000,
    })
    .toBeGreaterThanOrEqual(step);
}
