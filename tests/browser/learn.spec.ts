import { readFile } from 'node:fs/promises';
/** The lesson: its models train when the reader acts, its links carry all, and everybody can use it. */
import type { Page } from '@playwright/test';
import { labelOf } from '../../src/lesson/answer-code';
import { QUESTIONS } from '../../src/words/en/worksheet';
import { expectAccessible } from './axe';
import { expect, test } from './fixtures';

/** Opens a page of the lesson and waits until it is there. */
async function open(page: Page, place: string): Promise<void> {
  await page.goto(place);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Presses the button of the chapter's live part and waits for its end. */
async function train(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: action }).click();
  await expect(page.locator('[data-live]')).toHaveAttribute('data-live', 'finished', {
    timeout: 60_000,
  });
}

function finding(page: Page) {
  return page.getByRole('region', { name: 'Try it' }).getByRole('status').first();
}

const CHAPTERS = [
  {
    name: 'guess',
    actions: ['Let it guess'],
    found: /One operator: 86\.3% .* Four operators: 1\.6%/,
  },
  { name: 'imitate', actions: ['Train'], found: /After 120 steps .* 99% .* 5\.5% are right/ },
  { name: 'phases', actions: ['Train'], found: /lowest at step 55, 0\.42 nats; .* at step 82/ },
  {
    name: 'reward',
    actions: ['Let it try eight times', 'Take 24 RL steps'],
    found: /3 of the 3 rewarded attempts are more probable/,
  },
  {
    name: 'switch',
    actions: ['Train'],
    found: /in time ends highest, at 76\.6%, not as predicted/,
  },
  { name: 'ceiling', actions: ['Train'], found: /The first half is shown/ },
  {
    name: 'scale',
    actions: ['Uncover the study'],
    found: /large 100\.0% .*; tiny at least 86\.1%/,
    picture: 'svg[role=img]',
  },
  {
    name: 'rivals',
    actions: ['Let all five look'],
    found: /GRPO puts 0% of its pushes on the expert/,
    picture: 'table',
  },
];

for (const { name, actions, found, picture = '.plot canvas' } of CHAPTERS) {
  test(`the model of the chapter “${name}” trains where the reader asks it to`, async ({
    page,
  }) => {
    await open(page, `#/learn/${name}`);
    await expect(page.locator('[data-live]')).toHaveAttribute('data-live', 'idle');
    for (const action of actions) await train(page, action);
    // The numbers that the lecturer's notes speak of, to the digit on every machine.
    await expect(finding(page)).toHaveText(found);
    await expect(page.locator(picture).first()).toBeVisible();
  });
}

test('a chapter’s link carries its state, to the control and the luck', async ({ page }) => {
  await open(page, '#/learn/guess');
  await page.getByRole('radio', { name: '16', exact: true }).click();
  await expect(page.locator('[data-live]')).toHaveAttribute('data-live', 'finished');
  await page.getByRole('button', { name: 'With other luck' }).click();
  await expect(page).toHaveURL(/#\/learn\/guess\?seed=1&samples=16$/);
  await expect(page.locator('[data-live]')).toHaveAttribute('data-live', 'finished');
  const said = await finding(page).innerText();
  await page.reload();
  await expect(page.getByRole('radio', { name: '16', exact: true })).toBeChecked();
  await train(page, 'Let it guess');
  await expect(finding(page)).toHaveText(said);
});

test('rewards changed by hand are in the link, and turn the tokens', async ({ page }) => {
  await open(page, '#/learn/reward');
  await train(page, 'Let it try eight times');
  const first = page.locator('[data-attempt="1"]');
  await expect(first).toContainText('−0.72');
  await page.getByRole('button', { name: 'Reward of attempt 1' }).click();
  await expect(first).toContainText('+0.94');
  await expect(page).toHaveURL(/rewards=11010010$/);
  await page.reload();
  await train(page, 'Let it try eight times');
  await expect(first).toContainText('+0.94');
  for (const attempt of [3, 5, 6, 8]) {
    await page.getByRole('button', { name: `Reward of attempt ${attempt}` }).click();
  }
  await train(page, 'Take 24 RL steps');
  await expect(finding(page)).toContainText('nothing was learned');
});

test('the bands of the sub-phases change the rule, and train nothing anew', async ({ page }) => {
  await open(page, '#/learn/phases');
  await train(page, 'Train');
  await page.getByRole('radio', { name: '8%', exact: true }).click();
  await expect(page.locator('[data-live]')).toHaveAttribute('data-live', 'finished');
  await expect(finding(page)).not.toContainText('at step 82');
  await expect(page).toHaveURL(/within=8$/);
});

test('a link with a wrong value says so, and the lesson goes on', async ({ page }) => {
  await open(page, '#/learn/guess?samples=7&colour=red');
  await expect(page.getByRole('alert')).toContainText('samples is “7”; it must be 16, 64');
  await expect(page.getByRole('alert')).toContainText('The link sets "colour"');
  await train(page, 'Let it guess');
  await open(page, '#/learn/nonsense');
  await expect(page.getByRole('alert')).toContainText('no chapter “nonsense”; it has: guess');
  await expect(page.getByRole('link', { name: /A model that guesses/ }).first()).toBeVisible();
});

test('notes are for the lecturer’s link, and controls can be hidden, on the way through all chapters', async ({
  page,
}) => {
  await open(page, '#/learn/guess?notes=shown&controls=hidden');
  await expect(page.getByRole('region', { name: 'Notes for the lecturer' })).toBeVisible();
  await expect(page.getByRole('group', { name: 'Problems of each level' })).toBeHidden();
  await page.getByRole('link', { name: /Imitate an expert →/ }).click();
  await expect(page).toHaveURL(/controls=hidden&notes=shown/);
  await expect(page.getByRole('region', { name: 'Notes for the lecturer' })).toBeVisible();
  await train(page, 'Train');
  await open(page, '#/learn/guess');
  await expect(page.getByRole('region', { name: 'Notes for the lecturer' })).toBeHidden();
});

test('a term is explained by key, by pointer and by touch, and the focus comes back', async ({
  page,
}) => {
  await open(page, '#/learn/guess');
  const word = page.getByRole('button', { name: 'rollout', exact: true });
  const meaning = page.getByRole('dialog', { name: 'rollout' });
  await word.focus();
  await page.keyboard.press('Enter');
  await expect(meaning).toContainText('One attempt of the model');
  await expectAccessible(page, 'an explained term');
  await page.keyboard.press('Escape');
  await expect(meaning).toBeHidden();
  await expect(word).toBeFocused();
  await word.hover();
  await expect(meaning).toBeVisible();
  // Away over the heading, not towards the explanation below.
  await page.mouse.move(400, 60, { steps: 8 });
  await expect(meaning).toBeHidden();
});

test('the lesson works by keyboard alone', async ({ page }) => {
  await open(page, '#/learn/imitate');
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  const reach = async (text: string): Promise<void> => {
    for (let i = 0; i < 60 && (await focused()) !== text; i++) await page.keyboard.press('Tab');
    expect(await focused()).toBe(text);
  };
  await reach('1');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-live]')).toHaveAttribute('data-live', 'finished');
  await expect(page).toHaveURL(/trajectories=16$/);
  await page.keyboard.press('Shift+Tab');
  await reach('Train');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(finding(page)).toHaveText(/Stopped/);
});

test('a code that was typed wrong is noticed, and a right one is judged', async ({ page }) => {
  await open(page, '#/learn/worksheet');
  const code = QUESTIONS.map(({ right }, q) => labelOf(q, right));
  const field = page.getByLabel('Code', { exact: true });
  const check = page.getByRole('button', { name: 'Check', exact: true });
  await field.fill(code.with(1, 'Z9').join(' '));
  await check.click();
  await expect(page.getByRole('alert')).toContainText('“Z9” is none of question 2’s labels');
  await field.fill(code.slice(1).join(' '));
  await check.click();
  await expect(page.getByRole('alert')).toContainText('Type one for each question');
  await field.fill(code.join(' ').toLowerCase());
  await check.click();
  await expect(page.getByText(`${code.length} of ${code.length} answers right.`)).toBeVisible();
});

test('every page has its link as a QR code', async ({ page }) => {
  for (const place of ['#/learn/guess?seed=3', '#/about']) {
    await open(page, place);
    await page.getByRole('button', { name: 'Link of this view' }).click();
    await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Link of this view' })).toHaveValue(
      new RegExp(`${place.replace('?', '\\?')}$`),
    );
    await expect(page.getByText('npm start -- --lan')).toBeVisible();
    await expectAccessible(page, `the link of ${place}`);
    await page.keyboard.press('Escape');
  }
});

test('axe finds nothing in the lesson, before a model has trained and after', async ({ page }) => {
  for (const place of ['', '/words', '/lecturer', '/worksheet', '/exercises']) {
    await open(page, `#/learn${place}`);
    await expectAccessible(page, `#/learn${place}`);
  }
  for (const { name, actions } of CHAPTERS) {
    await open(page, `#/learn/${name}?notes=shown`);
    await expectAccessible(page, name);
    for (const action of actions) await train(page, action);
    await expectAccessible(page, `${name}, trained`);
  }
});

test('the lesson fits a telephone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  for (const { name, actions } of CHAPTERS) {
    await open(page, `#/learn/${name}`);
    for (const action of actions) await train(page, action);
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(widest, name).toBeLessThanOrEqual(390);
    await expectAccessible(page, `${name} at 390 pixels`);
  }
});

test('a chapter is printed with its picture and the terms that it explains', async ({ page }) => {
  await open(page, '#/learn/guess');
  await train(page, 'Let it guess');
  await page.evaluate(() =>
    addEventListener('beforeprint', () =>
      Object.assign(window, {
        printed: {
          terms: document.querySelectorAll('section[aria-label="Terms"] dt').length,
          plots: document.querySelectorAll('.plot canvas').length,
        },
      }),
    ),
  );
  await page.pdf({ format: 'A4' });
  const printed = await page.evaluate(() => (window as unknown as { printed: unknown }).printed);
  expect(printed).toEqual({ terms: 7, plots: 1 });
  await expect(page.getByRole('region', { name: 'Terms' })).toBeHidden();
});

test('a browser that refuses storage has the lesson all the same', async ({ page }) => {
  const refusal = `Object.defineProperty(self, 'indexedDB', {
    get() { throw new DOMException('Access is denied.', 'SecurityError'); } });`;
  await page.route(/storage-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${refusal}\n${await response.text()}` });
  });
  await open(page, '#/learn/imitate');
  await expect(page.getByRole('alert')).toContainText('The lesson stores nothing either');
  await train(page, 'Train');
  await expect(finding(page)).toHaveText(/After 120 steps/);
});

test('a machine without SIMD is told so, and trains all the same', async ({ page }) => {
  const without = 'WebAssembly.validate = () => false;';
  await page.route(/lesson-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${without}\n${await response.text()}` });
  });
  await open(page, '#/learn/guess?samples=16');
  await expect(page.getByRole('alert')).toContainText('no WebAssembly SIMD');
  await train(page, 'Let it guess');
  await expect(finding(page)).toHaveText(/One operator/);
});

test('a prediction is a line of JSON, and a class is shown beside the truth', async ({ page }) => {
  await open(page, '#/learn/switch?ends=80');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save my prediction' }).click();
  const own = await readFile(await (await saved).path(), 'utf8');
  expect(JSON.parse(own)).toMatchObject({
    of: 'learn/switch?seed=0',
    values: { switch_step: 90, p_sft: 60, ends: 80 },
  });
  await train(page, 'Train');
  await expect(page.locator('[data-misses]')).toContainText(
    'predicted 80.0, came 76.6, too high by 3.4',
  );
  const files = Array.from({ length: 60 }, (_, i) => ({
    name: `prediction-${i}.jsonl`,
    mimeType: 'application/jsonl',
    buffer: Buffer.from(i === 7 ? '{"format":' : own.replace('80', String(40 + i))),
  }));
  await page.getByLabel('Show a class’s predictions').setInputFiles(files);
  await expect(page.getByRole('figure').last()).toContainText(/59 predictions,\s[^]*it was 76\.6/);
  await expect(page.getByText('prediction-7.jsonl, line 1, is not JSON')).toBeVisible();
});

test('the switch is predicted by its step, by P_sft and by its end, and each miss is told', async ({
  page,
}) => {
  await open(page, '#/learn/switch');
  const step = page.getByRole('slider', { name: 'Lowest validation loss' });
  const { x, y } = (await step.boundingBox())!;
  await page.mouse.move(x + 12, y + 12);
  await page.mouse.down();
  await page.mouse.move(x - 40, y + 12, { steps: 4 });
  await page.mouse.up();
  const chosen = Number(await step.getAttribute('aria-valuenow'));
  expect(chosen).toBeLessThan(90);
  await page.getByRole('slider', { name: 'P sft' }).press('ArrowDown');
  await expect(page).toHaveURL(new RegExp(`switchStep=${chosen}&pSft=59$`));
  await train(page, 'Train');
  const misses = page.locator('[data-misses]');
  await expect(misses).toContainText(
    new RegExp(`at SFT step: predicted ${chosen}, came \\d+,\\s+too (early|late) by`),
  );
  await expect(misses).toContainText(/P\s?sft there: predicted 59\.0, came 5\d\.\d,\s+too high by/);
  await expect(misses).toContainText(/The highest end: predicted 70\.0, came 76\.6/);
  const link = page.url();
  await page.reload();
  await expect(step).toHaveAttribute('aria-valuenow', String(chosen));
  expect(page.url()).toBe(link);
});

test('a ceiling is drawn by hand, forecast, uncovered, and then fitted', async ({ page }) => {
  await open(page, '#/learn/ceiling');
  await train(page, 'Train');
  const ceiling = page.getByRole('slider', { name: 'A post' });
  await expect(ceiling).toHaveAttribute('aria-valuetext', '90.0 percent');
  // By keyboard, then by pointer.
  await ceiling.press('PageDown');
  await ceiling.press('ArrowDown');
  await expect(page).toHaveURL(/aPost=84\.5$/);
  const mid = page.getByRole('slider', { name: 'C mid' });
  const { x, y, width, height } = (await mid.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x - 60, y + height / 2, { steps: 4 });
  await page.mouse.up();
  const moved = Number(await mid.getAttribute('aria-valuenow'));
  expect(moved).toBeLessThan(50);
  await expect(page).toHaveURL(new RegExp(`cMid=${moved}$`));
  await expect(page.locator('[data-hand]')).toContainText(/ends at \d\d\.\d%/);
  await expect(page.locator('[data-misses]')).toBeHidden();
  await page.getByRole('radio', { name: 'all of it' }).click();
  await expect(finding(page)).toContainText('At the end RL measured 78.4%');
  await expect(page.locator('[data-misses]')).toContainText(/The end: predicted .*, came 78\.4/);
  await page.getByRole('radio', { name: 'shown' }).click();
  await expect(finding(page)).toContainText('at least 78.0; level 4 has not begun');
  await page.getByRole('radio', { name: '1 to 3' }).click();
  await expect(finding(page)).toContainText(
    'the ceiling is identified, 100.0% (90%: 99.1 to 100.0)',
  );
  const link = page.url();
  await page.reload();
  await train(page, 'Train');
  await expect(finding(page)).toContainText('the ceiling is identified, 100.0%');
  expect(page.url()).toBe(link);
});

test('a map is predicted by its corners, and a study fetched once it is to be uncovered', async ({
  page,
}) => {
  const fetched: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('.zip')) fetched.push(request.url());
  });
  await open(page, '#/learn/scale');
  const corner = page.getByRole('slider', { name: /many and hard/ });
  await corner.press('End');
  await expect(page).toHaveURL(/manyHard=100$/);
  const { x, y } = (await page.getByRole('slider', { name: /few and easy/ }).boundingBox())!;
  await page.mouse.move(x + 12, y + 12);
  await page.mouse.down();
  await page.mouse.move(x + 12, y + 42, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/fewEasy=7\d(\.5)?&/);
  const own = (await page.locator('tr[data-set=hard]').textContent())!;
  await page.reload();
  await expect(page.locator('tr[data-set=hard]')).toHaveText(own);
  expect(fetched).toEqual([]);
  await train(page, 'Uncover the study');
  expect(fetched).toHaveLength(1);
  await expect(page.locator('tr[data-set=hard]')).toContainText('99.6% (99.4 to 100.0)');
  await expect(page.locator('[data-misses]')).toContainText('came at least 86.1, too low by');
  await expect(page.locator('[data-misses]')).toContainText('From tiny to large you expected');
});
