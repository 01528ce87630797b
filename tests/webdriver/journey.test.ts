/** The lab in Firefox and WebKit, as a person uses it, and to the numbers of Node. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PAGES } from '../../src/views/pages';
import { host } from '../browser/hosts';
import { smallStudy } from '../browser/studies-page';
import { type Browser, button } from './driver/client';
import {
  metrics,
  NAME,
  numbersOfNode,
  savedBy,
  serveLab,
  startBrowser,
  status,
  figureOfNode,
} from './lab-page';
import { type COMPARED, RUNS } from './runs';

let browser: Browser;
let url: string;
let folder: string;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  const app = await serveLab();
  cleanups.push(app.stop);
  folder = await mkdtemp(path.join(tmpdir(), 'lab-files-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const started = await startBrowser();
  cleanups.push(started.stop);
  ({ browser } = started);
  ({ url } = app);
});
beforeEach(({ task, onTestFailed }) => {
  onTestFailed(async () => {
    await mkdir('test-results', { recursive: true });
    const picture = `${NAME} ${task.name.replace(/\W+/g, '-')}.png`;
    await writeFile(path.join('test-results', picture), await browser.screenshot());
  });
});
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** Opens an address of the lab anew. */
async function open(hash: string): Promise<void> {
  await browser.goto('about:blank');
  await browser.goto(`${url}${hash}`);
}

/** A file for an input of the page. */
async function file(name: string, content: string): Promise<string> {
  const place = path.join(folder, name);
  await writeFile(place, content);
  return place;
}

async function expectNumbersOfNode(run: (typeof COMPARED)[number]): Promise<void> {
  const shown = await metrics(browser);
  const numbers = Object.entries(shown).map(([name, value]) => [
    name,
    value === '' ? null : Number(value),
  ]);
  expect(Object.fromEntries(numbers)).toEqual(
    await numbersOfNode(browser, run, Object.keys(shown)),
  );
}

/** Waits until a stage of the run that is shown has come to a step. */
async function step(stage: 'SFT' | 'RL', least: number): Promise<void> {
  await browser.until(
    `step ${least} of ${stage}`,
    async () => {
      const text = await browser.evaluate((name) => {
        const bars = [...document.querySelectorAll('[role="progressbar"]')];
        const labels = bars.map((bar) => bar.getAttribute('aria-labelledby') ?? '');
        const at = labels.findIndex((id) => document.getElementById(id)?.textContent === name);
        return bars[at]?.getAttribute('aria-valuetext') ?? '';
      }, stage);
      return Number(/\d+/.exec(text)?.[0]) >= least || null;
    },
    60_000,
  );
}

describe(`the lab in ${NAME}`, () => {
  it('opens all of its pages, and none is blank or wider than its window', async () => {
    for (const { path: place, title } of PAGES) {
      await open(`#${place}`);
      expect((await browser.text({ css: 'main h1' })).trim(), title).not.toBe('');
      const overflow = await browser.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, title).toBeLessThanOrEqual(0);
    }
    await open('#/nowhere');
    expect(await browser.text({ css: 'main h1' })).toContain('/nowhere');
  });

  it('trains micro to its end, with the numbers of Node', async () => {
    await open(`#/run?${RUNS.micro}&autostart=1`);
    await status(browser, 'finished', 200_000);
    await expectNumbersOfNode('micro');
  });

  it('goes on after a reload in SFT and another in RL, to the numbers of Node', async () => {
    await open(`#/run?${RUNS.short}&autostart=1`);
    for (const [stage, least] of [
      ['SFT', 20],
      ['RL', 5],
    ] as const) {
      await step(stage, least);
      await browser.reload();
      await browser.attribute('tr[data-run]', 'data-run-status', (s) => s === 'interrupted');
      await browser.click(button('Resume'));
      await status(browser, 'running');
    }
    await status(browser, 'finished', 120_000);
    await expectNumbersOfNode('short');
  });

  it('shows in a second tab a run of the first as running, until that one is closed', async () => {
    await open(`#/run?${RUNS.long}&autostart=1`);
    await step('SFT', 1);
    const { tab, before } = await browser.newTab();
    await browser.goto(`${url}#/run`);
    await browser.attribute('tr[data-run]', 'data-run-status', (s) => s === 'running');
    await browser.switchTo(before);
    await browser.closeTab();
    await browser.switchTo(tab);
    await browser.reload();
    await browser.attribute('tr[data-run]', 'data-run-status', (s) => s === 'interrupted');
  });

  it('lets another tab go on with a run whose page the browser keeps for the way back', async () => {
    await open(`#/run?${RUNS.long}&seed=1&autostart=1`);
    await step('SFT', 30);
    await browser.goto(`${url}favicon.svg`);
    const { before } = await browser.newTab();
    await browser.goto(`${url}#/run`);
    await browser.attribute('tr[data-run]', 'data-run-status', (s) => s === 'interrupted');
    await browser.closeTab();
    await browser.switchTo(before);
    await browser.back();
    await browser.attribute('tr[data-run]', 'data-run-status', (s) => s === 'interrupted');
    await browser.click({ css: 'tr[data-run] button', name: /^Resume/ });
    // At once: the trainer has yet to load what the run needs.
    await browser.click(button('Stop'));
    await status(browser, 'stopped', 60_000);
  });

  it('is kept, and without its host is loaded anew, trains and shows all pages', async () => {
    const app = await host();
    await browser.goto(`${app.url}#/device`);
    await browser.attribute('[data-offline]', 'data-offline', (s) => s === 'ready', 60_000);
    await app.close();
    await browser.goto('about:blank');
    await browser.goto(`${app.url}#/device`);
    await browser.text({ css: 'main h1' });
    await browser.goto(`${app.url}#/run?${RUNS.tiny}&autostart=1`);
    await status(browser, 'finished', 60_000);
    for (const { path: page } of PAGES) {
      await browser.goto(`${app.url}#${page}`);
      await browser.text({ css: 'main h1' });
    }
  });

  it('loads a page at a second try, or says that a reload is needed', async () => {
    const first = await host();
    await browser.goto(`${first.url}#/run`);
    await browser.text({ css: 'main h1' });
    await first.close();
    await browser.goto(`${first.url}#/ceilings`);
    await browser.text({ css: '[role="alert"]' }, (text) => text.includes('does not answer'));
    const second = await host({ port: first.port });
    await browser.click(button('Retry'));
    // Firefox and WebKit remember that a script could not be had; Chromium asks again.
    const shown = await browser.text({ css: 'main h1, main [role="alert"]' }, (text) =>
      /ceiling|A reload shows it/.test(text),
    );
    if (shown.includes('A reload')) await browser.clickAway(button('Reload'));
    await browser.text({ css: 'main h1' }, (text) => text.includes('ceiling'));
    await second.close();
  });

  // WebKitGTK has no WebGPU.
  if (NAME === 'firefox') {
    it('trains on WebGPU, which passes its test', async () => {
      await open(`#/run?${RUNS.tinyOnGpu}&autostart=1`);
      await status(browser, 'finished', 200_000);
      expect(await browser.text({ css: 'main' })).toMatch(
        /webgpu: WebGPU, unnamed software adapter/,
      );
    });
  }

  it('imports a set with all of its rows', async () => {
    const rows = ['1+1=|+12#2$', '2+1=|+13#3$', '4+3=|+32#2$'].map((row) => {
      const [prompt, completion] = row.split('|');
      return JSON.stringify({ prompt, completion: completion!.replace('$', '') });
    });
    await open('#/trajectories');
    await browser.type(
      { css: 'input[type="file"]', name: /File of trajectories/ },
      await file('mine.jsonl', rows.join('\n')),
    );
    await browser.click(button('Read the file'));
    await browser.click(button(/^Keep \d+ rows?$/));
    await browser.click({ css: 'a', name: 'mine' });
    await browser.attribute('[data-count]', 'data-count', (count) => count === '3');
  });

  it('runs a study to the figures of Node, and hands them out', async () => {
    await open('#/studies');
    await browser.type(
      { css: 'input[type="file"]', name: /^A study/ },
      await file('small.json', JSON.stringify(smallStudy())),
    );
    await browser.click(button('Run this study'));
    const bar = '[data-study-status]';
    await browser.attribute(bar, 'data-study-status', (s) => s === 'finished', 120_000);
    await browser.attribute('[data-waiting]', 'data-waiting', (count) => count === '0', 60_000);
    await browser.scrollTo('section[aria-label="Figures"]');
    const save = (format: string) =>
      savedBy(browser, () => browser.click(button(`${format} of Ceiling decomposition`)));
    const expected = await figureOfNode(browser, 'decomposition.csv');
    // The last branch point is fitted a moment after the study has finished.
    const csv = await browser.until('a figure of all branch points', async () => {
      const text = (await save('CSV')).content.toString();
      return text.split('\n').length === expected.split('\n').length ? text : null;
    });
    expect(csv).toBe(expected);
    expect((await save('SVG')).content.toString()).toMatch(/^<svg .*<\/svg>\s*$/s);
    const png = (await save('PNG')).content;
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(2560);
  });
});
