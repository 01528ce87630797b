import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runImport } from '../../../src/cli/import-command';
import { UsageError } from '../../../src/cli/usage';
import { jsonl, SHAPES, SOLVED } from '../trajectories/field-files';

const folder = mkdtempSync(path.join(tmpdir(), 'lab-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command on a file of this content. */
async function run(content: string | Uint8Array, ...args: string[]) {
  const file = path.join(folder, 'mine.jsonl');
  writeFileSync(file, content);
  let stdout = '';
  const output = { stdout: (text: string) => void (stdout += text), stderr: () => undefined };
  const kept = await runImport([file, ...args], output);
  return { kept, stdout };
}

const rows = SOLVED.map((solved, i) => SHAPES.gsm8k!(solved, i));

describe('lab import', () => {
  it('says as JSON what a file is, what is kept, and why the rest is not', async () => {
    const file = gzipSync(`${jsonl(rows)}{"question": "?"}\nno json\n`);
    const { kept, stdout } = await run(file, '--json');
    expect(kept).toBe(40);
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'jsonl',
      compression: 'gzip',
      shape: 'gsm8k',
      fields: { prompt: 'question', completion: 'answer' },
      columns: ['question', 'answer'],
      rows: 42,
      kept: 40,
      refused: 2,
      reasons: [
        { reason: expect.stringMatching(/it has no answer/) as string, count: 1, lines: [41] },
        { reason: expect.stringMatching(/not JSON/) as string, count: 1, lines: [42] },
      ],
      notes: [],
      answer: { by: 'marker', marker: '####' },
    });
  });

  it('says the same in words, and writes the rows that are kept', async () => {
    const out = path.join(folder, 'set.jsonl');
    const { stdout } = await run(jsonl([...rows, 7]), '--out', out);
    expect(stdout).toMatch(/40 of 41 rows can be kept/);
    expect(stdout).toMatch(/1 left out: JSON, but no object \(line 41\)/);
    const written = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(written.map((line) => JSON.parse(line) as object)).toEqual(
      SOLVED.map((solved) => ({ ...solved, level: 'all' })),
    );
  });

  it('says by which option a column of whole texts is taken', async () => {
    const alpaca = SOLVED.map(({ prompt, completion }) => ({
      ...{ instruction: prompt, output: completion },
      text: `Q: ${prompt}\n### Response:\n${completion}`,
    }));
    const { stdout } = await run(jsonl(alpaca));
    const [, option, end] = /--map (\S+) --prompt-end "(.*)"\./.exec(stdout)!;
    const texts = await run(jsonl(alpaca), '--map', option!, '--prompt-end', end!, '--json');
    expect(texts.kept).toBe(40);
    expect(JSON.parse(texts.stdout)).toMatchObject({ shape: 'mapped', fields: { text: 'text' } });
  });

  it('maps columns as it is told, and reads answers so', async () => {
    const strange = SOLVED.map(({ prompt, completion }) => ({
      a: 'Do:',
      b: prompt,
      c: completion,
    }));
    expect((await run(jsonl(strange))).stdout).toMatch(/has a, b, c; none of them is known/);
    const map = [
      '--map',
      'prompt=a+b,completion=c',
      '--answer',
      'last-number',
      '--tolerance',
      '0.5',
    ];
    const { kept, stdout } = await run(jsonl(strange), ...map, '--json');
    expect(kept).toBe(40);
    expect(JSON.parse(stdout)).toMatchObject({
      shape: 'mapped',
      fields: { prompt: 'a+b', completion: 'c' },
      answer: { by: 'last-number', tolerance: 0.5 },
    });
  });

  it('knows the lab’s own tasks by their rows', async () => {
    const micro = jsonl([{ prompt: '1+1=', completion: '+12#2' }]);
    expect(JSON.parse((await run(micro, '--json')).stdout)).toMatchObject({
      kept: 1,
      task: { kind: 'arithmetic' },
    });
    const own = await run(micro, '--json', '--task', 'own');
    expect(JSON.parse(own.stdout)).toMatchObject({ kept: 1, task: { kind: 'own' } });
  });

  it.each([
    ['--map', 'question'],
    ['--map', 'ask=question'],
    ['--answer', 'guess'],
    ['--tolerance', 'some'],
    ['--task', 'nope'],
  ])('refuses %s %s', async (...option) => {
    await expect(run(jsonl(rows), ...option)).rejects.toBeInstanceOf(UsageError);
  });
});
