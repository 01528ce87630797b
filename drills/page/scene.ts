/** What the drills of a page have in common: the built app, fresh profiles, and how a run or a study ended. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { host } from '../../tests/browser/hosts';
import { metrics, SHORT } from '../../tests/browser/run-steps';
import { chooseFile, smallStudy } from '../../tests/browser/studies-page';
import { freshTally, noteMemory, tryEach, type DrillOptions, type Tally } from '../drill';
import type { Random } from '../../src/random';
import type { StudyConfig } from '../../src/studies/study-config';
import { PATIENCE, startChrome, type Chrome } from './browser';

export interface Scene {
  readonly tally: Tally;
  /** Address of the app, with a slash at the end. */
  readonly app: string;
  readonly profile: string;
  /** Starts the browser, or starts it again, with flags of the drill; it is ended with the try. */
  start(flags?: readonly string[]): Promise<Chrome>;
  /** Starts another one on a profile that no try uses. */
  startApart(flags?: readonly string[]): Promise<Chrome>;
  /** Notes that what was kept or measured is not what it should be. */
  lose(what: string): void;
}

/** A link that starts a run of a few seconds, or goes on with it. */
export const RUN = `#/run?${SHORT}&seed=3&autostart=1`;

/** Each try has a profile of its own, and ends with no page that complained. */
export async function pageDrill(
  options: DrillOptions,
  attempt: (scene: Scene, random: Random) => Promise<void>,
): Promise<Tally> {
  const tally = freshTally();
  const { url: app, close } = await host();
  const folder = await mkdtemp(path.join(tmpdir(), 'lab-drill-'));
  await tryEach(tally, options, async (random, index) => {
    const profile = path.join(folder, String(index));
    const started: Chrome[] = [];
    const begin = async (at: string, flags?: readonly string[]): Promise<Chrome> => {
      const chrome = await startChrome(at, flags);
      started.push(chrome);
      return chrome;
    };
    const scene: Scene = {
      ...{ tally, app, profile },
      start: (flags) => begin(profile, flags),
      startApart: (flags) => begin(path.join(folder, `undisturbed-${index}`), flags),
      lose(what) {
        tally.lost += 1;
        tally.failures.push(`try ${index} (seed ${options.seed}): ${what}`);
      },
    };
    try {
      await attempt(scene, random);
      const problems = started.flatMap((chrome) => chrome.problems);
      if (problems.length > 0) throw new Error(problems[0]);
    } finally {
      const last = started.at(-1);
      if (last) noteMemory(tally, await last.memory());
      for (const chrome of started) await chrome.kill();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  await close();
  return tally;
}

/** Notes a hang where the status does not come in time. */
export async function untilStatus(
  { tally }: Scene,
  page: Page,
  status: 'finished' | 'interrupted',
): Promise<boolean> {
  const selector = `.run-page[data-status="${status}"]`;
  const there = await page.waitForSelector(selector, { timeout: PATIENCE }).catch(() => null);
  if (there) return true;
  const now = await page
    .locator('.run-page')
    .getAttribute('data-status')
    .catch(() => 'no answer');
  tally.hung += 1;
  tally.failures.push(`after ${PATIENCE / 1000} s the run is ${now}, not ${status}`);
  return false;
}

let known: Promise<string> | null = null;

/** The summary of the run of {@link RUN} that nothing disturbs, as text. */
export function undisturbedRun(scene: Scene): Promise<string> {
  known ??= (async () => {
    const chrome = await scene.startApart();
    const page = await chrome.open(scene.app + RUN);
    if (!(await untilStatus(scene, page, 'finished'))) throw new Error('no undisturbed run');
    const summary = JSON.stringify(await metrics(page));
    await chrome.kill();
    return summary;
  })();
  return known;
}

/** Compares the run on the page, and what a reload reads of it, with the undisturbed one. */
export async function compareRun(scene: Scene, page: Page, wanted: string): Promise<void> {
  if (!(await untilStatus(scene, page, 'finished'))) return;
  if (JSON.stringify(await metrics(page)) !== wanted) scene.lose('the run ended otherwise');
  await page.goto(`${scene.app}#/run`);
  await page.reload();
  const rows = page.locator('tr[data-run]');
  await rows.first().waitFor();
  const statuses = await rows.evaluateAll((all) =>
    all.map((row) => row.getAttribute('data-run-status')),
  );
  // A run that had finished before the kill stays, and another one begins.
  if (statuses.some((status) => status !== 'finished')) {
    scene.lose(`the library has ${statuses.join()}`);
  }
}

/** Gives the study to the page and runs it. */
export async function beginStudy(page: Page, study = smallStudy()): Promise<void> {
  await chooseFile(page, 'small.json', JSON.stringify(study));
  await page.getByLabel('Workers').fill('1');
  await page.getByRole('button', { name: 'Run this study' }).click();
  await studyStatus(page, 'running').waitFor();
}

export function studyStatus(page: Page, status: string) {
  return page.locator(`[data-study-status="${status}"]`);
}

/** Results of all kept studies as the database has them, without the times that they took, as text. */
export function keptResults(page: Page): Promise<string> {
  return page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const opening = indexedDB.open('plasticity-lab');
        opening.onerror = () => reject(new Error('The database cannot be opened.'));
        opening.onsuccess = () => {
          const store = opening.result.transaction('studyWork').objectStore('studyWork');
          const reading = store.getAll();
          reading.onsuccess = () => {
            opening.result.close();
            const kinds = ['trunk', 'cell', 'missing'];
            const rows = (reading.result as { kind: string; job: string; value: unknown }[])
              .filter(({ kind }) => kinds.includes(kind))
              .map(({ kind, job, value }) => [kind, job, value])
              .sort((a, b) => (a.slice(0, 2).join() < b.slice(0, 2).join() ? -1 : 1));
            const timeless = (key: string, value: unknown): unknown =>
              key === 'seconds' ? undefined : value;
            resolve(JSON.stringify(rows, timeless));
          };
        };
      }),
  );
}

/** What an undisturbed study ends with, in a browser and on a profile of its own. */
export async function studyApart(
  { app, startApart }: Scene,
  study: StudyConfig,
  patience = PATIENCE,
): Promise<string> {
  const chrome = await startApart();
  const page = await chrome.open(`${app}#/studies`);
  await beginStudy(page, study);
  await studyStatus(page, 'finished').waitFor({ timeout: patience });
  const results = await keptResults(page);
  await chrome.kill();
  return results;
}

/** Compares what {@link keptResults} says of a study with that of an undisturbed one. */
export function compareStudy(scene: Scene, kept: string, wanted: string): void {
  if (kept === wanted) return;
  scene.lose(`the study’s results are others: ${firstDifference(kept, wanted)}`);
}

function firstDifference(kept: string, wanted: string): string {
  let at = 0;
  while (at < kept.length && kept[at] === wanted[at]) at += 1;
  const [is, was] = [kept, wanted].map((text) => text.slice(Math.max(0, at - 40), at + 40));
  return `${is} in place of ${was}`;
}
