/** Records of the database that are damaged while nobody looks: every page still opens and says so. */
import type { Page } from '@playwright/test';
import type { Random } from '../../src/random';
import { mutatedValue } from '../fuzz/mutate';
import { metrics } from '../../tests/browser/run-steps';
import { RUN, undisturbedRun, untilStatus, type Scene } from './scene';

const PAGES = ['#/run', '#/trajectories', '#/studies', '#/ceilings'];

interface StoredRecord {
  readonly store: string;
  readonly key: IDBValidKey;
  readonly value: unknown;
}

/** What is kept, as JSON has it. */
function readRecords(page: Page): Promise<StoredRecord[]> {
  return page.evaluate(
    () =>
      new Promise<StoredRecord[]>((resolve, reject) => {
        const opening = indexedDB.open('plasticity-lab');
        opening.onerror = () => reject(new Error('The database cannot be opened.'));
        opening.onsuccess = async () => {
          const database = opening.result;
          const records: StoredRecord[] = [];
          const names = [...database.objectStoreNames];
          const tx = database.transaction(names);
          for (const store of names) {
            await new Promise<void>((done) => {
              const cursor = tx.objectStore(store).openCursor();
              cursor.onsuccess = () => {
                const at = cursor.result;
                if (!at) return done();
                const value = JSON.parse(JSON.stringify(at.value)) as unknown;
                records.push({ store, key: at.primaryKey, value });
                at.continue();
              };
            });
          }
          database.close();
          resolve(records);
        };
      }),
  );
}

function writeRecord(page: Page, record: StoredRecord): Promise<void> {
  return page.evaluate<void, { store: string; value: unknown }>(
    ({ store, value }) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('plasticity-lab');
        opening.onerror = () => reject(new Error('The database cannot be opened.'));
        opening.onsuccess = () => {
          const tx = opening.result.transaction(store, 'readwrite');
          tx.objectStore(store).put(value);
          tx.oncomplete = () => {
            opening.result.close();
            resolve();
          };
          tx.onerror = () => reject(new Error('The record cannot be written.'));
        };
      }),
    { store: record.store, value: record.value },
  );
}

/** Keys stay: a record that lies nowhere is not found either. */
const KEYS = ['id', 'runId', 'slot', 'first', 'setId', 'studyId', 'kind', 'job', 'step'];

function damage(record: StoredRecord, random: Random): StoredRecord {
  const value = record.value as Record<string, unknown>;
  const kept = Object.fromEntries(Object.entries(value).filter(([key]) => KEYS.includes(key)));
  const odd = mutatedValue(value, random) as unknown;
  const changed = typeof odd === 'object' && odd !== null && !Array.isArray(odd) ? odd : {};
  return { ...record, value: { ...changed, ...kept } };
}

/** Damages one to three records after a run, and again; the pages open, and a new run ends as ever. */
export async function damaged(scene: Scene, random: Random): Promise<void> {
  const wanted = await undisturbedRun(scene);
  const chrome = await scene.start();
  const page = await chrome.open(scene.app + RUN);
  if (!(await untilStatus(scene, page, 'finished'))) return;
  const records = await readRecords(page);
  for (let round = 0; round < 10; round++) {
    if (round > 0) scene.tally.tries += 1;
    for (let i = random.integer(3); i >= 0; i--) {
      await writeRecord(page, damage(records[random.integer(records.length)]!, random));
    }
    for (const address of PAGES) {
      await page.goto(scene.app + address);
      await page.reload();
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    }
  }
  await page.goto('about:blank');
  await page.goto(scene.app + RUN);
  if (!(await untilStatus(scene, page, 'finished'))) return;
  if (JSON.stringify(await metrics(page)) !== wanted) scene.lose('a new run ended otherwise');
}
