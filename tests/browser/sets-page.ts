/** What tests and benchmark of the page of trajectory sets have in common. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';

export async function openSets(page: Page): Promise<void> {
  await page.goto('#/trajectories');
  await expect(page.locator('[data-sets]')).toHaveAttribute('data-sets', /\d+/);
}

export function rowOf(page: Page, name: string) {
  return page.locator(`tr[data-name="${name}"]`);
}

/** One of the recipes' sets, by one click. */
export async function makePreset(
  page: Page,
  task: RegExp,
  name: RegExp,
  made: string,
): Promise<void> {
  await page.getByRole('radio', { name: task }).click();
  await page.getByRole('button', { name }).click();
  await expect(rowOf(page, made)).toBeVisible();
}

/** A hundred thousand trajectories, made and listed. */
export async function makeLarge(page: Page): Promise<void> {
  await page.getByText('A set of your own settings').click();
  await page.getByLabel('Size').fill('100000');
  await page.getByRole('button', { name: 'Make the set' }).click();
  await expect(rowOf(page, 'uniform 100000, seed 0')).toBeVisible({ timeout: 120_000 });
}

/** Opens what makeLarge made, and goes through its rows by wheel and by key. */
export async function scrollToEnd(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'uniform 100000' }).click();
  await expect(page.locator('[data-count]')).toHaveAttribute('data-count', '100000');
  await page.getByTestId('rows').hover();
  for (let i = 0; i < 60; i++) await page.mouse.wheel(0, 600 + 500 * i);
  await page.getByRole('grid').focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('article')).toContainText('Trajectory 100,000');
}

export async function act(page: Page, set: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${set}`, exact: true }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Gives a file to the import, which then has read its first rows. */
export async function giveFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  const buffer = typeof content === 'string' ? Buffer.from(content) : content;
  const file = { name, mimeType: 'application/jsonl', buffer };
  await page.getByLabel('File of trajectories').setInputFiles(file);
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Read the file' })).toBeEnabled();
}

/** Exports a set; the texts of the file and of its card. */
export async function exportSet(
  page: Page,
  name: string,
  shape: string,
): Promise<{ text: string; card: { digest: string; file: { name: string } } }> {
  await act(page, name, 'Export…');
  await page.getByLabel('Shape').selectOption(shape);
  const files: string[] = [];
  const both = new Promise<void>((resolve, reject) => {
    page.on('download', (download) => {
      download
        .path()
        .then((path) => readFile(path, 'utf8'))
        .then((text) => files.push(text) === 2 && resolve(), reject);
    });
  });
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await both;
  const [card, text] = files.sort((a) => (a.includes('"format"') ? -1 : 1));
  page.removeAllListeners('download');
  return { text: text!, card: JSON.parse(card!) as { digest: string; file: { name: string } } };
}
