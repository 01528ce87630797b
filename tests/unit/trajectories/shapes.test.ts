import { describe, expect, it } from 'vitest';
import { FORMATS, jsonl, readBytes, SHAPES, SOLVED, type Read } from './field-files';

/** The reasons of a report, as `count fault@line,line`. */
function reasonsOf({ report }: Read): string[] {
  return report.faults.map(({ fault, count, lines }) => `${count} ${fault}@${lines.join()}`);
}

function messagesOf({ report }: Read): string {
  return report.faults.flatMap(({ examples }) => examples.map(({ message }) => message)).join('\n');
}

const rowsIn = (shape: string): object[] => SOLVED.map((solved, i) => SHAPES[shape]!(solved, i));

describe('a file in a shape of the field', () => {
  it.each(Object.keys(SHAPES))(
    'such as %s is mapped by itself, and all of it is kept',
    async (shape) => {
      const { look, report, rows } = await readBytes(jsonl(rowsIn(shape)));
      expect(look).toMatchObject({ shape, format: 'jsonl', compression: null });
      expect(report).toMatchObject({ read: 40, kept: 40, faults: [] });
      const end = shape === 'text' ? '\n### Response:\n' : '';
      expect(rows).toEqual(SOLVED.map((row) => ({ ...row, prompt: row.prompt + end })));
    },
  );

  it.each(Object.keys(FORMATS))('is the same as %s', async (format) => {
    for (const shape of ['gsm8k', 'messages', 'verl-rl']) {
      const { look, rows } = await readBytes(FORMATS[format]!(rowsIn(shape)));
      expect(look.shape).toBe(shape);
      expect(rows).toEqual(SOLVED);
    }
  });

  it('keeps the columns that mean nothing to the lab', async () => {
    const { table } = await readBytes(jsonl(rowsIn('dpo').map((row, i) => ({ ...row, score: i }))));
    expect(Object.keys(table!.extras)).toEqual(['rejected', 'score']);
    expect(table!.extras.score!.slice(0, 3)).toEqual([0, 1, 2]);
  });

  it('with several generations gives the first that is called good', async () => {
    const rows = SOLVED.map(({ prompt, completion }, i) => ({
      problem: prompt,
      generations: i % 2 ? [completion, 'x'] : ['x', completion],
      correctness_math_verify: i % 2 ? [true, false] : [false, true],
    }));
    const none = { ...rows[0]!, problem: '9+9=', correctness_math_verify: [false, false] };
    const read = await readBytes(jsonl([...rows, none]));
    expect(read.look.mapping).toMatchObject({
      completion: ['generations.*'],
      label: 'correctness_math_verify.*',
    });
    expect(reasonsOf(read)).toEqual(['1 bad-answer@41']);
    expect(read.rows.map(({ completion }) => completion)).toEqual(
      SOLVED.map(({ completion }) => completion),
    );
    // Where nothing says which is good, the first is taken.
    const unsaid = rows.map(({ problem, generations }) => ({ problem, generations }));
    const { look } = await readBytes(jsonl(unsaid));
    expect(look.mapping).toMatchObject({ completion: ['generations.0'], label: null });
  });

  it('has answers read in the way that the field writes them', async () => {
    const written: [(answer: string) => string, object][] = [
      [(answer) => `so #### ${answer}`, { by: 'marker', marker: '####' }],
      [(answer) => `so \\boxed{${answer}}`, { by: 'boxed' }],
      [(answer) => `so#${answer}`, { by: 'marker', marker: '#' }],
      [(answer) => `it is ${answer}.`, { by: 'last-number' }],
    ];
    for (const [write, rule] of written) {
      const rows = SOLVED.map(({ prompt, answer }) => ({
        prompt,
        completion: write(answer),
        answer,
      }));
      const { look, report } = await readBytes(jsonl(rows));
      expect(look.answer).toEqual(rule);
      expect(report).toMatchObject({ kept: 40, faults: [] });
    }
    const letters = SOLVED.map(({ prompt }) => ({ prompt, completion: 'yes', answer: 'yes' }));
    expect((await readBytes(jsonl(letters))).look.answer).toEqual({ by: 'exact' });
  });
});

describe('a conversation', () => {
  const read = (...turns: object[]) => readBytes(jsonl([{ messages: turns }]));
  const [user, answered] = [
    { role: 'user', content: 'a?' },
    { role: 'assistant', content: 'b#1' },
  ];

  it('has the system’s prompt of a column beside it before it, once', async () => {
    const talk = SOLVED.map(({ prompt, completion }, i) => ({
      system: i % 2 ? 'Add.' : '',
      conversations: [
        ...(i % 4 === 1 ? [{ from: 'system', value: 'Add.' }] : []),
        { from: 'human', value: prompt },
        { from: 'gpt', value: completion },
      ],
    }));
    const { look, rows } = await readBytes(jsonl(talk));
    expect(look).toMatchObject({ shape: 'sharegpt', mapping: { prompt: ['system'] } });
    expect(rows.map(({ prompt }) => prompt)).toEqual(
      SOLVED.map(({ prompt }, i) => (i % 2 ? `Add.\n${prompt}` : prompt)),
    );
  });

  it('has the system’s and earlier turns before the last one of the user', async () => {
    const { rows } = await read(
      { role: 'system', content: 'Add.' },
      ...[user, answered, { role: 'user', content: 'sure?' }],
      { role: 'assistant', content: 'yes#1' },
    );
    expect(rows).toEqual([{ prompt: 'Add.\na?\nb#1\nsure?', completion: 'yes#1', answer: '1' }]);
  });

  it.each<[string, object[], RegExp]>([
    ['without an answer', [user], /messages ends with a turn of the user/],
    ['of the assistant alone', [answered], /a trajectory needs a prompt/],
    ['of nobody', [], /is an empty list/],
    ['with a tool', [user, { role: 'tool', content: '' }, answered], /Message 2.*role "tool"/],
    ['with a picture', [{ role: 'user', content: [{ type: 'image' }] }, answered], /of type image/],
    ['without content', [user, { role: 'assistant', content: null }], /content that is missing/],
  ])('%s is told', async (_, turns, message) => {
    const found = await read(...turns);
    expect(reasonsOf(found)).toEqual(['1 missing-field@1']);
    expect(messagesOf(found)).toMatch(message);
  });
});

describe('an import of a file’s own task', () => {
  const good = rowsIn('prompt-completion');

  it('loses one odd row, and not the file', async () => {
    const levelled = good.map((row, i) => ({ ...row, level: i % 2 === 0 ? 'easy' : 'hard' }));
    const long = { prompt: 'x'.repeat(300), completion: 'é#1', level: 'easy' };
    const { level: _, ...without } = levelled[5]!;
    const odd = [long, without, { prompt: 'p', level: 'hard' }, 7, { ...good[0], level: {} }];
    const file = `${jsonl([...levelled.slice(0, 20), ...odd])}{"broken\n\n${jsonl(levelled.slice(20))}`;
    const read = await readBytes(file);
    expect(read.report).toMatchObject({ read: 46, kept: 40, blankLines: 1 });
    expect(reasonsOf(read)).toEqual([
      '1 prompt-too-long@21',
      '1 no-level@22',
      '2 missing-field@23,25',
      '1 not-a-row@24',
      '1 broken-json@26',
    ]);
    expect(read.task).toMatchObject({ levels: ['easy', 'hard'] });
    // What is left out decides nothing.
    expect(read.task!.characters).not.toContain('é');
  });

  it('takes null and blank cells for what is absent', async () => {
    const rows = good.map((row, i) => ({
      ...row,
      ...(i % 3 === 0 ? { answer: null } : {}),
      ...{ level: null, source: null },
    }));
    for (const file of [jsonl(rows), FORMATS.CSV!(rows)]) {
      expect(await readBytes(file)).toMatchObject({
        report: { kept: 40, faults: [] },
        rows: SOLVED,
      });
    }
  });

  it('counts the elements of a document of one line', async () => {
    const rows = [...good, { prompt: 'p' }, 7];
    const [one, many] = [JSON.stringify(rows), JSON.stringify(rows, null, 1)];
    expect(reasonsOf(await readBytes(`${one}\n`))).toEqual([
      '1 missing-field@41',
      '1 not-a-row@42',
    ]);
    const [fault] = (await readBytes(many)).report.faults;
    expect(many.split('\n')[fault!.lines[0]! - 1]).toBe(' {');
  });

  it('says which fields are there and which are missing where it keeps nothing', async () => {
    const unknown = await readBytes(
      jsonl(SOLVED.map(({ prompt, completion }) => ({ q: prompt, r: completion }))),
    );
    expect(unknown.look.shape).toBe('unknown');
    expect(reasonsOf(unknown)).toEqual([`40 missing-field@${SOLVED.map((_, i) => i + 1).join()}`]);
    expect(messagesOf(unknown)).toMatch(/The row has q, r; none of them is known as the prompt/);
    expect(unknown.report).toMatchObject({ read: 40, kept: 0 });
    const list = await readBytes(jsonl(good.map((row) => ({ ...row, answer: ['1'] }))));
    expect(messagesOf(list)).toMatch(/answer is a list of 1; .* Choose answer\.0/);
    const texts = await readBytes(jsonl([{ text: 'a b' }]));
    expect(messagesOf(texts)).toMatch(/not said with what its prompt ends/);
    const long = await readBytes(jsonl([{ prompt: 'a'.repeat(200), completion: '#'.repeat(100) }]));
    expect(messagesOf(long)).toMatch(
      /prompt has 200 tokens, the completion with its end 101; .* 256/,
    );
  });

  it('reads what the user maps, by paths too', async () => {
    const rows = SOLVED.map(({ prompt, completion, answer }) => ({
      task: { a: 'Solve.', b: prompt },
      tries: ['x', completion],
      truth: [answer],
    }));
    const mapping = { prompt: ['task.a', 'task.b'], completion: ['tries.1'], answer: 'truth.0' };
    const { rows: read } = await readBytes(jsonl(rows), { mapping });
    expect(read).toEqual(SOLVED.map((row) => ({ ...row, prompt: `Solve.\n${row.prompt}` })));
  });

  it('keeps long integers and numbers that JSON has not', async () => {
    const file = `{"prompt":"p","completion":"#12345678901234567890","answer":12345678901234567890,"id":-9007199254740993,"s":"x 9007199254740993","r":NaN}\n`;
    const { table } = await readBytes(file);
    expect(table).toMatchObject({
      answers: ['12345678901234567890'],
      extras: { id: ['-9007199254740993'], s: ['x 9007199254740993'], r: [null] },
    });
  });
});

describe('a broken element', () => {
  const elements = rowsIn('gsm8k')
    .slice(0, 6)
    .map((row) => JSON.stringify(row));
  elements[2] = elements[2]!.replace('"answer":"', '"answer":');

  it.each([
    ['in a line of its own', `[\n${elements.join(',\n')}\n]`, 4],
    ['in one line', `[${elements.join(', ')}]`, 3],
  ])('of an array %s costs itself alone', async (_, file, line) => {
    const read = await readBytes(file);
    expect(read.report).toMatchObject({ read: 6, kept: 5 });
    expect(reasonsOf(read)).toEqual([`1 broken-json@${line}`]);
  });

  it('of a table is named with its line', async () => {
    const read = await readBytes(
      `question,answer\n"a\nb",#### 1\n"x,#### 2\nc,#### 3\nd,e,#### 4\n`,
    );
    expect(read.report).toMatchObject({ read: 4, kept: 2 });
    expect(reasonsOf(read)).toEqual(['2 broken-record@4,6']);
  });

  it('of the rows API that was cut short is left out', async () => {
    const row = { row_idx: 0, row: rowsIn('gsm8k')[0], truncated_cells: ['answer'] };
    const read = await readBytes(JSON.stringify({ rows: [row, { ...row, truncated_cells: [] }] }));
    expect(read.report).toMatchObject({ read: 2, kept: 1 });
    expect(messagesOf(read)).toMatch(/rows API cut the cells answer/);
  });
});

describe('a file that is not read', () => {
  it.each<[string, string | number[], RegExp]>([
    ['of 0 bytes', [], /empty \(0 bytes\)/],
    ['that is a renamed PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0], /a PNG image/],
    ['that is zipped', [0x50, 0x4b, 0x03, 0x04, 20, 0], /a ZIP archive/],
    ['of binary data', [0x7b, 0, 1, 2], /binary data/],
    [
      'that Git LFS keeps',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0',
      /pointer of Git LFS/,
    ],
    ['that is a web page', '<!doctype html><title>Log in</title>', /a web page/],
    ['of prose', 'Once upon a time\nthere was a file.\n', /neither JSON nor a table/],
  ])('%s says what it seems to be, and what is read', async (_, content, message) => {
    const file = typeof content === 'string' ? content : Uint8Array.from(content);
    await expect(readBytes(file)).rejects.toMatchObject({
      name: 'LabError',
      message: expect.stringMatching(message) as string,
    });
  });
});
