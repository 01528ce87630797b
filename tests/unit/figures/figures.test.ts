import { describe, expect, it } from 'vitest';
import {
  analyseStudy,
  compareFigure,
  FIGURES,
  figureSource,
  liveFigure,
  pageFormat,
  spokenText,
  StudyAnalyst,
  studyFigures,
  tableAsCsv,
  type Figure,
  type FigureOptions,
} from '../../../src/figures';
import { backtestFigure } from '../../../src/figures/backtest';
import { levelsFigure, unseenFigure } from '../../../src/figures/levels';
import { StudyBacktester } from '../../../src/studies/backtest-curves';
import { KnownFits } from '../../../src/studies/known-fits';
import type { StudyResults } from '../../../src/studies/study-results';
import { lastOf, SEQUENTIAL } from '../../../src/theory';
import { exampleStudy, repeatedStudy } from './study-example';
import { PHASE_COLOURS } from '../../../src/palette';
import { expectInside, readSvg, type SvgElement } from './svg-checks';

const EMPTY: StudyResults = {
  ...exampleStudy({ sets: ['hard'], seeds: 1 }),
  trunks: [],
  cells: [],
};
const HOSTILE = '<script>alert("1")</script>&\u0007\ud800';

/** The same study with another name of its first set. */
function renamed(results: StudyResults, from: string, to: string): StudyResults {
  return JSON.parse(
    JSON.stringify(results).replaceAll(`"${from}"`, JSON.stringify(to)),
  ) as StudyResults;
}

/** A cell whose scores are lost, and single measurements that are. */
function diverged(results: StudyResults): StudyResults {
  const lost = { value: NaN, standardError: NaN };
  return {
    ...results,
    trunks: results.trunks.map((sftRun) => ({
      ...sftRun,
      validation: sftRun.validation.map((point, i) => (i === 3 ? { ...point, loss: NaN } : point)),
    })),
    cells: results.cells.map((result, i) => {
      const { cell, track } = result;
      if (i === 0) return { ...result, status: 'diverged', cell: { ...cell, final: lost } };
      const broken = track.map((point, at) =>
        at === 2 ? { ...point, performance: Infinity } : point,
      );
      return i === 1 ? { ...result, track: broken } : result;
    }),
  };
}

const STUDIES: Record<string, StudyResults> = {
  'a study in which runs diverged': diverged(exampleStudy({ sets: ['uniform', 'hard'] })),
  'a whole study': exampleStudy(),
  'one seed that tells no ceiling': exampleStudy({
    seeds: 1,
    cutShort: true,
    sets: ['uniform', 'hard'],
  }),
  'one with a held-out kind of problem': exampleStudy({
    seeds: 2,
    sets: ['easy', 'uniform'],
    heldOut: true,
  }),
  'one set': exampleStudy({ seeds: 2, sets: ['large'], paradigms: [] }),
  'a map': exampleStudy({ isGrid: true, seeds: 2, paradigms: ['dapo'] }),
  'a map with a hole': exampleStudy({
    isGrid: true,
    seeds: 2,
    sets: ['easy-60', 'hard-60', 'easy-600', 'uniform-600', 'hard-600', 'hard-6000'],
    paradigms: [],
  }),
  'a study without results': EMPTY,
  'hostile names': renamed(
    exampleStudy({ seeds: 1, sets: ['uniform', 'easy'] }),
    'uniform',
    HOSTILE,
  ),
};

const LOOKS: FigureOptions[] = (['light', 'dark'] as const).flatMap((theme) =>
  (['slide', 'narrow'] as const).map((format) => ({ theme, format })),
);

/** The examples share curves, which are fitted once. */
const known = new KnownFits();

function figuresOf(results: StudyResults, options: FigureOptions): Figure[] {
  return studyFigures(results, analyseStudy(results, known), options);
}

const DRAWN = Object.entries(STUDIES).map(([name, results]) => {
  const analysis = analyseStudy(results, known);
  const figures = LOOKS.flatMap((options) => {
    const own = studyFigures(results, analysis, options);
    const published = FIGURES.flatMap(({ paper }) => (paper ? [paper(options)] : []));
    for (const { reading } of published) expect(reading).toMatch(/windows of the curves/);
    const { sets } = figureSource(results, analysis);
    const live = liveFigure(results, [], options);
    return [
      ...own,
      live,
      ...published,
      compareFigure({ name: 'A', sets }, { name: 'B', sets }, options),
    ];
  });
  return { name, figures };
});

describe.each(DRAWN)('figures of $name', ({ figures }) => {
  it('are well-formed SVG with a title and a description', () => {
    for (const { svg, reading } of figures) {
      const { elements, texts } = readSvg(svg);
      expect(elements.map(({ name }) => name).slice(0, 3)).toEqual(['svg', 'title', 'desc']);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(texts.length).toBeGreaterThan(1);
      expect(reading).toMatch(/\.$/);
      expect(reading).not.toMatch(/NaN|Infinity|undefined|\bnull\b/);
    }
  });

  it('keep every mark inside the picture', () => {
    for (const { svg } of figures) expectInside(readSvg(svg));
  });

  it('draw the values of their tables', () => {
    for (const { id, svg, table } of figures) {
      for (const { attributes } of readSvg(svg).elements) {
        const { 'data-row': row, 'data-column': column, 'data-value': value } = attributes;
        if (row === undefined || column === undefined) continue;
        const place = table.columns.indexOf(column);
        expect(place, `${id}: ${column}`).toBeGreaterThanOrEqual(0);
        expect(table.rows[Number(row)]?.[place], `${id}, row ${row}`).toBe(Number(value));
      }
      for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    }
  });
});

describe('a figure', () => {
  const whole = figuresOf(STUDIES['a whole study']!, LOOKS[0]!);
  const open = figuresOf(STUDIES['one seed that tells no ceiling']!, LOOKS[0]!);
  const named = (figures: readonly Figure[], id: string): Figure =>
    figures.find((figure) => figure.id === id)!;

  it('is the same for the same results', () => {
    expect(figuresOf(exampleStudy(), LOOKS[0]!)).toEqual(whole);
  });

  it('writes names of sets as text only', () => {
    for (const { svg } of figuresOf(STUDIES['hostile names']!, LOOKS[0]!)) {
      expect(svg).not.toContain('<script');
    }
  });

  it('draws as many bars as there are branch points', () => {
    const { svg, table } = named(whole, 'decomposition');
    const bars = readSvg(svg).elements.filter(
      ({ attributes }) => attributes['data-column'] === 'p_sft',
    );
    expect(bars).toHaveLength(20);
    expect(table.rows).toHaveLength(20);
  });

  it.each(['slide', 'narrow'] as const)(
    'keeps each bar of the decomposition inside the band of its sub-phase: %s',
    (format) => {
      const { svg } = named(figuresOf(exampleStudy(), { theme: 'light', format }), 'decomposition');
      const boxes = readSvg(svg).elements.filter(({ name }) => name === 'rect');
      const phases = Object.values<string | undefined>(PHASE_COLOURS);
      const edges = ({ attributes: { x, y, width, height } }: SvgElement) => ({
        left: Number(x),
        right: Number(x) + Number(width),
        bottom: Number(y) + Number(height),
      });
      const bands = boxes.filter(({ attributes }) => phases.includes(attributes.fill)).map(edges);
      const bars = boxes.filter(({ attributes }) => attributes['data-column'] === 'p_sft');
      expect(bars).toHaveLength(20);
      for (const bar of bars.map(edges)) {
        const around = bands.filter(
          ({ left, right, bottom }) =>
            Math.abs(bottom - bar.bottom) < 1 && bar.left >= left && bar.right <= right,
        );
        expect(around).toHaveLength(1);
      }
    },
  );

  it('is read in two layers, which the picture and a screen reader have too', () => {
    for (const { id, svg, headline, reading } of [...whole, ...open]) {
      expect(headline, id).toMatch(/\.$/);
      const { elements, texts } = readSvg(svg);
      const described = texts[elements.findIndex(({ name }) => name === 'desc') - 1];
      const all = headline === reading ? reading : `${headline} ${reading}`;
      expect(described, id).toBe(spokenText(all));
      const [first = ''] = spokenText(headline).split(' ');
      expect(
        texts.some((text) => text.startsWith(first)),
        id,
      ).toBe(true);
    }
    // A number with its interval, wherever something is known; findings and forecasts are counted.
    const numbered = whole.filter(({ headline }) => /−?\d+\.\d+ \[/.test(headline));
    expect(numbered.map(({ id }) => id)).toEqual(
      FIGURES.map(({ id }) => id).filter((id) => id !== 'findings' && id !== 'backtest'),
    );
  });

  it('leaves the page as it is shown there, with the reading below', () => {
    const source = figureSource(STUDIES['a whole study']!, analyseStudy(exampleStudy(), known));
    for (const { draw } of FIGURES) {
      const options = { theme: 'dark', format: pageFormat(912) } as const;
      const [shown, file] = [
        draw(source, options),
        draw(source, { ...options, withReading: true }),
      ];
      const body = shown.svg.slice(shown.svg.indexOf('</desc>')).replace(/^.*?\/>/, '');
      expect(file.svg.includes(body.replace('</svg>', ''))).toBe(true);
      expect(file.table).toEqual(shown.table);
      const [last] = spokenText(shown.reading).split(' ').slice(-1);
      expect(readSvg(file.svg).texts.at(-1)).toContain(last!);
    }
  });

  it('never shows an unidentified ceiling as a number', () => {
    const { svg, reading, table } = named(open, 'decomposition');
    const { elements, texts } = readSvg(svg);
    expect(elements.some(({ attributes }) => attributes['data-column'] === 'a_post')).toBe(false);
    expect(texts.filter((text) => text === '?')).toHaveLength(8);
    expect(reading).toContain('no ceiling is identified');
    const [aPost, identified] = [
      table.columns.indexOf('a_post'),
      table.columns.indexOf('identified'),
    ];
    expect(table.rows.every((row) => row[aPost] === null && row[identified] === false)).toBe(true);
  });

  it('draws a grid of sets as a surface, and says whether difficulty multiplies or adds', () => {
    const map = named(figuresOf(STUDIES['a map']!, LOOKS[0]!), 'ceiling-map');
    expect(map.headline).toMatch(/interaction κ = −?\d\.\d\d \[−?\d\.\d\d, \d\.\d\d\]/);
    expect(map.reading).toMatch(/Points per tenfold of data: easy \(2\.4\) \d+\.\d \[/);
    expect(map.reading).toMatch(/In a set of 600, a thousand of hard \(4\.6\) are worth /);
    expect(map.table.rows).toHaveLength(9);
    const ends = readSvg(map.svg).elements.filter(
      ({ attributes }) => attributes['data-column'] === 'end',
    );
    expect(ends).toHaveLength(9);
  });

  it('says why there is no surface where the sets are no grid', () => {
    expect(named(whole, 'ceiling-map').reading).toContain(
      'only at 600 trajectories do sets differ in difficulty',
    );
    const single = named(figuresOf(STUDIES['one set']!, LOOKS[0]!), 'ceiling-map');
    expect(single.reading).toContain('There is no surface: all sets have 10,000 trajectories');
  });

  it('says in words what is decided and what is not', () => {
    expect(named(whole, 'ceiling-map').headline).toMatch(
      /hard has 1\.\d\d \[1\.\d\d, 1\.\d\d\] times .*decided/,
    );
    expect(named(whole, 'indicator').reading).toContain('the 90% interval excludes zero');
    expect(named(whole, 'findings').reading).toContain('Supported: sequential');
    expect(named(open, 'findings').headline).toContain('undecided: sequential');
  });

  it('tells what each rule for the switch lost, and when the data cannot', () => {
    const { table, reading } = named(whole, 'switch-rules');
    expect(table.rows.map(([rule]) => rule)).toEqual([
      'when stable',
      'when mild',
      'when severe',
      'at the end of SFT',
      ...['at step 40', 'at step 150', 'at step 260', 'at step 600'],
    ]);
    // All rules are held against the same SFT runs.
    expect(new Set(table.rows.map(([, , , , seeds, runs]) => `${runs}, ${seeds}`)).size).toBe(1);
    expect(reading).toMatch(
      /over \d+ SFT runs of 3 seeds: “when stable” .*, “at step 40” .*do not touch/,
    );
    // Open ceilings count with all that they may be; without any there is nothing.
    expect(named(open, 'switch-rules').reading).not.toContain('nothing to hold a rule against');
    const study = STUDIES['one seed that tells no ceiling']!;
    const cells = study.cells.map((each) => ({ ...each, cell: { ...each.cell, ceiling: null } }));
    expect(named(figuresOf({ ...study, cells }, LOOKS[0]!), 'switch-rules').reading).toContain(
      'nothing to hold a rule against',
    );
  });

  it('holds what the first half of each curve promised against what came', () => {
    const { table, headline, reading, svg } = named(whole, 'backtest');
    const { cells } = STUDIES['a whole study']!;
    expect(table.rows.map(([id]) => id)).toEqual(cells.map(({ id }) => id));
    const held = table.rows.filter((row) => row[table.columns.indexOf('held')]).length;
    expect(headline).toContain(`${held} of ${cells.length} forecasts`);
    expect(reading).toMatch(/by set: .*hard \d+ of 12/);
    const ends = readSvg(svg).elements.filter(
      ({ attributes }) => attributes['data-column'] === 'end',
    );
    expect(ends).toHaveLength(cells.length);
    const only = figuresOf(STUDIES['a study without results']!, LOOKS[0]!);
    expect(named(only, 'backtest').reading).toContain('No curve has come to its end yet');
  });

  it('marks by its shape an end that passed its ceiling, and one outside its forecast', () => {
    const { backtest } = analyseStudy(exampleStudy({ seeds: 1, sets: ['hard'] }), known);
    const [first, second] = backtest!.rows;
    const verdict = { is: 'identified' } as const;
    const passed = { ...first!, verdict, end: { value: first!.aPost.high + 2, standardError: 1 } };
    const below = { ...second!, end: { value: second!.forecast.low - 2, standardError: 1 } };
    const { headline, svg } = backtestFigure(
      { rows: [passed, below], gaps: [], waiting: 1 },
      LOOKS[0]!,
    );
    expect(headline).toContain('passed 1 of');
    const { texts } = readSvg(svg);
    expect(texts.join(' ')).toContain('more than a point above the ceiling');
    expect(texts.join(' ')).toContain('outside the forecast');
  });

  it('ranks measures and sets by what they promise, beside what was measured', () => {
    const { table, reading } = named(whole, 'predictors');
    const ranked = table.rows.filter(([panel]) => panel === 'sets by minimum validation loss');
    expect(ranked.map(([, set]) => set)).toEqual(['large', 'hard', 'uniform', 'easy', 'tiny']);
    expect(reading).toMatch(/promises most of large, .* and it has the highest ceiling/);
    const unknown = named(open, 'predictors');
    expect(unknown.headline).toContain('No measure can be judged');
    expect(unknown.reading).toContain('too few ceilings are identified to check it');
  });

  it('names the seeds of each paradigm and where it ends', () => {
    const { table } = named(whole, 'paradigms');
    expect(table.rows).toHaveLength(6);
    expect(table.rows.map(([paradigm]) => paradigm)).toContain('luffy');
    expect(table.rows.every((row) => row[table.columns.indexOf('seeds')] === 3)).toBe(true);
  });

  it('shows unseen levels only of the sets that have some', () => {
    const { table } = named(whole, 'unseen');
    expect([...new Set(table.rows.map((row) => row[1]))]).toEqual(['easy', 'hard']);
  });

  it('shows a held-out kind of problem for each set and paradigm, beside unseen levels', () => {
    const { table, reading, svg } = named(
      figuresOf(exampleStudy({ heldOut: true }), LOOKS[0]!),
      'unseen',
    );
    const panels = [...new Set(table.rows.map(([panel]) => panel))];
    expect(panels).toEqual([
      'Levels that the set has',
      'Levels that it lacks',
      'Held out: equal operands',
      'Held out, other paradigms',
    ]);
    const rows = table.rows.filter(([panel]) => String(panel).startsWith('Held out'));
    expect(rows.map(([, set, paradigm]) => `${set}: ${paradigm}`)).toEqual([
      ...['tiny', 'easy', 'uniform', 'hard', 'large'].map((set) => `${set}: ${SEQUENTIAL}`),
      'null: dapo',
      'uniform: luffy',
    ]);
    expect(rows.every((row) => row[table.columns.indexOf('base')] === 22)).toBe(true);
    expect(reading).toMatch(
      /Held out: equal operands: .* large [^.]*\..*Held out, other paradigms: at the end RL only \(DAPO\)/,
    );
    expect(svg).toContain('Held out: equal operands');
  });

  it('shows the held-out kind also where no SFT run is known, as in a comparison of paradigms', () => {
    const study = { ...exampleStudy({ heldOut: true, sets: ['uniform'] }), trunks: [] };
    const rows = unseenFigure(study, LOOKS[0]!).table.rows;
    expect(rows.map(([, , paradigm]) => paradigm)).toEqual([SEQUENTIAL, 'dapo', 'luffy']);
  });

  it('compares paradigms level by level where there is one set, also without SFT runs', () => {
    const study = exampleStudy({ sets: ['uniform'] });
    for (const trunks of [study.trunks, []]) {
      const { table, svg } = levelsFigure({ ...study, trunks }, LOOKS[0]!);
      const [level] = table.rows[0]!;
      const rows = table.rows.filter(([panel]) => panel === level);
      expect(rows.map(([, , paradigm]) => paradigm)).toEqual([SEQUENTIAL, 'dapo', 'luffy']);
      expect(rows.every(([, , , base]) => (base === null) === (trunks.length === 0))).toBe(true);
      expect(svg.includes('>LUFFY<')).toBe(true);
    }
    const { table } = levelsFigure(exampleStudy(), LOOKS[0]!);
    expect(new Set(table.rows.map(([, , paradigm]) => paradigm))).toEqual(new Set([SEQUENTIAL]));
  });

  it('leaves cells without a held-out score out of its mean', () => {
    const study = exampleStudy({ heldOut: true, sets: ['uniform'], paradigms: [] });
    const withLast = study.cells.map((cell) =>
      cell.cell.seed === 2 ? cell : { ...cell, heldOut: null },
    );
    const best = unseenFigure({ ...study, cells: withLast }, LOOKS[0]!).table;
    const end = best.rows[0]![best.columns.indexOf('end')];
    const scores = withLast.flatMap(({ heldOut }) => heldOut?.final.score ?? []);
    expect(scores).toContain(end);
    expect(best.rows[0]![best.columns.indexOf('end_low')]).toBeNull();
  });

  it('draws only the sets that it is asked for', () => {
    const figures = figuresOf(exampleStudy(), { ...LOOKS[0]!, sets: ['hard'] });
    expect(new Set(named(figures, 'decomposition').table.rows.map(([set]) => set))).toEqual(
      new Set(['hard']),
    );
  });

  it('gives its table as CSV, quoted where it must be', () => {
    const csv = tableAsCsv({
      columns: ['a', 'b'],
      rows: [
        ['x,"y"', null],
        [1, true],
      ],
    });
    expect(csv).toBe('a,b\n"x,""y""",\n1,true\n');
  });
});

describe('the analysis of a study that grows', () => {
  const results = exampleStudy({ seeds: 2, sets: ['uniform'] });

  function countSteps(analyst: StudyAnalyst, study: StudyResults): number {
    return [...analyst.steps(study)].length;
  }

  it('fits each branch point once', () => {
    const analyst = new StudyAnalyst();
    expect(countSteps(analyst, results)).toBe(5);
    expect(countSteps(analyst, results)).toBe(1);
  });

  it('fits a branch point again when a seed comes in', () => {
    const analyst = new StudyAnalyst();
    const cells = results.cells.filter(({ id }) => id !== 'uniform/mild/1');
    countSteps(analyst, { ...results, cells });
    expect(countSteps(analyst, results)).toBe(2);
    const steps = analyst.steps(results);
    expect(steps.next().value?.branches.find(({ name }) => name === 'mild')?.fit.runs).toHaveLength(
      2,
    );
  });

  it('fits the first half of each curve once, and again where it was given further steps', () => {
    const own = new StudyBacktester();
    const countFits = (study: StudyResults): number => {
      const first = own.steps(study).next();
      const { waiting } = first.value;
      lastOf(own.steps(study));
      return first.done ? 0 : waiting;
    };
    const few = { ...results, cells: results.cells.slice(0, 2) };
    expect(countFits(few)).toBe(2);
    expect(countFits(few)).toBe(0);
    const [grown, ...rest] = few.cells;
    const compute = { ...grown!.compute, rl: 2 * grown!.compute.rl };
    expect(countFits({ ...few, cells: [{ ...grown!, compute }, ...rest] })).toBe(1);
  });

  it('has findings at its first step, before anything is fitted', () => {
    const first = new StudyAnalyst().steps(results).next().value;
    expect(first?.waiting).toBe(4);
    expect(first?.findings).toHaveLength(5);
  });
});

it('draws every figure of a study of 500 cells, with all of its seeds', () => {
  const large = repeatedStudy(8);
  expect(large.cells.length).toBeGreaterThan(500);
  const { rows } = analyseStudy(exampleStudy(), known).backtest!;
  const backtest = { rows: Array.from({ length: 8 }, () => rows).flat(), gaps: [], waiting: 0 };
  const analysis = { ...lastOf(new StudyAnalyst().steps(large)), backtest };
  const figures = studyFigures(large, analysis, LOOKS[0]!);
  expect(figures.map(({ id }) => id)).toEqual(FIGURES.map(({ id }) => id));
  for (const { svg } of figures) expectInside(readSvg(svg));
  const { table } = figures.find(({ id }) => id === 'paradigms')!;
  expect(table.rows).toHaveLength(6);
  expect(table.rows.every((row) => row[table.columns.indexOf('seeds')] === 24)).toBe(true);
});
