/** What a sign of life costs, measured on a worker of the built app. */
import { host } from '../../tests/browser/hosts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startChrome } from './browser';

const QUESTIONS = 5000;
/** Seconds between two questions, as src/runtime/workers/pulse.ts asks them. */
const ASKED_EVERY = 1;

/** A sentence with the microseconds of a question and its answer, and their share of a run. */
export async function pulseCost(): Promise<string> {
  const { url, close } = await host();
  const profile = await mkdtemp(path.join(tmpdir(), 'lab-drill-'));
  const chrome = await startChrome(profile);
  try {
    const page = await chrome.open(`${url}#/run`);
    const script = (page.workers()[0] ?? (await page.waitForEvent('worker'))).url();
    const microseconds = await page.evaluate(
      async ([address, count]) => {
        const worker = new Worker(address, { type: 'module' });
        const next = () => new Promise((resolve) => (worker.onmessage = resolve));
        const { port2 } = new MessageChannel();
        worker.postMessage({ role: 'storage', root: location.href, port: port2 }, [port2]);
        await next();
        const begun = performance.now();
        for (let i = 0; i < count; i++) {
          worker.postMessage({ type: 'pulse' });
          await next();
        }
        const passed = performance.now() - begun;
        worker.terminate();
        return (1000 * passed) / count;
      },
      [script, QUESTIONS] as const,
    );
    const share = (100 * microseconds) / (1e6 * ASKED_EVERY);
    return `A sign of life takes ${microseconds.toFixed(0)} µs, asked every ${ASKED_EVERY} s: ${share.toFixed(4)}% of a run.`;
  } finally {
    await chrome.kill();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    await close();
  }
}
