import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import type { BenchRow, EngineMeasurement } from '../../../src/bench/measure';
import {
  benchCsv,
  markdownText,
  numberTable,
  ratios,
  ratioTable,
  rooflines,
  summaryTable,
} from '../../../src/bench/report';
import { stepFlops, WORKLOADS } from '../../../src/bench/workloads';

const took = (milliseconds: number, tokens: number): EngineMeasurement => ({
  milliseconds,
  cpuMilliseconds: null,
  tokensPerSecond: (1000 * tokens) / milliseconds,
  dispatches: null,
});

function row(engine: string, changes: Partial<BenchRow>): BenchRow {
  return {
    workload: '0.1M',
    rows: 64,
    engine,
    device: engine.endsWith('webgpu') ? 'gpu' : 'cpu',
    description: `${engine}, "quoted"`,
    step: null,
    rollout: null,
    stepEstimate: null,
    rolloutEstimate: null,
    failure: null,
    memoryBytes: null,
    productFlops: null,
    ...changes,
  };
}

const ROWS: readonly BenchRow[] = [
  row('webgpu', { step: took(2, 3072), rollout: took(1, 3000) }),
  row('tfjs:webgpu', { step: took(60, 3072), rolloutEstimate: 41_000 }),
  row('wasm', { step: took(50, 3072), rollout: took(100, 3000), productFlops: 40e9 }),
  row('tfjs:wasm', { step: took(600, 3072), rollout: took(900, 1500) }),
  row('jax:wasm', { step: took(250, 3072), rollout: took(400, 3008) }),
  // Another batch: nothing of it is compared with the others.
  row('webgpu', { rows: 4, step: took(1, 192) }),
];

describe('the benchmark’s report', () => {
  it('compares each engine with others on the same kind of device, model and batch', () => {
    const [gpu, tfjsGpu, wasm, , jax, small] = ratios(ROWS);
    expect(gpu).toMatchObject({ trainingVsTfjs: 30, trainingVsWasm: 25, trainingVsJax: null });
    expect(gpu?.samplingVsTfjs).toBeNull();
    expect(gpu?.samplingVsWasm).toBeCloseTo(100);
    expect(tfjsGpu?.samplingVsTfjs).toBeNull();
    expect(wasm).toMatchObject({ trainingVsTfjs: 12, trainingVsJax: 5, trainingVsWasm: 1 });
    // Rates of tokens, not of rollouts, which may end early.
    expect(wasm?.samplingVsTfjs).toBeCloseTo(18);
    expect(jax?.trainingVsTfjs).toBeCloseTo(2.4);
    expect(small).toMatchObject({ trainingVsTfjs: null, trainingVsWasm: null });
  });

  it('shows what was skipped with an estimate, and never as a figure', () => {
    const numbers = numberTable(ROWS)[2]!;
    expect(numbers.at(-1)).toBe('rollout skipped, estimated 41.0 s');
    const failed = row('jax:wasm', { failure: 'out of memory' });
    expect(numberTable([failed])[1]?.at(-1)).toBe('failed: out of memory');
    expect(ratioTable(ROWS)[1]?.slice(0, 5)).toEqual(['0.1M', 'webgpu', '30.0×', '–', '25.0×']);
    expect(ratioTable(ROWS)[1]?.at(-1)).toBe('100×');
  });

  it('writes the README’s table as Prettier would', async () => {
    const text = `${markdownText(summaryTable(ROWS))}\n`;
    expect(await format(text, { parser: 'markdown' })).toBe(text);
    const [, , gpu, tfjs] = text.split('\n').map((line) => line.split('|').map((c) => c.trim()));
    expect(gpu?.slice(1, 4)).toEqual(['0.1M, 64 rows', 'webgpu', '30.0×']);
    expect(tfjs?.at(-2)).toBe('skipped: 41.0 s each');
  });

  it('holds a step’s rate against a product’s where both were measured', () => {
    const [only, ...rest] = rooflines(ROWS);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ engine: 'wasm', productFlops: 40e9 });
    expect(only?.stepFlops).toBeCloseTo(stepFlops(WORKLOADS[0]!) / 0.05);
  });

  it('writes a CSV whose lines have as many cells as its head', () => {
    const [head, ...lines] = benchCsv(ROWS).trimEnd().split('\n');
    const width = head!.split(',').length;
    expect(lines).toHaveLength(ROWS.length);
    for (const line of lines) {
      expect(line).toMatch(/"[a-z:]+, ""quoted"""/);
      expect(line.replace(/"(?:[^"]|"")*"/, 'text').split(',')).toHaveLength(width);
    }
  });
});
