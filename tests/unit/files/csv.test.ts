import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvFormOf, csvRecords, type CsvForm, type CsvRecord } from '../../../src/files/csv';

const COMMAS: CsvForm = { delimiter: ',', newline: '\n' };

async function recordsOf(text: string, form = COMMAS, size = text.length + 1) {
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.slice(i * size, (i + 1) * size),
  );
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(pieces, form)) records.push(record);
  return records;
}

describe('records of a CSV file', () => {
  it('start on the lines of the file, whatever their cells hold', async () => {
    const text = 'a,b\n\n"x\ny","say ""hi"""\n1, 2 \n"z",\n';
    expect((await recordsOf(text)).map(({ line, cells }) => [line, cells])).toEqual([
      [1, ['a', 'b']],
      [3, ['x\ny', 'say "hi"']],
      [5, ['1', ' 2 ']],
      [6, ['z', '']],
    ]);
  });

  it('are the same however the text arrives, and each line end is told', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é') });
    const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 12 });
    const ends = fc.constantFrom('\n', '\r\n', '\r');
    await fc.assert(
      fc.asyncProperty(rows, ends, fc.integer({ min: 1, max: 9 }), async (cells, newline, size) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = cells.map((row) => row.map(quoted).join()).join(newline) + newline;
        const form = { delimiter: ',', newline } as const;
        const found = await recordsOf(text, form, size);
        expect(found.map((record) => record.cells)).toEqual(cells);
        expect(found.some(({ isBroken }) => isBroken)).toBe(false);
      }),
    );
  });

  it.each([3, 1000])(
    'with an open quote cost their first line alone (pieces of %i)',
    async (size) => {
      const text = 'a,b\n"open,1\n"x","y"\n2,"open\n3,4\n';
      const found = await recordsOf(text, COMMAS, size);
      expect(found.map(({ line, cells, isBroken }) => [line, isBroken ? null : cells])).toEqual([
        [1, ['a', 'b']],
        [2, null],
        [3, ['x', 'y']],
        [4, null],
        [5, ['3', '4']],
      ]);
    },
  );

  it('with a quote that stays open for a megabyte are given up', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `${i},${'x'.repeat(40)}`);
    const found = await recordsOf(`a,b\n"open,1\n${lines.join('\n')}\n`, COMMAS, 1 << 16);
    expect(found).toHaveLength(40_002);
    expect(found.filter(({ isBroken }) => isBroken).map(({ line }) => line)).toEqual([2]);
  });
});

describe('the form of a CSV file', () => {
  it.each<[string, CsvForm | null]>([
    ['a,b\n1,2\n', COMMAS],
    ['a;b\r\n1,5;2\r\n', { delimiter: ';', newline: '\r\n' }],
    ['a\tb\r1\t2\r', { delimiter: '\t', newline: '\r' }],
    ['a|b\n1|2\n', { delimiter: '|', newline: '\n' }],
    ['"a, b";c\n"1, 2";3\n', { delimiter: ';', newline: '\n' }],
    ['just a text\nof two lines\n', null],
    ['# made, by, hand\na;b\n1;2\n', { delimiter: ';', newline: '\n' }],
  ])('%j is found', async (text, form) => {
    expect(await csvFormOf(text, '#')).toEqual(form);
  });
});
