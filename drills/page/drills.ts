/** The drills of a page. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { smallStudy } from '../../tests/browser/studies-page';
import type { Random } from '../../src/random';
import type { Drill } from '../drill';
import type { Chrome } from './browser';
import { damaged } from './damage';
import { GPU } from './gpu';
import { MEMORY } from './memory';
import {
  beginStudy,
  compareRun,
  compareStudy,
  keptResults,
  pageDrill,
  RUN,
  studyApart,
  studyStatus,
  undisturbedRun,
  type Scene,
} from './scene';

/** Ends the page's own process and leaves the browser, as when a tab crashes. */
async function crash(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  void devtools.send('Page.crash').catch(() => undefined);
  await Promise.race([page.waitForEvent('crash').catch(() => undefined), sleep(2000)]);
  await page.close().catch(() => undefined);
}

/** Kills browser or page up to four times in a run, each of which is a try; then it ends as ever. */
async function killedInRun(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedRun(scene);
  let chrome = await scene.start();
  let page = await chrome.open(scene.app + RUN);
  for (let kills = random.integer(4); kills >= 0; kills--) {
    await sleep(100 + random.integer(3500));
    [chrome, page] = await killed(scene, { chrome, page, random, address: RUN });
    if (kills > 0) scene.tally.tries += 1;
  }
  await compareRun(scene, page, wanted);
}

interface Killing {
  readonly chrome: Chrome;
  readonly page: Page;
  readonly random: Random;
  readonly address: string;
}

/** Half of the time the browser with all of its processes, half of the time the page's. */
async function killed(
  scene: Scene,
  { chrome, page, random, address }: Killing,
): Promise<[Chrome, Page]> {
  if (random.integer(2) === 0) {
    await crash(page);
    return [chrome, await chrome.open(scene.app + address)];
  }
  await chrome.kill();
  const next = await scene.start();
  return [next, await next.open(scene.app + address)];
}

let knownStudy: Promise<string> | null = null;

function undisturbedStudy(scene: Scene): Promise<string> {
  knownStudy ??= studyApart(scene, smallStudy());
  return knownStudy;
}

/** Goes on with the study on the page, unless it is over. */
async function goOn(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Go on' });
  await button.or(studyStatus(page, 'finished')).first().waitFor();
  if (await button.isVisible()) await button.click();
}

/** Goes on with the study on the page and compares what is kept in the end. */
async function finishStudy(scene: Scene, page: Page, wanted: string): Promise<void> {
  await goOn(page);
  await studyStatus(page, 'finished').waitFor();
  const kept = await keptResults(page);
  compareStudy(scene, kept, wanted);
}

async function killedInStudy(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedStudy(scene);
  let chrome = await scene.start();
  let page = await chrome.open(`${scene.app}#/studies`);
  await beginStudy(page);
  for (let kills = random.integer(3); kills >= 0; kills--) {
    await sleep(100 + random.integer(3000));
    [chrome, page] = await killed(scene, { chrome, page, random, address: '#/studies' });
    if (kills === 0) break;
    scene.tally.tries += 1;
    await goOn(page);
  }
  await finishStudy(scene, page, wanted);
}

/** Ends a worker from within: nobody is told. One that has ended already answers nothing. */
async function endWorker(page: Page, name: string): Promise<void> {
  for (const worker of page.workers()) {
    const ending = worker
      .evaluate((wanted) => self.name === wanted && self.close(), name)
      .catch(() => undefined);
    await Promise.race([ending, sleep(500)]);
  }
}

async function workersDie(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedRun(scene);
  const chrome = await scene.start();
  const page = await chrome.open(scene.app + RUN);
  await sleep(500 + random.integer(2500));
  await endWorker(page, ['trainer', 'storage', 'trainer'][random.integer(3)]!);
  await compareRun(scene, page, wanted);
}

/** Two tabs on one run: the second is told, and goes on with it when the first is closed. */
async function twoTabs(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedRun(scene);
  const chrome = await scene.start();
  const first = await chrome.open(scene.app + RUN);
  await first.waitForSelector('.run-page[data-status="running"]');
  await sleep(300 + random.integer(2000));
  const second = await chrome.open(scene.app + RUN);
  await second.waitForSelector('.run-page');
  const status = await second.locator('.run-page').getAttribute('data-status');
  if (status === 'failed') scene.lose('the second tab calls the run failed');
  await first.close();
  // The lock of a page that is closed is free a moment later.
  await second.goto('about:blank');
  await second.goto(scene.app + RUN);
  await compareRun(scene, second, wanted);
}

/** The disk is full for a while in the middle of a run, and then has room again. */
async function fullDisk(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedRun(scene);
  const chrome = await scene.start();
  const page = await chrome.open(scene.app + RUN);
  const devtools = await chrome.context.newCDPSession(page);
  const { origin } = new URL(scene.app);
  await sleep(500 + random.integer(1000));
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
  await sleep(500 + random.integer(1500));
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await compareRun(scene, page, wanted);
}

/** All processes of the browser stand still for longer than a worker may be silent. */
async function asleep(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedRun(scene);
  const chrome = await scene.start();
  const page = await chrome.open(scene.app + RUN);
  await sleep(500 + random.integer(2000));
  chrome.signal('SIGSTOP');
  await sleep(9000 + random.integer(4000));
  chrome.signal('SIGCONT');
  await compareRun(scene, page, wanted);
}

export const PAGE: readonly Drill[] = [
  {
    name: 'page-run',
    title: 'browser or page killed in a run',
    share: 7,
    run: (options) => pageDrill(options, killedInRun),
  },
  {
    name: 'page-study',
    title: 'browser or page killed in a study',
    share: 5,
    run: (options) => pageDrill(options, killedInStudy),
  },
  {
    name: 'page-workers',
    title: 'worker ended in a run',
    share: 2,
    run: (options) => pageDrill(options, workersDie),
  },
  {
    name: 'page-tabs',
    title: 'two tabs on one run',
    share: 1,
    run: (options) => pageDrill(options, twoTabs),
  },
  {
    name: 'page-quota',
    title: 'disk full for a while',
    share: 1,
    run: (options) => pageDrill(options, fullDisk),
  },
  {
    name: 'page-sleep',
    title: 'browser stopped and continued',
    share: 1,
    run: (options) => pageDrill(options, asleep),
  },
  {
    name: 'page-records',
    title: 'damaged records',
    share: 1,
    run: (options) => pageDrill(options, damaged),
  },
  ...GPU,
  MEMORY,
];
