/**
 * The whole way of a trajectory set: made, measured, cut, exported, imported, trained on. And every
 * kind of bad file.
 */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { expect, test } from './fixtures';
import { act, exportSet, giveFile, makePreset, openSets, rowOf } from './sets-page';

/** Dataset formats as TRL documents them (huggingface.co/docs/trl/dataset_formats). */
const message = v.object({
  role: v.picklist(['system', 'user', 'assistant']),
  content: v.string(),
});
const TRL = {
  /** SFTTrainer, and GRPOTrainer by the prompt alone. */
  'prompt-completion': v.looseObject({ prompt: v.string(), completion: v.string() }),
  messages: v.looseObject({ messages: v.pipe(v.array(message), v.minLength(2)) }),
  text: v.looseObject({ text: v.pipe(v.string(), v.minLength(1)) }),
};

function rowsOf(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

test('a set is made, measured under the base, cut by it, exported, and comes back equal', async ({
  page,
}) => {
  await openSets(page);
  await makePreset(page, /micro preset/, /^tiny/, 'tiny 60, seed 0');
  await act(page, 'tiny 60, seed 0', 'Measure difficulty…');
  await expect(page.getByLabel('Policy')).toHaveValue('base micro');
  await page.getByRole('button', { name: 'Measure' }).click();
  await expect(rowOf(page, 'tiny 60, seed 0')).toContainText('fail', { timeout: 30_000 });
  await expect(rowOf(page, 'tiny 60, seed 0')).toContainText('base micro');

  await act(page, 'tiny 60, seed 0', 'Derive…');
  await page.getByLabel('Difficulty by').selectOption({ index: 1 });
  await page.getByLabel('Size of each').fill('20');
  await page.getByRole('button', { name: 'Make 3 sets' }).click();
  await expect(rowOf(page, 'tiny 60, seed 0, hard 20')).toContainText('hardest by measured');
  const share = async (name: string) =>
    parseFloat((await rowOf(page, name).locator('.difficulty').innerText()).trim());
  const [easy, hard] = [
    await share('tiny 60, seed 0, easy 20'),
    await share('tiny 60, seed 0, hard 20'),
  ];
  expect(easy).toBeLessThan(hard);
  await act(page, 'tiny 60, seed 0, hard 20', 'Make again and compare');
  await expect(page.getByText('the content is equal')).toBeVisible();

  for (const shape of ['prompt-completion', 'messages', 'text'] as const) {
    const { text } = await exportSet(page, 'tiny 60, seed 0, hard 20', shape);
    const rows = rowsOf(text);
    expect(rows).toHaveLength(20);
    for (const row of rows) v.parse(TRL[shape], row);
  }
  const { text, card } = await exportSet(page, 'tiny 60, seed 0, hard 20', 'messages');
  await giveFile(page, card.file.name, text);
  await expect(page.getByRole('dialog').getByLabel('Task')).toHaveValue('micro');
  await page.getByRole('dialog').getByLabel('Name').fill('back again');
  await page.getByRole('button', { name: 'Read the file' }).click();
  await expect(page.getByText('Nothing is wrong with any row.')).toBeVisible();
  await page.getByRole('button', { name: 'Keep 20 rows' }).click();
  await expect(rowOf(page, 'back again')).toContainText(`from ${card.file.name}`);
  const back = await exportSet(page, 'back again', 'messages');
  expect(back.card.digest).toBe(card.digest);
  expect(back.text).toBe(text);

  await rowOf(page, 'back again').getByRole('checkbox').check();
  await rowOf(page, 'tiny 60, seed 0, hard 20').getByRole('checkbox').check();
  await page.getByRole('link', { name: 'Compare the two' }).click();
  await expect(page.getByTestId('overlap')).toContainText('20 trajectories are equal');
});

test('a set made here trains in the run page', async ({ page }) => {
  await openSets(page);
  await makePreset(page, /micro preset/, /^tiny/, 'tiny 60, seed 0');
  await act(page, 'tiny 60, seed 0', 'Train on it');
  await expect(page.getByRole('radio', { name: /tiny 60, seed 0/ })).toBeChecked();
  await expect(page).toHaveURL(/library=/);
  await page.getByLabel('SFT, at most').fill('20');
  await page.getByLabel('RL', { exact: true }).fill('2');
  await page.getByText('Advanced').click();
  await page.getByLabel('Benchmark').fill('10');
  await page.getByRole('button', { name: 'Start the micro run' }).click();
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
    timeout: 60_000,
  });
  await expect(page.getByRole('heading', { level: 1 })).toContainText('tiny 60, seed 0');
});

test('a task of the user’s own is imported, opened, and trains', async ({ page }) => {
  const letters = [...'abcdefghij'];
  const lines = letters.flatMap((a) =>
    letters.flatMap((b) => {
      const next = letters[(letters.indexOf(b) + 1) % 10]!;
      return letters.slice(0, 3).map((c) => {
        const row = { prompt: `${a}${b}${c}?`, completion: `${b}${c}#${next}`, source: 'mine' };
        return JSON.stringify(row);
      });
    }),
  );
  await openSets(page);
  await giveFile(page, 'letters.jsonl', lines.join('\n'));
  await expect(page.getByRole('dialog').getByLabel('Task')).toHaveValue('own');
  await page.getByRole('button', { name: 'Read the file' }).click();
  await page.getByRole('button', { name: 'Keep 300 rows' }).click();
  await page.getByRole('link', { name: 'letters' }).click();
  await page.getByRole('row').nth(1).click();
  await expect(page.getByRole('article')).toContainText('"mine"');
  await act(page, 'letters', 'Train on it');
  await expect(page.getByText('its model begins untrained')).toBeVisible();
  await page.getByLabel('SFT, at most').fill('200');
  await page.getByLabel('RL', { exact: true }).fill('2');
  await page.getByText('Advanced').click();
  await page.getByLabel('Benchmark').fill('10');
  await page.getByRole('button', { name: 'Start the run' }).click();
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
    timeout: 60_000,
  });
  // It is called by its task, and its end token by name: few fonts have the symbol.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('letters · seed 0');
  const attempts = page.getByRole('region', { name: 'Attempts of the model' });
  await expect(attempts.getByText('end', { exact: true }).first()).toBeVisible();
  await expect(attempts).not.toContainText('␄');
});

const GOOD = '{"prompt": "1+1=", "completion": "+12#2"}';
const BAD: readonly (readonly [fault: string, line: string, says: RegExp])[] = [
  ['broken-json', '{"prompt": "1+1=",', /Line 2: The line is not JSON/],
  ['missing-field', '{"prompt": "1+1="}', /Line 2: The row has prompt; it has no completion/],
  ['not-in-vocabulary', '{"prompt": "1+x=", "completion": "+12#2"}', /Line 2: .*"x"/],
  ['not-a-problem', '{"prompt": "1+=", "completion": "#2"}', /Line 2: "1\+=" is not an arithmetic/],
  ['prompt-too-long', '{"prompt": "1+1+1+1+1+1=", "completion": "#2"}', /Line 2: .*allows 10/],
  ['wrong', '{"prompt": "1+2=", "completion": "+23#1"}', /Line 2: The completion gives/],
  ['duplicate', GOOD, /Line 2: Line 1 has the same prompt/],
];

test('every kind of bad row is counted with its line and a sentence; the user keeps the good ones or nothing', async ({
  page,
}) => {
  await openSets(page);
  for (const [fault, line, says] of BAD) {
    await giveFile(page, `${fault}.jsonl`, `\ufeff${GOOD}\r\n${line}\r\n`);
    await page.getByRole('dialog').getByLabel('Task').selectOption('micro');
    await page.getByRole('button', { name: 'Read the file' }).click();
    const found = page.locator(`[data-fault="${fault}"]`);
    await expect(found, fault).toBeVisible();
    await found.locator('summary').click();
    await expect(found).toContainText(says);
    await expect(page.getByTestId('import-report')).toContainText('a byte order mark was removed');
    const isSoft = fault === 'wrong' || fault === 'duplicate';
    if (isSoft) {
      await expect(page.getByRole('button', { name: 'Keep 2 rows' })).toBeVisible();
      await page.getByLabel('Leave these out').check();
    }
    await expect(page.getByRole('button', { name: 'Keep 1 row' })).toBeVisible();
    await page.getByRole('button', { name: 'Keep nothing' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  await expect(page.locator('[data-sets]')).toHaveAttribute('data-sets', '0');
});

test('a file that holds no rows is refused with what it is', async ({ page }) => {
  await openSets(page);
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]);
  const cases: [string, Buffer, RegExp][] = [
    ['empty.jsonl', Buffer.alloc(0), /This file is empty \(0 bytes\)/],
    ['picture.jsonl', png, /This file is a PNG image\. Give JSONL, a JSON array, CSV or Parquet/],
  ];
  for (const [name, content, says] of cases) {
    await giveFile(page, name, content);
    await expect(page.getByRole('dialog')).toContainText(says);
    await page.getByRole('button', { name: 'Close' }).click();
  }
  const long = `${GOOD}\n{"prompt": "${'1+'.repeat(5_000_000)}1="}\n`;
  await giveFile(page, 'long.jsonl', long);
  await page.getByRole('dialog').getByLabel('Task').selectOption('micro');
  await page.getByRole('button', { name: 'Read the file' }).click();
  await expect(page.locator('[data-fault="long-line"]')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Keep 1 row' })).toBeEnabled();
});

const SUMS = Array.from({ length: 12 }, (_, i) => ({
  ask: `What is ${i} + 7?`,
  steps: [`${i} + 7 = ${i + 7}, so ${i + 7}.0`, 'unused'],
  truth: i + 7,
}));

test('a file of any columns is mapped by hand, with the verifier tried on a preview', async ({
  page,
}) => {
  await openSets(page);
  const rows = SUMS.map((row) => JSON.stringify(row));
  await giveFile(page, 'sums.jsonl', [...rows, '{"ask": "and?"}'].join('\n'));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('import-look')).toContainText('names of their own');
  const preview = dialog.getByTestId('import-preview');
  await expect(preview).toContainText('none of them is known as the prompt');
  await dialog.getByLabel('Prompt').selectOption('ask');
  await dialog.getByLabel('Completion', { exact: true }).selectOption('steps.0');
  await dialog.getByLabel('Answer', { exact: true }).selectOption('truth');
  await expect(preview.getByText('What is 2 + 7?')).toBeVisible();
  await dialog.getByLabel('The answer is').selectOption('boxed');
  await expect(preview.getByText('finds no answer')).toHaveCount(3);
  await dialog.getByLabel('The answer is').selectOption('pattern');
  await dialog.getByLabel('Expression').fill('so (\\d+)');
  await expect(preview.getByText('right')).toHaveCount(3);
  await dialog.getByLabel('Expression').fill('(?<=so )\\d+');
  await expect(dialog.getByText('could take longer than anyone waits')).toBeVisible();
  await dialog.getByLabel('The answer is').selectOption('last-number');
  await expect(preview.getByText('right')).toHaveCount(3);
  await page.getByRole('button', { name: 'Read the file' }).click();
  const report = page.getByTestId('import-report');
  await expect(report).toContainText('12 of 13 rows can be kept');
  await report.locator('[data-fault="missing-field"] summary').click();
  await expect(report).toContainText('Line 13: The row has ask; it has no steps.0');
  await dialog.getByLabel('Level').selectOption('truth');
  await expect(report).toBeHidden();
  await dialog.getByLabel('Level').selectOption('');
  await page.getByRole('button', { name: 'Keep 12 rows' }).click();
  await expect(rowOf(page, 'sums')).toContainText('12');
});

test('a packed file of a known shape is taken as it is, and goes out as Parquet for verl', async ({
  page,
}) => {
  await openSets(page);
  const rows = SUMS.map(({ ask, truth }) =>
    JSON.stringify({ question: ask, answer: `It is ${truth}.\n#### ${truth}`, prompt: 'mine' }),
  );
  await giveFile(page, 'sums.jsonl.gz', gzipSync(rows.join('\n')));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('import-look')).toContainText('packed with gzip');
  await expect(dialog.getByTestId('import-look')).toContainText('GSM8K');
  await expect(dialog.getByTestId('import-preview').getByText('right')).toHaveCount(3);
  await page.getByRole('button', { name: 'Read the file' }).click();
  await page.getByRole('button', { name: 'Keep 12 rows' }).click();
  await act(page, 'sums', 'Export…');
  await page.getByLabel('Shape').selectOption('verl-rl');
  const downloading = page.waitForEvent('download', (file) =>
    /parquet$/.test(file.suggestedFilename()),
  );
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const bytes = await readFile(await (await downloading).path());
  expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
  await giveFile(page, 'back.parquet', bytes);
  await expect(dialog.getByTestId('import-look')).toContainText('verl’s RL data');
  await expect(dialog.getByTestId('import-preview')).toContainText('What is 2 + 7?');
});

test('rows that stand in a trainer’s template too are asked about: where its prompt ends is found', async ({
  page,
}) => {
  await openSets(page);
  const rows = SUMS.map(({ ask, truth }) =>
    JSON.stringify({
      ...{ instruction: ask, input: '', output: `${truth}` },
      text: `### Instruction:\n${ask}\n\n### Response:\n${truth}`,
    }),
  );
  await giveFile(page, 'sums.jsonl', rows.join('\n'));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('import-look')).toContainText('alpaca');
  await expect(dialog.getByTestId('import-remark')).toContainText('ends with “### Response:”');
  await dialog.getByRole('button', { name: 'Take text' }).click();
  await expect(dialog.getByLabel('A prompt ends with')).toHaveValue('### Response:\\n');
  await expect(dialog.getByTestId('import-preview')).toContainText('### Instruction:');
  await page.getByRole('button', { name: 'Read the file' }).click();
  await expect(page.getByTestId('import-report')).toContainText('12 of 12 rows can be kept');
});
