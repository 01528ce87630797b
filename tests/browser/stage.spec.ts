/** A study, a run and a chapter on the whole screen, for a room. */
import type { Page } from '@playwright/test';
import { exampleStudy } from '../unit/figures/study-example';
import { expectAccessible } from './axe';
import { expect, test } from './fixtures';
import { chooseFile } from './studies-page';

const RUN = 'preset=micro&set=tiny&rl-steps=30&problems=20&engine=wasm&sft-steps=60&switch=end';

function stage(page: Page) {
  return page.getByRole('dialog');
}

/** Heights of all letters on the stage, in CSS pixels as they are seen. */
function lettersOn(page: Page): Promise<number[]> {
  return stage(page).evaluate((dialog) => {
    const walker = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
    const sizes: number[] = [];
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement!;
      const isSeen = element.checkVisibility() && !element.closest('.visually-hidden, title, desc');
      if (!walker.currentNode.textContent!.trim() || !isSeen) continue;
      sizes.push(parseFloat(getComputedStyle(element).fontSize));
    }
    return sizes;
  });
}

async function openStudy(page: Page): Promise<void> {
  await page.goto('#/about');
  await page.goto('#/studies');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await chooseFile(page, 'results.json', JSON.stringify(exampleStudy({ seeds: 1 })));
  await expect(page.getByRole('region', { name: 'Figures' })).toHaveAttribute('data-waiting', '0', {
    timeout: 60_000,
  });
}

test('keys lead through a study: F, arrows, Home, End, black, and out of it', async ({ page }) => {
  await openStudy(page);
  await page.keyboard.press('f');
  await expect(stage(page)).toHaveAttribute('data-slide', 'decomposition');
  await page.keyboard.press('End');
  await expect(stage(page)).toHaveAttribute('data-slide', 'unseen');
  await page.keyboard.press('Home');
  await expect(stage(page)).toHaveAttribute('data-slide', 'decomposition');
  await page.keyboard.press('b');
  await expect(page.getByTestId('black')).toBeVisible();
  await page.keyboard.press('b');
  await expect(page.getByTestId('black')).toBeHidden();
  await page.keyboard.press('f');
  await expect(stage(page)).toBeHidden();
});

test('Back turns a page back, ends the talk at its first page, and leaves the study open', async ({
  page,
}) => {
  await openStudy(page);
  const present = page.getByRole('button', { name: 'Present Findings' });
  await present.focus();
  await page.keyboard.press('f');
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('End');
  await expect(stage(page)).toHaveAttribute('data-slide', 'unseen');
  await page.goBack();
  await expect(stage(page)).toHaveAttribute('data-slide', /levels|unseen/);
  await page.keyboard.press('Home');
  await expect(stage(page)).toHaveAttribute('data-slide', 'decomposition');
  await page.goBack();
  await expect(stage(page)).toBeHidden();
  await expect(page.getByRole('region', { name: 'Figures' })).toBeVisible();
  await expect(present).toBeFocused();
  await page.keyboard.press('f');
  await page.keyboard.press('Escape');
  await expect(stage(page)).toBeHidden();
  expect(page.url()).not.toContain('slide');
  // What lies below is the page before the study.
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('About');
});

test('a run is on the stage while it trains, in letters for the last row', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`#/run?${RUN}&autostart=1`);
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
    timeout: 120_000,
  });
  await page.keyboard.press('f');
  await expect(stage(page)).toHaveAttribute('data-slide', 'benchmark');
  await expect(stage(page)).toContainText(/brought it to [\d.]+% right, its own attempts to/);
  expect(Math.min(...(await lettersOn(page)))).toBeGreaterThanOrEqual(0.025 * 900 - 0.1);
  await expectAccessible(page, 'a run on the stage');
  await page.keyboard.press('ArrowRight');
  await expect(stage(page)).toHaveAttribute('data-slide', 'loss');
  await page.keyboard.press('Escape');
  await expect(stage(page)).toBeHidden();
});

test('a chapter is on the stage with its question below', async ({ page }) => {
  await page.goto('#/learn/guess');
  await expect(page.locator('[data-chapter="guess"]')).toBeVisible();
  await page.keyboard.press('f');
  await expect(stage(page)).toContainText('How good is a model');
  await expectAccessible(page, 'a chapter on the stage');
  await page.keyboard.press('f');
  await expect(stage(page)).toBeHidden();
});
