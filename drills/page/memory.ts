/** The drill of memory: a study of very many small cells, and minutes of training, with heaps that grow by what is shown alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { FEW } from '../../tests/browser/run-steps';
import { smallStudy } from '../../tests/browser/studies-page';
import type { StudyConfig } from '../../src/studies/study-config';
import { noteMemory, type Drill } from '../drill';
import { HeapWatch, type Heap } from './heaps';
import { beginStudy, pageDrill, type Scene } from './scene';

/** Milliseconds between two looks. */
const LOOK_EVERY = 15_000;
/** Looks that do not count: code is loaded, and the first results come. */
const WARM_UP = 2;
/** Bytes by which the heaps may grow for each cell, whose results the page shows, and beside. */
const BYTES_PER_CELL = 100_000;
const SPARE_BYTES = 6e6;

/** A thousand cells of some steps each. */
function manyCells(): StudyConfig {
  const small = smallStudy();
  const { run, sets } = small;
  const evaluation = { ...run.evaluation, problemsPerLevel: 10, samples: 1, validationSize: 20 };
  return {
    ...small,
    run: { ...run, evaluation, rl: { ...run.rl, steps: 1, promptsPerStep: 2, groupSize: 2 } },
    sets: sets.map((set) => ({ ...set, sftSteps: 8 })),
    branches: [
      { name: 'early', at: 'step', step: 4 },
      { name: 'last', at: 'end' },
    ],
    seeds: Array.from({ length: 500 }, (_, i) => i),
  };
}

interface Look {
  readonly cells: number;
  readonly heaps: readonly Heap[];
}

function cellsOn(page: Page): Promise<number> {
  return page.evaluate(() => {
    const shown = document.querySelector<HTMLElement>('[data-cells]');
    return Number(shown?.dataset['cells'] ?? 0);
  });
}

const sum = ({ heaps }: Look): number => heaps.reduce((all, { bytes }) => all + bytes, 0);
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Looks at the heaps until the time is over, or the page has come to an end; each look is a try. */
async function watchHeaps(scene: Scene, page: Page, what: string, until: number): Promise<void> {
  const { tally } = scene;
  const watch = await HeapWatch.of(page);
  const looks: Look[] = [];
  while (performance.now() < until) {
    await sleep(Math.min(LOOK_EVERY, Math.max(0, until - performance.now())));
    const heaps = await watch.heaps();
    const look = { heaps, cells: await cellsOn(page) };
    looks.push(look);
    tally.tries += 1;
    noteMemory(tally, sum(look));
    const each = heaps.map(({ name, bytes }) => `${name} ${megabytes(bytes)}`).join(', ');
    process.stderr.write(`${what}, ${look.cells} cells: ${megabytes(sum(look))} MB (${each})\n`);
  }
  const [first, last] = [looks[WARM_UP], looks.at(-1)];
  if (!first || !last) return;
  const grown = sum(last) - sum(first);
  if (grown <= SPARE_BYTES + BYTES_PER_CELL * (last.cells - first.cells)) return;
  scene.lose(
    `the heaps of ${what} grew from ${megabytes(sum(first))} to ${megabytes(sum(last))} MB`,
  );
}

/** Half of the time a study, half of it a run. */
async function flat(scene: Scene, until: number): Promise<void> {
  const begun = performance.now();
  // The try itself has been counted: a look each is.
  scene.tally.tries -= 1;
  const chrome = await scene.start();
  const study = await chrome.open(`${scene.app}#/studies`);
  await beginStudy(study, manyCells());
  await watchHeaps(scene, study, 'a study', begun + (until - begun) / 2);
  await study.close();
  const link = `${FEW}&sft-steps=100000&rl-steps=100000&seed=3&autostart=1`;
  await watchHeaps(scene, await chrome.open(`${scene.app}#/run?${link}`), 'a run', until);
}

export const MEMORY: Drill = {
  name: 'page-heaps',
  title: 'heaps of page and workers, looked at',
  share: 4,
  run: (options) => pageDrill({ ...options, most: 1 }, (scene) => flat(scene, options.until)),
};
