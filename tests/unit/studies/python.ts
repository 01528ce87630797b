/** Exports in a folder of their own, and what Python says of them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exportStudy } from '../../../src/studies/trainer-export';
import type { StudyConfig } from '../../../src/studies/study-config';

export const MODEL = 'Qwen/Qwen2.5-0.5B';

/** Writes an export to a new folder, and returns it with its paths. */
export async function exported(study: StudyConfig, trainer: string) {
  const folder = mkdtempSync(join(tmpdir(), 'lab-export-'));
  const files = new Map<string, string | Uint8Array>();
  for await (const { path, content } of exportStudy(study, { trainer, model: MODEL })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    files.set(path, content);
  }
  return { folder, files };
}

/** Runs python3 in a folder; returns what it prints. */
export function python(folder: string, args: readonly string[], input = ''): string {
  const options = { cwd: folder, input, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  return execFileSync('python3', ['-B', ...args], options);
}
