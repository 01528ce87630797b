/** Terminals of the lab, as processes that can be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseResults } from '../../src/studies/parse-results';
import { SMALL_STUDY, timeless } from '../../tests/unit/runtime/small-study';

export interface Ended {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly stderr: string;
}

export interface Terminal {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the lab as a user does. */
export function terminal(...args: string[]): Terminal {
  const child = spawn(process.execPath, ['scripts/lab.mjs', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stderr }));
  });
  return { child, ended };
}

/** Resident memory of a process, in bytes; 0 where the system does not tell. */
export async function residentBytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0);
}

/** A folder of the drill's own with a small study in it. */
export async function studyFolder(): Promise<{ folder: string; study: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lab-drill-'));
  const study = path.join(folder, 'small.json');
  await writeFile(study, JSON.stringify(SMALL_STUDY));
  return { folder, study };
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** What a study came to, without the times that it took, as text; null where it has no results. */
export async function outcomeIn(out: string): Promise<string | null> {
  const text = await readFile(path.join(out, 'results.json'), 'utf8').catch(() => null);
  return text === null ? null : JSON.stringify(timeless(parseResults(JSON.parse(text))));
}
