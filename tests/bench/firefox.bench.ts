/**
 * The engines side by side in Firefox, by its page *Device*: `npm run bench:firefox` prints a Markdown
 * table. Where there is no GPU, VK_ICD_FILENAMES names the driver of a software adapter; SwiftShader
 * unless it is set.
 */
import { expect, it } from 'vitest';
import type { BenchRow, EngineMeasurement } from '../../src/bench/measure';
import { findFirefox } from '../../scripts/lib/other-browsers.mjs';
import { button } from '../webdriver/driver/client';
import { startFirefox } from '../webdriver/driver/firefox';
import { savedBy, serveLab } from '../webdriver/lab-page';

/** Milliseconds and, against TensorFlow.js on the same kind of device, how many times as fast. */
function cells(own: EngineMeasurement | null, plain: EngineMeasurement | null): string[] {
  if (!own) return ['–', '–'];
  const ratio = plain ? `${(plain.milliseconds / own.milliseconds).toPrecision(3)}×` : '–';
  return [own.milliseconds.toFixed(1), ratio];
}

function lineOf(row: BenchRow, rows: readonly BenchRow[]): string {
  const plainName = row.device === 'gpu' ? 'tfjs:webgpu' : 'tfjs:wasm';
  const plain = rows.find(({ engine, workload }) => {
    return engine === plainName && workload === row.workload;
  });
  const step = cells(row.step, plain?.step ?? null);
  const rollout = cells(row.rollout, plain?.rollout ?? null);
  const rate = row.rollout?.tokensPerSecond.toFixed(0) ?? '–';
  const model = `${row.workload}, ${row.rows} rows`;
  return `| ${[model, row.engine, ...step, ...rollout, rate].join(' | ')} |`;
}

it('the engines in Firefox', { timeout: 1_200_000 }, async () => {
  const app = await serveLab();
  const { browser, stop } = await startFirefox(findFirefox()!);
  try {
    await browser.goto(`${app.url}#/device`);
    await browser.click(button('Measure'));
    const speed = '[aria-label="Speed"]';
    await browser.attribute(speed, 'data-complete', (value) => value === 'true', 1_100_000);
    const { content } = await savedBy(browser, () => browser.click(button('JSON')));
    const { adapter, rows } = JSON.parse(content.toString()) as {
      adapter: { name: string };
      rows: BenchRow[];
    };
    expect(rows.length).toBeGreaterThan(0);
    console.log(
      [
        `\n${adapter.name}\n`,
        '| model, batch | engine | training step, ms | vs tfjs | rollout, ms | vs tfjs | sampled tokens/s |',
        '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
        ...rows.map((row) => lineOf(row, rows)),
        '',
      ].join('\n'),
    );
  } finally {
    await stop();
    app.stop();
  }
});
