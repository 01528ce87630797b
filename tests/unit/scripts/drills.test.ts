import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Runs the short form, which drills no page. */
function drills(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const command = ['scripts/drills.mjs', '--short', ...args];
    execFile(process.execPath, command, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('the drills', () => {
  it('lose nothing, hang nowhere and let no error slip, in their short form', async () => {
    const { code, stdout, stderr } = await drills('--seed', '2', '--minutes', '30');
    expect(code, stderr).toBe(0);
    const rows = stdout.split('\n').filter((line) => line.startsWith('| damaged'));
    expect(rows).toHaveLength(9);
    for (const row of rows) expect(row).toMatch(/\| 200 \| 0 \| 0 \| 0 \|/);
    expect(stdout).toMatch(/\| terminal killed in a study \| [1-9]/);
  });

  it('say which there are, where none of that name is', async () => {
    const { code, stderr } = await drills('--only', 'nothing');
    expect(code).toBe(2);
    expect(stderr).toContain('fuzz-parquet');
  });
});
