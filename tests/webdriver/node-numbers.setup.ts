/**
 * What the same work gives in Node: runs and a study, while the browsers do theirs. The files appear
 * one after the other; `fromNode` waits for them.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { buildWasm } from '../../scripts/build-wasm.mjs';
import { smallStudy } from '../browser/studies-page';
import { COMPARED, RUNS } from './runs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of what Node gives. */
    fromNode: string;
  }
}

async function lab(...args: string[]): Promise<string> {
  const options = { maxBuffer: 2 ** 26 };
  return (await promisify(execFile)('node', ['scripts/lab.mjs', ...args], options)).stdout;
}

async function compute(folder: string, ended: AbortSignal): Promise<void> {
  for (const name of COMPARED) {
    if (ended.aborted) return;
    const { preset, ...settings } = Object.fromEntries(new URLSearchParams(RUNS[name]));
    const options = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
    const file = path.join(folder, `${name}.json`);
    await writeFile(`${file}.part`, await lab('run', preset!, ...options, '--json'));
    await rename(`${file}.part`, file);
  }
  if (ended.aborted) return;
  const study = path.join(folder, 'small.json');
  await writeFile(study, JSON.stringify(smallStudy()));
  const out = path.join(folder, 'out');
  await lab('study', study, '--out', out, '--workers', '1');
  await rename(out, path.join(folder, 'study'));
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildWasm();
  await lab('help');
  const folder = await mkdtemp(path.join(tmpdir(), 'lab-node-'));
  project.provide('fromNode', folder);
  const ended = new AbortController();
  const computed = compute(folder, ended.signal).catch((error: unknown) =>
    writeFile(path.join(folder, 'failed'), String(error)),
  );
  return async () => {
    ended.abort();
    await computed;
    await rm(folder, { recursive: true });
  };
}
