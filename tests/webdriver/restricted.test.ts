/** Browsers that give less than others: without site data, with altered pixels, without a language. */
import { afterEach, describe, expect, it } from 'vitest';
import { exampleStudy } from '../unit/figures/study-example';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { button } from './driver/client';
import { NAME, savedBy, serveLab, startBrowser, status, type StartOptions } from './lab-page';
import { RUNS } from './runs';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: StartOptions) {
  const app = await serveLab();
  cleanups.push(app.stop);
  const { browser, stop } = await startBrowser(options);
  cleanups.push(stop);
  return { browser, url: app.url };
}

/** 2 refuses all data of sites: the database, and the locks too. */
const NO_SITE_DATA = { 'network.cookie.cookieBehavior': 2 };
const ALTERED_PIXELS = { 'privacy.resistFingerprinting': true };

// What is skipped counts as failed: each browser's tests are declared for it alone.
if (NAME === 'firefox')
  describe('Firefox', () => {
    it('that refuses site data trains a run to its end, and says that it is not kept', async () => {
      const { browser, url } = await start({ preferences: NO_SITE_DATA });
      await browser.goto(`${url}#/run?${RUNS.tiny}&autostart=1`);
      await status(browser, 'finished', 60_000);
      expect(await browser.text({ css: 'main' })).toMatch(/does not let the lab store anything/);
    });

    it('that alters what is read from a canvas gets a figure as SVG, and a sentence for PNG', async () => {
      const { browser, url } = await start({ preferences: ALTERED_PIXELS });
      const folder = await mkdtemp(path.join(tmpdir(), 'lab-files-'));
      cleanups.push(() => rm(folder, { recursive: true }));
      const file = path.join(folder, 'results.json');
      await writeFile(file, JSON.stringify(exampleStudy({ seeds: 1 })));
      await browser.goto(`${url}#/studies`);
      await browser.type({ css: 'input[type="file"]', name: /^A study/ }, file);
      await browser.scrollTo('section[aria-label="Figures"]');
      await browser.click(button('PNG of Ceiling decomposition'));
      const says = await browser.text({ css: '[role="alert"]' }, (text) => text.includes('SVG'));
      expect(says).toMatch(/alters what a page reads from a picture/);
      const svg = await savedBy(browser, () =>
        browser.click(button('SVG of Ceiling decomposition')),
      );
      expect(svg.name).toMatch(/\.svg$/);
    });
  });

if (NAME === 'webkit')
  describe('WebKit', () => {
    it('on a system that names no language shows its pages', async () => {
      const { browser, url } = await start({ language: 'C.UTF-8' });
      await browser.goto(`${url}#/run`);
      expect((await browser.text({ css: 'main h1' })).trim()).not.toBe('');
    });
  });
