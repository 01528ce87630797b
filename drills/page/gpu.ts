/** The drills of a lost GPU: its process is killed in the middle of a run and of a study. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { FEW, metrics } from '../../tests/browser/run-steps';
import { smallStudy } from '../../tests/browser/studies-page';
import type { Random } from '../../src/random';
import type { StudyConfig } from '../../src/studies/study-config';
import type { Drill } from '../drill';
import { PATIENCE, type Chrome } from './browser';
import {
  beginStudy,
  compareStudy,
  keptResults,
  pageDrill,
  studyApart,
  studyStatus,
  type Scene,
} from './scene';

/**
 * Chromium by itself hands out no adapter for two minutes after the second crash of its GPU process, none
 * at all after the third, and ends itself at the sixth.
 */
const UNLIMITED = ['--disable-domain-blocking-for-3d-apis', '--disable-gpu-process-crash-limit'];

/** Milliseconds for a run or a study on a software adapter, on a machine that others keep busy. */
const LONG = 8 * PATIENCE;

const ON_GPU = FEW.replace('engine=wasm', 'engine=webgpu').replace('problems=20', 'problems=10');
const GPU_RUN = `#/run?${ON_GPU}&sft-steps=60&rl-steps=30&seed=3&autostart=1`;

/** What a software adapter does in a minute or two, with checkpoints between any two kills. */
function gpuStudy(): StudyConfig {
  const small = smallStudy();
  const { run, sets } = small;
  return {
    ...small,
    run: {
      ...run,
      engine: { name: 'webgpu', backend: null },
      rl: { ...run.rl, steps: 6 },
      evaluation: { ...run.evaluation, problemsPerLevel: 6 },
      checkpointEvery: 2,
    },
    sets: sets.map((set) => ({ ...set, sftSteps: 40 })),
    branches: [
      { name: 'early', at: 'step', step: 20 },
      { name: 'last', at: 'end' },
    ],
  };
}

/** Kills the GPU's process. */
async function killGpu({ context, problems }: Chrome): Promise<void> {
  const devtools = await context.browser()!.newBrowserCDPSession();
  await devtools.send('Browser.crashGpuProcess').catch(() => undefined);
  // The browser says on the console that its GPU process is gone.
  await sleep(500);
  const others = problems.filter((text) => !/external Instance/.test(text));
  problems.splice(0, problems.length, ...others);
}

/** Waits for a step of the run's stage; after a loss it goes back to its last checkpoint. */
async function untilStep(page: Page, stage: 'SFT' | 'RL', step: number): Promise<void> {
  const bar = page.getByRole('progressbar', { name: stage, exact: true });
  for (const ends = performance.now() + LONG; performance.now() < ends; await sleep(100)) {
    const text = await bar.getAttribute('aria-valuetext').catch(() => null);
    if (Number(/\d+/.exec(text ?? '')?.[0]) >= step) return;
  }
  throw new Error(`the run did not reach ${stage} step ${step}`);
}

/** Two kills before each checkpoint, of which there is one every 25 steps: after four the GPU is left. */
const KILLS = [
  ...[2, 8, 27, 32, 52, 55].map((step) => ['SFT', step] as const),
  ...[2, 12, 26, 27].map((step) => ['RL', step] as const),
];

async function finished(page: Page): Promise<Record<string, string>> {
  const ended = page.locator('.run-page[data-status="finished"], .run-page[data-status="failed"]');
  await ended.waitFor({ timeout: LONG });
  if ((await ended.getAttribute('data-status')) === 'finished') return metrics(page);
  throw new Error(`the run failed: ${await page.getByRole('alert').first().innerText()}`);
}

let knownRun: Record<string, string> | null = null;

async function undisturbedGpuRun(scene: Scene): Promise<Record<string, string>> {
  knownRun ??= await (async () => {
    const chrome = await scene.startApart();
    const summary = await finished(await chrome.open(scene.app + GPU_RUN));
    await chrome.kill();
    return summary;
  })();
  return knownRun;
}

/** Ten kills in a run, each a try: it ends with the numbers of an undisturbed one, to the bit. */
async function lostInRun(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedGpuRun(scene);
  const chrome = await scene.start(UNLIMITED);
  const page = await chrome.open(scene.app + GPU_RUN);
  for (const [i, [stage, step]] of KILLS.entries()) {
    if (i > 0) scene.tally.tries += 1;
    await untilStep(page, stage, step);
    await sleep(random.integer(500));
    await killGpu(chrome);
  }
  const summary = await finished(page);
  if (JSON.stringify(summary) !== JSON.stringify(wanted)) {
    scene.lose(`the run ended with ${JSON.stringify(summary)}, not ${JSON.stringify(wanted)}`);
  }
}

/** The browser as it is: after some crashes it hands out no GPU, and the run goes on without, and says so. */
async function refusedInRun(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedGpuRun(scene);
  const chrome = await scene.start();
  const page = await chrome.open(scene.app + GPU_RUN);
  for (const [i, step] of [27, 32].entries()) {
    if (i > 0) scene.tally.tries += 1;
    await untilStep(page, 'SFT', step);
    await sleep(random.integer(500));
    await killGpu(chrome);
  }
  const summary = await finished(page);
  const said = await page.locator('.run-page').innerText();
  if (!/wasm: .*The GPU failed 4 times/s.test(said))
    scene.lose('it does not say why it left the GPU');
  // Engines differ in the last bits, by which a draw may tip now and then.
  const [loss, score] = ['min_val_loss', 'final'].map((name) =>
    Math.abs(Number(summary[name]) - Number(wanted[name])),
  );
  if (!(loss! < 1e-3 && score! < 10)) {
    scene.lose(`loss and score are ${loss} and ${score} from those of an undisturbed run`);
  }
}

let knownStudy: string | null = null;

async function undisturbedGpuStudy(scene: Scene): Promise<string> {
  knownStudy ??= await studyApart(scene, gpuStudy(), LONG);
  return knownStudy;
}

/** Waits for the study to get on, and so for its engine, or for its end. */
async function untilItTrains(page: Page): Promise<void> {
  const bar = page.getByLabel('Progress of the study');
  const share = async (): Promise<number> => {
    return (await bar.isVisible()) ? Number(await bar.getAttribute('value')) : 1;
  };
  const begun = await share();
  for (const ends = performance.now() + LONG; performance.now() < ends; await sleep(200)) {
    const now = await share();
    if (now > begun || now === 1) return;
  }
  throw new Error('the study did not get on');
}

/** Ten kills in a study, each a try. */
async function lostInStudy(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedGpuStudy(scene);
  const chrome = await scene.start(UNLIMITED);
  const page = await chrome.open(`${scene.app}#/studies`);
  await beginStudy(page, gpuStudy());
  for (let kills = 0; kills < 10; kills++) {
    await untilItTrains(page);
    await sleep(random.integer(3000));
    if (await studyStatus(page, 'finished').isVisible()) break;
    if (kills > 0) scene.tally.tries += 1;
    await killGpu(chrome);
  }
  await studyStatus(page, 'finished').waitFor({ timeout: LONG });
  compareStudy(scene, await keptResults(page), wanted);
}

export const GPU: readonly Drill[] = [
  {
    name: 'page-gpu-run',
    title: 'GPU process killed in a run',
    share: 3,
    run: (options) => pageDrill(options, lostInRun),
  },
  {
    name: 'page-gpu-refused',
    title: 'GPU refused after kills in a run',
    share: 1,
    run: (options) => pageDrill(options, refusedInRun),
  },
  {
    name: 'page-gpu-study',
    title: 'GPU process killed in a study',
    share: 3,
    run: (options) => pageDrill(options, lostInStudy),
  },
];
