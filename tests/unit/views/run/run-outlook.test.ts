import { describe, expect, it } from 'vitest';
import { Analyst } from '../../../../src/runtime/ceilings/analyst';
import type { AnalystApi } from '../../../../src/runtime/ceilings/api';
import type { TimedEvent } from '../../../../src/runtime/stores/runs';
import type { BacktestRow } from '../../../../src/theory';
import { cameTrueSentence } from '../../../../src/words/en/came-true';
import { RunOutlook } from '../../../../src/views/run/run-outlook.svelte';
import { RunSession } from '../../../../src/views/run/run-session.svelte';
import { SCRIPTED_CONFIG, scriptedEvents } from './scripted-run';

const EVENTS = scriptedEvents(SCRIPTED_CONFIG);
const isRl = ({ event }: TimedEvent): boolean => event.type === 'benchmark' && event.stage === 'rl';

class CountingAnalyst extends Analyst {
  readonly asked: number[] = [];

  override forecast(...given: Parameters<Analyst['forecast']>) {
    this.asked.push(given[0].points.length);
    return super.forecast(...given);
  }
}

/** The log up to the evaluation of RL with that number. */
function upTo(evaluations: number): readonly TimedEvent[] {
  const ends = EVENTS.flatMap((event, i) => (isRl(event) ? [i] : []));
  return EVENTS.slice(0, ends[evaluations - 1]! + 1);
}

function outlookOf(events: readonly TimedEvent[], analyst: AnalystApi = new Analyst()) {
  const session = new RunSession(SCRIPTED_CONFIG);
  session.measurements.takeLog(0, events);
  const outlook = new RunOutlook(session, { openAnalyst: async () => analyst });
  return { session, outlook };
}

describe('what a run promises', () => {
  it('is a forecast from its last evaluation to half as far again', async () => {
    const { session, outlook } = outlookOf(upTo(6));
    await outlook.follow();
    const { compute } = session.measurements.rlCurve!.points.at(-1)!;
    expect(outlook.ahead[0]!.compute).toBe(compute);
    expect(outlook.ahead.at(-1)!.compute).toBeCloseTo(1.5 * compute, 0);
    for (const { low, value, high } of outlook.ahead) {
      expect(low).toBeLessThanOrEqual(value);
      expect(value).toBeLessThanOrEqual(high);
    }
  });

  it('is nothing before there are four evaluations of RL', async () => {
    const { outlook } = outlookOf(upTo(3));
    await outlook.follow();
    expect(outlook.ahead).toEqual([]);
  });

  it('is fitted once for as many evaluations, and again when one comes in', async () => {
    const analyst = new CountingAnalyst();
    const { session, outlook } = outlookOf(upTo(5), analyst);
    await outlook.follow();
    await outlook.follow();
    session.measurements.takeLog(0, upTo(6));
    await outlook.follow();
    expect(analyst.asked).toEqual([5, 6]);
  });

  it('gives way to what came, once the run has finished', async () => {
    const { outlook } = outlookOf(EVENTS);
    await outlook.follow();
    expect(outlook.ahead).toEqual([]);
    const { end, aPost, forecast } = outlook.tested!;
    expect(end.value).toBeGreaterThan(50);
    expect(aPost.low).toBeLessThanOrEqual(aPost.high);
    expect(forecast.low).toBeLessThan(forecast.high);
  });
});

describe('whether it came true', () => {
  const row: BacktestRow = {
    id: '',
    set: null,
    at: 0.5,
    verdict: { is: 'identified' },
    aPost: { value: 86.5, low: 84, high: 88 },
    forecast: { value: 85, low: 82, high: 87 },
    end: { value: 86, standardError: 0.5 },
  };
  const ended = (value: number) => cameTrueSentence({ ...row, end: { ...row.end, value } });

  it('is said with both intervals and what was measured', () => {
    expect(ended(86)).toBe(
      'Fitted on the first half of RL, the ceiling would have been 86.5 (90%: 84.0–88.0), and the forecast 85.0 (90%: 82.0–87.0); measured at the end 86.0: it came true.',
    );
  });

  it('is denied with how far the end lies away', () => {
    expect(ended(80.4)).toContain('the forecast did not come true, 1.6 points below its interval.');
    expect(ended(87.8)).toContain('the forecast did not come true, 0.8 points above its interval.');
    expect(ended(91)).toContain('it did not come true, 3.0 points above the ceiling’s interval.');
  });

  it('says of a ceiling that is open no more than is known', () => {
    const verdict = { is: 'at-least', atLeast: 80.2, open: [] } as const;
    expect(cameTrueSentence({ ...row, verdict })).toContain('at least 80.2 (up to 88.0)');
  });
});
