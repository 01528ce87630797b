import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../../src/errors';
import type { AnalystApi, FitSettings, TableOverview } from '../../../src/runtime/ceilings/api';
import type { RunRecord } from '../../../src/runtime/stores/runs';
import type { CeilingFit, ColumnMapping, FileRun, RunCeiling } from '../../../src/theory';
import { CeilingsDesk } from '../../../src/views/ceilings/ceilings-desk.svelte';
import type { Lab } from '../../../src/views/lab';
import { summaryOf } from '../../../src/views/ceilings/results/fit-summary';
import { STANDARD_FIT } from '../../../src/views/ceilings/fit-choices';
import { SCRIPTED_CONFIG, scriptedEvents } from './run/scripted-run';

/** A ceiling whose height is the number of draws, so that a test sees what it was fitted with. */
function ceilingOf({ draws }: FitSettings): CeilingFit {
  return {
    pSft: 50,
    aPost: draws,
    cMid: 1,
    b: 1,
    aPostLow: draws - 1,
    aPostHigh: draws + 1,
    pSftLow: 49,
    pSftHigh: 51,
    plRl: draws - 50,
    plRlLow: draws - 51,
    plRlHigh: draws - 49,
    verdict: { is: 'identified' },
    residualStd: 1,
    autocorrelation: 0,
    collapsed: false,
    collapses: [],
    failed: [],
    seeds: 1,
    byLevel: null,
  };
}

/** Answers when a test says so. Each file's text is the names of its runs; "bad" has a problem. */
class FakeAnalyst implements AnalystApi {
  readonly asked: string[] = [];
  readonly #names = new Map<string, string[]>();
  /** Whether columns need no question. */
  isCertain = true;
  refusal: string | null = null;
  #answer: ((result: 'fitted' | 'cancelled') => void) | null = null;
  /** Fits end at once. */
  isQuick = true;

  async open(source: string, file: Blob): Promise<TableOverview> {
    this.#refuse();
    this.#names.set(source, (await file.text()).split(' '));
    const guess = { columns: {}, fractions: false, isCertain: this.isCertain };
    const kind = 'CSV, 1 row';
    const columns = ['a', 'b'];
    return { kind, columns, shares: [], unclear: null, rowCount: 1, preview: [], guess };
  }

  async lastEvaluation(file: Blob): Promise<number> {
    return Number(await file.text());
  }

  async read(source: string, { columns }: ColumnMapping) {
    this.#refuse();
    this.asked.push(`read ${columns.compute ?? 'as guessed'}`);
    const runs = this.#names.get(source)!.map((run) => this.#overview(run));
    return { runs, problems: [], notes: [], isStudy: false };
  }

  async take(source: string, runs: readonly FileRun[]) {
    this.#names.set(
      source,
      runs.map(({ run }) => run),
    );
    const overviews = runs.map(({ run }) => this.#overview(run));
    return { runs: overviews, problems: [], notes: [], isStudy: false };
  }

  async fit(source: string, index: number, settings: FitSettings): Promise<RunCeiling | null> {
    const run = this.#names.get(source)![index]!;
    this.asked.push(`fit ${run}`);
    if (run === 'broken') throw new Error('The solver gave up.');
    const outcome = this.isQuick
      ? 'fitted'
      : await new Promise<'fitted' | 'cancelled'>((resolve) => (this.#answer = resolve));
    return outcome === 'fitted' ? { run, ceiling: ceilingOf(settings), problems: null } : null;
  }

  async study(): Promise<null> {
    return null;
  }

  async cancel(): Promise<void> {
    this.asked.push('cancel');
    this.finish('cancelled');
  }

  async forget(source: string): Promise<void> {
    this.#names.delete(source);
  }

  finish(result: 'fitted' | 'cancelled'): void {
    this.#answer?.(result);
    this.#answer = null;
  }

  #overview(run: string) {
    const curve = {
      pSft: { value: 50, standardError: null },
      compute: Float64Array.of(1, 2),
      performance: Float64Array.of(60, 70),
      evaluations: 2,
    };
    return run === 'bad'
      ? { run, curves: [], problems: ['Row 3 is bad.'] }
      : { run, curves: [curve], problems: [] };
  }

  #refuse(): void {
    if (this.refusal !== null) throw new Error(this.refusal);
  }

  analyse(): Promise<null> {
    return Promise.reject(new Error('The ceilings page analyses no study.'));
  }

  backtest(): Promise<null> {
    return this.analyse();
  }

  setCeilings(): Promise<null> {
    return Promise.reject(new Error('The ceilings page opens no bundle.'));
  }

  ceiling(): Promise<null> {
    return Promise.reject(new Error('The ceilings page fits no single curve.'));
  }

  forecast(): Promise<null> {
    return Promise.reject(new Error('The ceilings page forecasts no run.'));
  }

  test(): Promise<never> {
    return Promise.reject(new Error('The ceilings page tests no run.'));
  }

  knowFits(): Promise<void> {
    return this.forgetStudy();
  }

  fits(): Promise<null> {
    return this.analyse();
  }

  forgetStudy(): Promise<void> {
    return this.analyse().then(() => undefined);
  }
}

let analyst: FakeAnalyst;
let desk: CeilingsDesk;
/** Readers that were opened and have not been ended; what their reading comes to. */
let readers = 0;
let reading: () => Promise<void>;

const openReader: Lab['openReader'] = async () => {
  readers += 1;
  return {
    read: (work) => work({ tryCurves: () => reading() } as unknown as Parameters<typeof work>[0]),
    end: () => void (readers -= 1),
  };
};

beforeEach(() => {
  analyst = new FakeAnalyst();
  reading = async () => undefined;
  desk = new CeilingsDesk({ openAnalyst: async () => analyst, openReader });
});

afterEach(() => expect(readers).toBe(0));

function file(names: string, name = 'log.csv'): File {
  return new File([names], name);
}

function stages(): string[] {
  return desk.runs.map(({ name, stage }) => `${name} ${stage}`);
}

/** Lets all that can go on go on. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('curves on the page', () => {
  it('are fitted one after another as soon as they are read', async () => {
    await desk.addFiles([file('a b', 'x.csv'), file('c', 'y.csv')]);
    await settle();
    expect(stages()).toEqual(['a fitted', 'b fitted', 'c fitted']);
    expect(analyst.asked.filter((ask) => ask.startsWith('fit'))).toEqual([
      'fit a',
      'fit b',
      'fit c',
    ]);
    expect(desk.results.map(({ ceiling }) => ceiling?.aPost)).toEqual([200, 200, 200]);
    expect([desk.waiting, desk.isFitting]).toEqual([0, false]);
  });

  it('with a bad row are not fitted, and the others are', async () => {
    await desk.addFiles([file('a bad b')]);
    await settle();
    expect(stages()).toEqual(['a fitted', 'bad problem', 'b fitted']);
    expect(desk.runs[1]!.problems).toEqual(['Row 3 is bad.']);
    // As in the terminal, a run without a ceiling is among the results, with its reason.
    expect(desk.results).toHaveLength(3);
    expect(summaryOf(desk.runs)).toBe('3 runs: 2 identified, 1 without a fit');
  });

  it('that break the solver have its message, and the next run is fitted', async () => {
    await desk.addFiles([file('broken a')]);
    await settle();
    expect(stages()).toEqual(['broken problem', 'a fitted']);
    expect(desk.runs[0]!.problems).toEqual(['The solver gave up.']);
  });

  it('can be drawn before they are fitted, and the fit joins them', async () => {
    analyst.isQuick = false;
    await desk.addFiles([file('a')]);
    const [run] = desk.runs;
    expect(run!.table.column('seed_1')).toEqual([50, 60, 70]);
    expect(run!.table.column('fitted')).toEqual([null, null, null]);
    analyst.finish('fitted');
    await settle();
    expect(run!.version).toBe(1);
    expect(run!.table.column('fitted')[0]).toBe(50);
  });

  it('of a run of the lab are fitted like any others, once', async () => {
    const events = scriptedEvents(SCRIPTED_CONFIG);
    const last = events.at(-1)!.event;
    if (last.type !== 'finished') throw new Error('The scripted run does not finish.');
    const record = { id: 'r', config: SCRIPTED_CONFIG, summary: last.summary } as RunRecord;
    await desk.addStored(record);
    await desk.addStored(record);
    await settle();
    expect(desk.runs.map(({ name, unit, stage }) => [name, unit, stage])).toEqual([
      [expect.stringMatching(/^micro · /), 'FLOPs', 'fitted'],
    ]);
  });

  it('are gone when their source is removed, even in the middle of a fit', async () => {
    analyst.isQuick = false;
    await desk.addFiles([file('a b')]);
    desk.remove(desk.sources[0]!);
    analyst.finish('fitted');
    await settle();
    expect([desk.runs.length, desk.results.length, desk.isFitting]).toEqual([0, 0, false]);
    expect(desk.problem).toBeNull();
  });
});

describe('a file', () => {
  it('that is refused has the sentence, and others are read', async () => {
    analyst.refusal = 'The file is empty.';
    await desk.addFiles([file('')]);
    expect(desk.sources[0]).toMatchObject({ stage: 'refused', problems: ['The file is empty.'] });
    analyst.refusal = null;
    await desk.addFiles([file('a')]);
    await settle();
    expect(stages()).toEqual(['a fitted']);
  });

  it('with unknown columns asks, and is read as a person says', async () => {
    analyst.isCertain = false;
    await desk.addFiles([file('a')]);
    const [source] = desk.sources;
    expect([source!.stage, desk.runs.length]).toEqual(['asking', 0]);
    analyst.refusal = 'There is no column.';
    await desk.map(source!, { columns: { compute: 'flops' }, fractions: false });
    expect(source).toMatchObject({ stage: 'asking', problems: ['There is no column.'] });
    analyst.refusal = null;
    await desk.map(source!, { columns: { compute: 'flops' }, fractions: false });
    await settle();
    expect(analyst.asked).toContain('read flops');
    expect(desk.runs[0]).toMatchObject({ unit: 'flops', stage: 'fitted' });
  });

  it('whose reading never ends does not reach the analyst', async () => {
    reading = () => Promise.reject(new LabError('file/endless', { seconds: 3 }));
    await desk.addFiles([file('a b')]);
    expect(desk.sources[0]!.problems).toEqual([expect.stringMatching(/no sign of life for 3/)]);
    expect(analyst.asked).toEqual([]);
    await expect(desk.lastEvaluation(file('a'))).rejects.toThrow(/no sign of life/);
  });

  it('that finds no analyst says why, and a later one finds it', async () => {
    let isThere = false;
    const failing = new CeilingsDesk({
      openReader,
      openAnalyst: async () => {
        if (!isThere) throw new Error('A part of the lab could not be loaded.');
        return analyst;
      },
    });
    await failing.addText('a');
    expect(failing.sources[0]!.problems).toEqual(['A part of the lab could not be loaded.']);
    isThere = true;
    await failing.addText('a');
    await settle();
    expect(failing.results).toHaveLength(1);
  });
});

describe('fits', () => {
  it('that are cancelled end at once, and the rest can be fitted later', async () => {
    analyst.isQuick = false;
    await desk.addFiles([file('a b c')]);
    analyst.finish('fitted');
    await settle();
    expect(stages()).toEqual(['a fitted', 'b fitting', 'c waiting']);
    desk.cancel();
    await settle();
    expect(stages()).toEqual(['a fitted', 'b cancelled', 'c cancelled']);
    expect([desk.waiting, desk.cancelled, desk.isFitting]).toEqual([0, 2, false]);
    analyst.isQuick = true;
    desk.fitRest();
    await settle();
    expect(stages()).toEqual(['a fitted', 'b fitted', 'c fitted']);
  });

  it('are made anew when the settings change, also in the middle of one', async () => {
    analyst.isQuick = false;
    await desk.addFiles([file('a b')]);
    analyst.isQuick = true;
    desk.refit({ ...STANDARD_FIT, draws: 300 });
    await settle();
    expect(stages()).toEqual(['a fitted', 'b fitted']);
    expect(desk.results.map(({ ceiling }) => ceiling?.aPost)).toEqual([300, 300]);
  });
});
