import { describe, expect, it } from 'vitest';
import { Measurements } from '../../../../src/views/run/measurements';
import { SCRIPTED_CONFIG, scriptedEvents } from './scripted-run';

const config = SCRIPTED_CONFIG;
const events = scriptedEvents(config);

function measured(count = events.length): Measurements {
  const measurements = new Measurements(config);
  measurements.takeLog(0, events.slice(0, count));
  return measurements;
}

/** Everything that a page reads. */
function contents(measurements: Measurements): unknown {
  const { loss, rl, benchmark, advice, switched, summary, minimum } = measurements;
  const tables = [loss, rl, benchmark].map((table) => table.toCsv());
  return {
    tables,
    advice,
    switched,
    summary,
    minimum,
    seconds: measurements.seconds,
  };
}

describe('the measurements of a run', () => {
  it('are the same however the log is cut into messages', () => {
    const pieces = new Measurements(config);
    for (let first = 0; first < events.length; first += 7) {
      pieces.takeLog(first, events.slice(first, first + 7));
    }
    expect(contents(pieces)).toEqual(contents(measured()));
  });

  it('give a level’s counts to the CSV of the benchmark', () => {
    const { benchmark, summary } = measured();
    const [head, ...rows] = benchmark.toCsv().trim().split('\n');
    const at = head!.split(',').indexOf('level_2_successes');
    const { successes, samples, problems } = summary!.final.levels![1]!;
    const counts = rows
      .at(-1)!
      .split(',')
      .slice(at, at + 3);
    expect(counts).toEqual([successes, samples, problems].map(String));
  });

  it('forget what a resumed run makes again', () => {
    const resumed = measured(150);
    resumed.takeLog(90, events.slice(90));
    expect(contents(resumed)).toEqual(contents(measured()));
  });

  it('have the branch measurement in place of the tracking one at the same step', () => {
    const { benchmark, summary, switched } = measured();
    const row = benchmark.nearestRow(switched!.compute);
    expect(benchmark.column('score')[row]).toBe(summary!.branch.score);
  });

  it('smooth the training loss without a bias towards the start', () => {
    const { loss } = measured();
    expect(loss.column('training_loss_smoothed')[1]).toBeCloseTo(
      loss.column('training_loss')[1]!,
      12,
    );
  });

  it('leave an entropy that was not measured empty', () => {
    const { rl } = measured();
    expect(rl.column('entropy')[6]).toBeNull();
    expect(rl.column('reward')[6]).not.toBeNull();
  });

  it('show sub-phases from one evaluation to the next, without a gap', () => {
    const measurements = measured();
    const { loss } = measurements;
    const evaluated = loss.column('validation_loss').findLastIndex((value) => value !== null);
    for (const spans of [measurements.detectedPhases(), measurements.labelledPhases()]) {
      expect(spans[0]!.from).toBe(0);
      expect(spans.at(-1)!.to).toBe(loss.positionAt(evaluated).compute);
      spans.slice(1).forEach((span, i) => expect(span.from).toBe(spans[i]!.to));
    }
    expect(measurements.labelledPhases().map(({ phase }) => phase)).toEqual([
      'adaptation',
      'stable',
    ]);
  });
});
