/** Files with damage of every kind: nothing is lost without a word, and nothing fails that is not an error of the lab. */
import { describe, expect, it } from 'vitest';
import { isLabError } from '../../../src/errors';
import { Random } from '../../../src/random';
import { mutated } from '../files/mutated';
import { FORMATS, readBytes, SHAPES, SOLVED } from './field-files';

/** How many files; the long run sets it. */
const FILES = Number(process.env.MUTATED_FILES ?? 150);

const encoder = new TextEncoder();

describe('damaged files', () => {
  it(`are accounted for row by row (${FILES} of them)`, { timeout: 3_600_000 }, async () => {
    const random = Random.from(7);
    const shapes = Object.values(SHAPES);
    const formats = Object.values(FORMATS);
    const counts = { read: 0, refused: 0, kept: 0 };
    for (let i = 0; i < FILES; i++) {
      const shape = shapes[random.integer(shapes.length)]!;
      const written = formats[random.integer(formats.length)]!(SOLVED.slice(0, 8).map(shape));
      const whole = typeof written === 'string' ? encoder.encode(written) : written;
      const file = mutated(whole, random);
      try {
        const { report, table } = await readBytes(file);
        const lost = report.faults.reduce((sum, { kept, count }) => sum + (kept ? 0 : count), 0);
        expect(report.kept + lost, `file ${i}`).toBe(report.read);
        expect(table?.rows ?? 0, `file ${i}`).toBe(report.kept);
        counts.read += 1;
        counts.kept += report.kept;
      } catch (error) {
        // What is no longer a file of rows is refused with a reason.
        if (!isLabError(error, 'file')) throw new Error(`file ${i}`, { cause: error });
        counts.refused += 1;
      }
    }
    expect(counts.read).toBeGreaterThan(FILES / 2);
    expect(counts.kept).toBeGreaterThan(FILES);
  });
});
