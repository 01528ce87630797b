/** The run page as a person uses it: a run from a link, by hand, interrupted, refused. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures';
import { expectStatus, FEW, metrics, SHORT, SMALL, storedRun, waitForStep } from './run-steps';

/** The same where its RL is not what is looked at. */
const QUICK = `${FEW}&sft-steps=60&rl-steps=4`;

test('a link with autostart trains the micro preset to the end and fills the summary', async ({
  page,
}) => {
  await page.goto('#/run?preset=micro&autostart=1');
  await expectStatus(page, 'finished', 240_000);
  const { p_sft, final, min_val_loss, a_post, pl_rl } = await metrics(page);
  expect(Number(p_sft)).toBeGreaterThan(20);
  expect(Number(final)).toBeGreaterThan(Number(p_sft));
  expect(Number(min_val_loss)).toBeGreaterThan(0);
  if (a_post !== '') expect(Number(p_sft) + Number(pl_rl)).toBeCloseTo(Number(a_post), 9);
  // An identified ceiling is a number with its interval, any other one is words.
  const ceiling = page.locator('[data-metric="a_post"]');
  const isIdentified = (await ceiling.getAttribute('data-identified')) === 'true';
  await expect(ceiling).toContainText(isIdentified ? '90%' : /not identified|no fit/);
  await expect(page.getByRole('group', { name: 'Progress of the run' })).toContainText('wasm');
  // Used up: a reload must not train again.
  expect(page.url()).toMatch(/#\/run\/[\da-f-]{36}\?preset=micro$/);
});

test('a run interrupted in SFT and again in RL ends with the numbers of an undisturbed one', async ({
  page,
}) => {
  const link = `#/run?${SHORT}&seed=3&autostart=1`;
  await page.goto(link);
  await expectStatus(page, 'finished', 120_000);
  const undisturbed = await metrics(page);

  await page.goto('about:blank');
  await page.goto(link);
  await waitForStep(page, 'SFT', 30);
  // The address is the run's.
  await page.reload();
  await expectStatus(page, 'interrupted');
  await expect(storedRun(page)).toHaveAttribute('data-run-status', 'interrupted');
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await waitForStep(page, 'RL', 5);
  // The start page offers it first.
  await page.goto('about:blank');
  await page.goto('');
  await expectStatus(page, 'idle');
  await expect(page.getByRole('alert')).toContainText(/The run micro .* was interrupted/);
  await page.getByRole('alert').getByRole('button', { name: 'Resume' }).click();
  await expectStatus(page, 'finished', 120_000);
  expect(await metrics(page)).toEqual(undisturbed);
});

test('a link that starts a run goes on with it when it is opened again', async ({ page }) => {
  const link = `#/run?${SHORT}&seed=4&autostart=1`;
  await page.goto(link);
  await waitForStep(page, 'SFT', 20);
  const address = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await expectStatus(page, 'running');
  await expect(page).toHaveURL(address);
  await expectStatus(page, 'finished', 120_000);
  await expect(page.locator('tr[data-run]')).toHaveCount(1);
  // What is finished is not a mishap: a talk may begin anew.
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.locator('tr[data-run]')).toHaveCount(2);
});

test('the address of a run opens it, and in another browser its setup', async ({
  page,
  browser,
}) => {
  await page.goto(`#/run?${QUICK}&seed=5&autostart=1`);
  await expectStatus(page, 'finished', 120_000);
  const address = page.url();
  expect(address).toMatch(/#\/run\/[\da-f-]{36}\?.*seed=5/);
  await page.getByRole('button', { name: 'New run' }).click();
  await expectStatus(page, 'idle');
  await page.goto(address);
  await expectStatus(page, 'finished');
  const other = await browser.newContext({ serviceWorkers: 'block' });
  const elsewhere = await other.newPage();
  await elsewhere.goto(address);
  await expect(elsewhere.getByRole('alert')).toContainText('no run');
  await expect(elsewhere.getByLabel('Seed')).toHaveValue('5');
  await other.close();
});

test('a run can be paused, continued, stopped and taken up again', async ({ page }) => {
  await page.goto(`#/run?${SMALL}&sft-steps=400&seed=1`);
  await page.getByRole('button', { name: /^Start/ }).click();
  await expectStatus(page, 'running');
  await waitForStep(page, 'SFT', 5);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expectStatus(page, 'paused');
  const bar = page.getByRole('group', { name: 'Progress of the run' });
  const progress = () =>
    bar.getByRole('progressbar', { name: 'SFT' }).getAttribute('aria-valuetext');
  const held = await progress();
  await page.waitForTimeout(1500);
  expect(await progress()).toBe(held);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expectStatus(page, 'running');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expectStatus(page, 'stopped');
  await expect(storedRun(page)).toHaveAttribute('data-run-status', 'stopped');
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expectStatus(page, 'running');
  await page.getByRole('button', { name: 'Switch to RL now' }).click();
  await expect(page.getByRole('region', { name: 'Switch to RL' })).toContainText(
    /Switched by hand at step \d+/,
  );
  await expectStatus(page, 'finished', 120_000);
});

test('a seed that is not an integer is a sentence beside the field, and nothing starts', async ({
  page,
}) => {
  await page.goto('#/run');
  const seed = page.getByLabel('Seed');
  await seed.fill('1.5');
  await expect(page.getByText('The seed is “1.5”; it must be an integer from 0')).toBeVisible();
  await expect(seed).toHaveAttribute('aria-invalid', 'true');
  const start = page.getByRole('button', { name: /^Start/ });
  await expect(start).toBeDisabled();
  await seed.fill('2');
  await expect(start).toBeEnabled();
  await expect(page).toHaveURL(/seed=2/);
});

test('a link that is wrong is a sentence that names the value, and the page can be used', async ({
  page,
}) => {
  await page.goto('#/run?preset=huge&engine=cuda&seed=-1&colour=red&autostart=1');
  const notice = page.getByRole('alert');
  for (const part of [
    '“-1”',
    '"huge"',
    'micro, ladder, laptop',
    '"cuda"',
    'auto, webgpu, wasm',
    '“colour”',
  ]) {
    await expect(notice.first()).toContainText(part);
  }
  await expectStatus(page, 'idle');
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Start/ })).toBeEnabled();
});

test('everything is reached with the keyboard, and the cursor moves through all charts', async ({
  page,
}) => {
  await page.goto(`#/run?${QUICK}`);
  await page.getByRole('button', { name: /^Start/ }).focus();
  await page.keyboard.press('Enter');
  await expectStatus(page, 'finished', 120_000);
  const [benchmark, loss] = ['Benchmark', 'Loss of SFT'].map((name) =>
    page.getByRole('slider', { name }),
  );
  await benchmark!.focus();
  await page.keyboard.press('Home');
  await expect(benchmark!).toHaveAttribute('aria-valuetext', /^SFT step 0 /);
  await expect(loss!).toHaveAttribute('aria-valuetext', /^SFT step 0 /);
  await page.keyboard.press('ArrowRight');
  await expect(loss!).not.toHaveAttribute('aria-valuetext', /^SFT step 0 /);
});

test('a chart hands out its data as a table and as a CSV file', async ({ page }) => {
  await page.goto(`#/run?${QUICK}&autostart=1`);
  await expectStatus(page, 'finished', 120_000);
  const chart = page.locator('figure', { has: page.getByRole('heading', { name: 'Loss of SFT' }) });
  await chart.getByText('Data', { exact: false }).first().click();
  await expect(chart.getByRole('columnheader', { name: 'validation' })).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    chart.getByRole('button', { name: /CSV/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('micro-tiny-seed-0-loss.csv');
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString().trim().split('\n');
  expect(lines[0]).toBe(
    'stage,step,compute_flops,training_loss,training_loss_smoothed,validation_loss',
  );
  expect(lines).toHaveLength(62);
});

test('a chart hands itself out as SVG, as PNG and on the clipboard', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`#/run?${QUICK}&autostart=1`);
  await expectStatus(page, 'finished', 120_000);
  const saved = async (button: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const svg = await saved('SVG of Benchmark');
  expect(svg.name).toBe('micro-tiny-seed-0-benchmark.svg');
  const { isXml, texts } = await page.evaluate((text) => {
    const picture = new DOMParser().parseFromString(text, 'image/svg+xml');
    return {
      isXml: picture.querySelector('parsererror') === null,
      texts: [...picture.querySelectorAll('text')].map(({ textContent }) => textContent),
    };
  }, svg.bytes.toString());
  expect(isXml).toBe(true);
  expect(texts).toEqual(expect.arrayContaining(['Benchmark', 'overall', 'L4', 'compute, FLOPs']));
  const png = await saved('PNG of Loss of SFT');
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(png.bytes.readUInt32BE(16)).toBe(2560);
  await page.getByRole('button', { name: 'Copy of Benchmark' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  const types = await page.evaluate(async () => (await navigator.clipboard.read())[0]?.types);
  expect(types).toEqual(['image/png']);
});

test('a stored run is deleted only after a question', async ({ page }) => {
  await page.goto(`#/run?${QUICK}&autostart=1`);
  await expectStatus(page, 'finished', 120_000);
  await storedRun(page)
    .getByRole('button', { name: /^Delete/ })
    .click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await expect(storedRun(page)).toBeVisible();
  await storedRun(page)
    .getByRole('button', { name: /^Delete/ })
    .click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(storedRun(page)).toHaveCount(0);
  await expectStatus(page, 'idle');
});

test('a full disk is told, and the run goes on to its end', async ({ page, appUrl, context }) => {
  await page.goto('#/run');
  const devtools = await context.newCDPSession(page);
  const { origin } = new URL(appUrl);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
  await page.goto(`#/run?${QUICK}&autostart=1`);
  await expect(page.getByText(/storage is full/)).toBeVisible();
  await expectStatus(page, 'finished', 120_000);
});

test('a browser that refuses storage gets a sentence, and a run that works', async ({ page }) => {
  await page.route(/storage-.*\.js$/, async (route) => {
    const response = await route.fetch();
    const refusal = `Object.defineProperty(self, 'indexedDB', {
      get() { throw new DOMException('The operation is insecure.', 'SecurityError'); },
    });`;
    await route.fulfill({ response, body: `${refusal}\n${await response.text()}` });
  });
  await page.goto(`#/run?${QUICK}&autostart=1`);
  await expect(page.getByText(/does not let the lab store anything/)).toBeVisible();
  await expectStatus(page, 'finished', 120_000);
});

test('the page fits a phone, a tablet and a desk, and has no page for unknown addresses', async ({
  page,
}) => {
  for (const width of [390, 1024, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    for (const place of ['#/run', '#/about', '#/nowhere']) {
      await page.goto(place);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(overflow, `${place} at ${width} pixels`).toBeLessThanOrEqual(0);
    }
  }
  await expect(page.getByRole('heading', { level: 1 })).toContainText('/nowhere');
  await page.getByRole('link', { name: 'To the run page' }).click();
  await expectStatus(page, 'idle');
});
