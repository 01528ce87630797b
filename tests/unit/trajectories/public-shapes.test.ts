/** Columns that public data sets have beside a prompt and a completion, and what a user would want of them. */
import { describe, expect, it } from 'vitest';
import { FORMATS, jsonl, readBytes, SOLVED } from './field-files';

const read = (rowOf: (solved: (typeof SOLVED)[number], row: number) => object) =>
  readBytes(jsonl(SOLVED.map(rowOf)));

describe('an import', () => {
  it('has what a model thought before what it answered', async () => {
    const think = ({ completion }: { completion: string }): string[] => completion.split('\n');
    const columns = await read((solved) => ({
      ...{ prompt: solved.prompt, response: think(solved)[1], thinking: think(solved)[0] },
    }));
    expect(columns.look.mapping.completion).toEqual(['thinking', 'response']);
    expect(columns.rows).toEqual(SOLVED);
    const messages = await read((solved) => ({
      messages: [
        { role: 'user', content: solved.prompt },
        { role: 'assistant', reasoning_content: think(solved)[0], content: think(solved)[1] },
      ],
    }));
    expect(messages.rows).toEqual(SOLVED);
  });

  it('keeps rows that have no thoughts or no system’s prompt, and none without a question', async () => {
    const { report, rows } = await readBytes(
      jsonl([
        { system_prompt: null, question: 'a?', thinking: '', response: '#1' },
        { system_prompt: 'Add.', question: 'b?', thinking: 'hm', response: '#2' },
        { system_prompt: 'Add.', response: '#3' },
        { question: 'd?', thinking: 'hm' },
      ]),
    );
    expect(rows.map(({ prompt, completion }) => [prompt, completion])).toEqual([
      ['a?', '#1'],
      ['Add.\nb?', 'hm\n#2'],
    ]);
    expect(report.faults).toMatchObject([{ fault: 'missing-field', count: 2, lines: [3, 4] }]);
  });

  it('learns nothing from answers that are labelled as bad', async () => {
    const kto = ({ prompt, completion }: (typeof SOLVED)[number], i: number) => ({
      prompt,
      completion: i % 4 === 3 ? completion.replace(/\d+$/, '0') : completion,
      label: i % 4 !== 3,
    });
    for (const file of [jsonl(SOLVED.map(kto)), FORMATS.CSV!(SOLVED.map(kto))]) {
      const { look, report, rows } = await readBytes(file);
      expect(look.mapping.label).toBe('label');
      expect(report).toMatchObject({ read: 40, kept: 30 });
      expect(report.faults).toMatchObject([{ fault: 'bad-answer', count: 10, kept: false }]);
      expect(rows).toEqual(SOLVED.filter((_, i) => i % 4 !== 3));
    }
    const classes = await read(({ prompt, completion }, i) => ({
      prompt,
      completion,
      label: i % 3,
    }));
    expect(classes.look.mapping.label).toBeNull();
    expect(classes.report.kept).toBe(40);
  });

  it('says what it knows where a column is missing', async () => {
    const { report } = await read(({ prompt, answer }) => ({
      Question: prompt,
      choices: [answer],
    }));
    const [{ examples }] = report.faults as [(typeof report.faults)[number]];
    expect(examples[0]!.message).toMatch(/none of them is known as the completion/);
  });

  it.each<[string, string, string]>([
    ['inputs', 'targets', 'answer'],
    ['question', 'rationale', 'correct'],
    ['question', 'explanation', 'answer'],
    ['prompt', 'canonical_solution', 'answer'],
    ['user_question', 'r1_solution_2', 'final_answer'],
    ['text', 'code', 'answer'],
  ])('knows %s, %s and %s', async (prompt, completion, answer) => {
    const { look, rows } = await read((solved) => ({
      ...{ [prompt]: solved.prompt, [completion]: solved.completion, [answer]: solved.answer },
    }));
    expect(look.mapping).toMatchObject({ prompt: [prompt], completion: [completion], answer });
    expect(rows).toEqual(SOLVED);
  });

  it('takes the first of a list of solutions, and never the list', async () => {
    const { look, rows } = await read(({ prompt, completion }) => ({
      ...{ question: prompt, solutions: JSON.stringify([completion, 'another']) },
    }));
    expect(look.mapping.completion).toEqual(['solutions.0']);
    expect(rows).toEqual(SOLVED);
  });

  it('remarks on completions that are bare answers', async () => {
    const bare = await read(({ prompt, answer }) => ({ problem: prompt, answer }));
    expect(bare.look.remarks).toEqual([{ because: 'bare-answers', column: 'answer' }]);
    const worked = await read(({ prompt, completion }) => ({
      problem: prompt,
      answer: completion,
    }));
    expect(worked.look.remarks).toEqual([]);
  });

  it('asks which is to be learned where the rows stand in a trainer’s template too', async () => {
    const row = ({ prompt, completion }: (typeof SOLVED)[number]) => ({
      ...{ instruction: 'Subtract.', input: prompt, output: completion },
      text: `### Instruction:\nSubtract.\n\n### Input:\n${prompt}\n\n### Response:\n${completion}`,
    });
    const { look, rows } = await read(row);
    const remark = { because: 'whole-text', column: 'text', promptEnd: '### Response:\n' };
    expect(look).toMatchObject({ shape: 'alpaca', remarks: [remark] });
    expect(rows[0]!.prompt).toBe(`Subtract.\n${SOLVED[0]!.prompt}`);
    const notes = await read((solved) => ({ ...row(solved), text: 'a note' }));
    expect(notes.look.remarks).toEqual([]);
  });
});

describe('a text in UTF-16', () => {
  const written = SOLVED.map(({ prompt, completion }) => ({
    ...{ question: prompt, answer: completion.replace(' = ', ' ⟹ ') },
  }));
  const wide = (text: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le'));

  it.each(['JSONL', 'a JSON array', 'TSV', 'Python’s dicts'])('is read as %s', async (format) => {
    const text = FORMATS[format]!(written) as string;
    const little = wide(text);
    const big = Uint8Array.from(Buffer.from(little).swap16());
    const expected = await readBytes(text);
    expect(expected.report.kept).toBe(40);
    for (const bytes of [little, big]) {
      const { report, rows, look } = await readBytes(bytes);
      expect(rows).toEqual(expected.rows);
      expect(look.format).toBe(expected.look.format);
      expect(report).toMatchObject({ read: 40, kept: 40, faults: [] });
    }
  });

  it('loses the row in which it is damaged, and no other', async () => {
    const bytes = wide(FORMATS.TSV!(written) as string);
    // Half a surrogate pair in the first row.
    const at = 2 * (1 + 'question\tanswer\n"What'.length);
    bytes.set([0x00, 0xd8], at);
    const { report } = await readBytes(bytes);
    expect(report).toMatchObject({ read: 40, kept: 39 });
    expect(report.faults).toMatchObject([{ fault: 'not-utf8', count: 1, lines: [2] }]);
  });
});
