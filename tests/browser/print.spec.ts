/** On paper: whole, light, with its pictures. */
import type { Page } from '@playwright/test';
import { exampleStudy } from '../unit/figures/study-example';
import { expect, test } from './fixtures';
import { chooseFile } from './studies-page';

interface Printed {
  theme: string | undefined;
  /** Plots, and those on whose canvas something is drawn. */
  plots: number;
  drawn: number;
  figures: number;
  pages: number;
}

/** Prints the page; what there was when the browser took its picture. */
async function print(page: Page): Promise<Printed> {
  await page.evaluate(() => {
    addEventListener(
      'beforeprint',
      () => {
        const isDrawn = (plot: Element) => {
          const canvas = plot.querySelector('canvas');
          if (!canvas) return false;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return new Uint32Array(data.buffer).some((pixel) => pixel !== 0);
        };
        const plots = [...document.querySelectorAll('.plot')];
        Object.assign(window, {
          printed: {
            theme: document.documentElement.dataset.theme,
            plots: plots.length,
            drawn: plots.filter(isDrawn).length,
            figures: document.querySelectorAll('[data-figure] svg').length,
          },
        });
      },
      { once: true },
    );
  });
  const pdf = await page.pdf({ format: 'A4' });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  const printed = await page.evaluate(() => (window as unknown as { printed: Printed }).printed);
  return { ...printed, pages };
}

test.use({ viewport: { width: 1280, height: 500 }, colorScheme: 'dark' });

test('a run is printed with all of its charts, light, and is dark again', async ({ page }) => {
  await page.goto(
    '#/run?preset=micro&set=tiny&switch=end&rl-steps=20&problems=20&engine=wasm&sft-steps=40&autostart=1',
  );
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
    timeout: 120_000,
  });
  const { pages, ...printed } = await print(page);
  expect(printed).toEqual({ theme: 'light', plots: 4, drawn: 4, figures: 0 });
  expect(pages).toBeLessThanOrEqual(5);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('ceilings are printed with the curves that nobody has scrolled to', async ({ page }) => {
  await page.goto('#/ceilings');
  await page.getByRole('button', { name: 'Simulated example' }).click();
  await expect(page.getByText(/6 runs: 5 identified/).first()).toBeVisible({ timeout: 60_000 });
  expect(await page.locator('.plot').count()).toBeLessThan(6);
  const { pages, ...printed } = await print(page);
  expect(printed).toEqual({ theme: 'light', plots: 6, drawn: 6, figures: 0 });
  expect(pages).toBeLessThanOrEqual(5);
});

test('a study is printed with all of its figures', async ({ page }) => {
  await page.goto('#/studies');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await chooseFile(page, 'results.json', JSON.stringify(exampleStudy({ seeds: 1 })));
  await expect(page.getByRole('region', { name: 'Figures' })).toHaveAttribute('data-waiting', '0');
  const { pages, ...printed } = await print(page);
  expect(printed).toEqual({ theme: 'light', plots: 0, drawn: 0, figures: 11 });
  expect(pages).toBeLessThanOrEqual(12);
});

test('what only a hand can use is not on paper', async ({ page }) => {
  await page.goto('#/run');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('navigation')).toBeHidden();
  await expect(page.getByRole('button', { name: /^Start/ })).toBeHidden();
});
