import { beforeEach, describe, expect, it } from 'vitest';
import { ChartCursor } from '../../../src/views/charts/chart-cursor.svelte';
import { ChartState } from '../../../src/views/charts/chart-state.svelte';
import { Measurements } from '../../../src/views/run/measurements';
import { benchmarkChart, lossChart } from '../../../src/views/run/run-charts';
import { forecastEntry } from '../../../src/views/run/forecast-layer';
import { SCRIPTED_CONFIG, scriptedEvents } from './run/scripted-run';

const measurements = new Measurements(SCRIPTED_CONFIG);
measurements.takeLog(0, scriptedEvents(SCRIPTED_CONFIG));
const lossSpec = lossChart(measurements, () => []);
const benchmarkSpec = benchmarkChart(measurements, {
  levels: ['L1', 'L2', 'L3', 'L4'],
  hasHeldOut: false,
});
const AHEAD = [
  { compute: 4e9, value: 70, low: 68, high: 72 },
  { compute: 6e9, value: 71, low: 65, high: 78 },
];
const lastLoss = measurements.loss.length - 1;

let cursor: ChartCursor;
let loss: ChartState;
let benchmark: ChartState;

beforeEach(() => {
  cursor = new ChartCursor();
  [loss, benchmark] = [lossSpec, benchmarkSpec].map(
    (spec) => new ChartState({ spec: () => spec, version: () => 0, cursor }),
  ) as [ChartState, ChartState];
});

describe('the cursor of the charts', () => {
  it.each([
    ['Home', 30, 0],
    ['End', 30, lastLoss],
    ['ArrowLeft', 30, 29],
    ['ArrowDown', 30, 29],
    ['ArrowRight', 30, 31],
    ['ArrowUp', 30, 31],
    ['PageDown', 30, 20],
    ['PageUp', 30, 40],
    ['ArrowLeft', 0, 0],
    ['PageDown', 3, 0],
    ['ArrowRight', lastLoss, lastLoss],
  ])('on %s moves from row %d to row %d', (key, from, to) => {
    cursor.moveTo(measurements.loss.positionAt(from).compute);
    expect(loss.moveCursor(key)).toBe(true);
    expect(loss.row).toBe(to);
  });

  it('leaves other keys to the page', () => {
    expect(loss.moveCursor('Tab')).toBe(false);
    expect(loss.moveCursor('a')).toBe(false);
    expect(cursor.compute).toBeNull();
  });

  it('moves every chart to the same compute, and Escape takes it away', () => {
    loss.moveCursor('Home');
    expect(benchmark.row).toBe(0);
    expect(benchmark.positionText).toBe(loss.positionText);
    loss.moveCursor('Escape');
    expect(benchmark.row).toBe(benchmark.lastRow);
  });
});

describe('the readout of a chart', () => {
  it('has the newest value of each line where none is pointed at', () => {
    const [overall] = benchmark.readout;
    expect(overall!.label).toBe('overall');
    expect(overall!.text).toBe(measurements.summary!.final.score.toFixed(1));
  });

  it('looks back to the last evaluation between two of them', () => {
    cursor.moveTo(measurements.loss.positionAt(59).compute);
    const validation = loss.readout.find(({ label }) => label === 'validation');
    expect(validation!.text).not.toBe('–');
  });

  it('has what a layer draws after the lines, and says it to screen readers', () => {
    const drawn = () => forecastEntry(AHEAD);
    const spec = { ...benchmarkSpec, drawn };
    const chart = new ChartState({ spec: () => spec, version: () => 0, cursor });
    expect(chart.readout.at(-1)).toMatchObject({ text: '71.0 (90%: 65.0–78.0)' });
    expect(chart.valueText).toMatch(/forecast with half as much RL again 71\.0/);
  });

  it('is one sentence for screen readers', () => {
    expect(benchmark.valueText).toMatch(
      /^RL step 60 · .+ GFLOPs: overall \d+\.\d, L1 .+, L2 .+, L3 .+, L4 .+$/,
    );
  });

  it('of an empty chart says so', () => {
    const spec = lossChart(new Measurements(SCRIPTED_CONFIG), () => []);
    const empty = new ChartState({ spec: () => spec, version: () => 0, cursor });
    expect(empty.valueText).toBe('no data yet');
    expect(empty.readout.map(({ text }) => text)).toEqual(['–', '–', '–']);
    expect(empty.moveCursor('Home')).toBe(false);
  });
});
