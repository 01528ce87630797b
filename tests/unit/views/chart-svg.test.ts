import { describe, expect, it } from 'vitest';
import { chartSvg } from '../../../src/views/charts/chart-svg';
import { Measurements } from '../../../src/views/run/measurements';
import { panelChart, panelsOf } from '../../../src/views/run/rl-panels';
import { benchmarkChart, lossChart } from '../../../src/views/run/run-charts';
import { readSvg } from '../figures/svg-checks';
import { SCRIPTED_CONFIG, scriptedEvents } from './run/scripted-run';

const measurements = new Measurements(SCRIPTED_CONFIG);
measurements.takeLog(0, scriptedEvents(SCRIPTED_CONFIG));
const levels = ['L1', 'L2', 'L3', 'L4'];
const benchmark = benchmarkChart(measurements, { levels, hasHeldOut: false });
const loss = lossChart(measurements, () => measurements.labelledPhases());
const panels = panelsOf(SCRIPTED_CONFIG).map((panel) => panelChart(measurements, panel));

function svgOf(spec: typeof loss) {
  return readSvg(
    chartSvg(spec, { theme: 'light', name: 'micro-tiny-seed-0', reading: 'what it says' }),
  );
}

describe('a chart as a picture', () => {
  it.each([benchmark, loss, ...panels].map((spec) => [spec.title, spec] as const))(
    '%s is well-formed, with its title, its lines by name and no number that is none',
    (title, spec) => {
      const { texts, elements, width, height } = svgOf(spec);
      expect([width, height]).toEqual([1280, 720]);
      expect(texts).toContain(title);
      for (const { label } of spec.lines) expect(texts).toContain(label);
      const written = elements.flatMap(({ attributes }) => Object.values(attributes));
      expect(written.filter((value) => /NaN|Infinity|undefined/.test(value))).toEqual([]);
    },
  );

  it('has the layers of the screen: sub-phases, the switch and the lowest loss', () => {
    const { texts } = svgOf(loss);
    expect(texts).toContain('switch to RL');
    expect(texts.some((text) => /^lowest 0\.\d{3}$/.test(text))).toBe(true);
    expect(texts.some((text) => /^(adaptation|stable|mild|severe)$/.test(text))).toBe(true);
  });

  it('names a phase in whole however narrow it is', () => {
    const { compute: end } = measurements.loss.positionAt(measurements.loss.length - 1);
    const spans = [
      { phase: 'adaptation', from: 0, to: 0.5 * end },
      { phase: 'mild', from: 0.5 * end, to: 0.505 * end },
      { phase: 'severe', from: 0.505 * end, to: end },
    ] as const;
    const { texts } = svgOf(lossChart(measurements, () => spans));
    expect(texts).toEqual(expect.arrayContaining(['adaptation', 'mild', 'severe']));
  });

  it('keeps the name of the lowest loss out of the line of the switch', () => {
    const { compute } = measurements.minimum!;
    const end = measurements.loss.positionAt(measurements.loss.length - 1).compute;
    const sideOf = (switchAt: number): string => {
      const spec = lossChart(
        measurements,
        () => [],
        () => switchAt,
      );
      // Room on the right, so that the line alone decides.
      const wide = { ...spec, xEnd: () => 4 * end };
      const svg = chartSvg(wide, { theme: 'light', name: 'a', reading: 'b' });
      return /<text([^>]*)>lowest/.exec(svg)![1]!.includes('text-anchor="end"') ? 'left' : 'right';
    };
    expect(sideOf(compute + 0.02 * end)).toBe('left');
    expect(sideOf(4 * end)).toBe('right');
  });

  it('has the forecast ahead of the last evaluation, with its own entry in the key', () => {
    const events = scriptedEvents(SCRIPTED_CONFIG).filter(({ event }) => event.type !== 'finished');
    const running = new Measurements(SCRIPTED_CONFIG);
    running.takeLog(0, events);
    const { compute } = running.rlCurve!.points.at(-1)!;
    const ahead = [1, 1.25, 1.5].map((times) => ({
      compute: times * compute,
      value: 70,
      low: 66,
      high: 74,
    }));
    const plain = benchmarkChart(running, { levels, hasHeldOut: false });
    const spec = benchmarkChart(running, { levels, hasHeldOut: false, ahead: () => ahead });
    const { texts, elements } = svgOf(spec);
    expect(texts.join(' ')).toContain('forecast with half as much RL again');
    const bands = (of: typeof elements) => of.filter(({ name }) => name === 'polygon').length;
    expect(bands(elements)).toBe(bands(svgOf(plain).elements) + 1);
    expect(spec.xEnd!(0)).toBe(running.switched!.compute + 1.5 * compute);
  });
});
