/** The paper's claims with what this study says of them. */
import type { ClaimId, Estimate, Finding, Verdict } from '../theory';
import { counted } from '../words/en/counted';
import { paradigmTitle } from '../training/configuration/paradigms';
import { intervalColumns, tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import { across, finishedFigure, heading, partOf } from './drawing/layout';
import { formatChange, type Said } from './drawing/numbers';
import { Pen } from './drawing/pen';
import { element, type Point } from './drawing/svg';
import { wrapText } from './drawing/text';

/** What the paper reports, from its own numbers (paper-numbers.ts); it gives no intervals. */
const PAPER_SAYS: Readonly<Record<ClaimId, string>> = {
  sequential: '84.0 at best, against 72.0 for RL alone',
  'switch-point': 'the highest ceiling is reached when stable or mild, on all five sets',
  scale: '77.3 with 1,000 trajectories, 84.0 with 889,000',
  difficulty: '82.8 hard, 79.7 uniform, 78.8 easy',
  indicator: 'r = −0.92 over five sets',
};

const UNITS: Readonly<Record<Finding['unit'], string>> = {
  points: 'points',
  'points per tenfold': 'points per tenfold',
  correlation: '(minus r)',
};

/** Effects are measured so that above 0 is as claimed. */
function changeText(effect: Estimate | null, unit: Finding['unit']): string {
  if (!effect) return 'nothing to compare yet';
  const digits = unit === 'correlation' ? 2 : 1;
  const [value, low, high] = [effect.value, effect.low, effect.high].map((at) =>
    formatChange(at, digits),
  );
  return `${value} [${low}, ${high}]`;
}

function effectText({ effect, unit }: Finding): string {
  return effect ? `${changeText(effect, unit)} ${UNITS[unit]}` : changeText(effect, unit);
}

/** A comparison “against” a paradigm, which has a title. */
function rivalTitle(name: string): string {
  return name.replace(
    /^against (\S+)$/,
    (_, paradigm: string) => `against ${paradigmTitle({ paradigm })}`,
  );
}

/** Each comparison of a claim that is made of several: one may be decided where the claim is not. */
function comparisons({ contrasts, unit }: Finding): string[] {
  if (contrasts.length < 2) return [];
  return contrasts.map(({ name, effect }) => `${rivalTitle(name)}: ${changeText(effect, unit)}`);
}

function tableOf(findings: readonly Finding[]) {
  return tableOfItems(findings, {
    claim: ({ claim }) => claim,
    statement: ({ statement }) => statement,
    verdict: ({ verdict }) => verdict,
    ...intervalColumns('effect', ({ effect }) => effect),
    unit: ({ unit }) => unit,
    seeds: ({ seeds }) => seeds.length,
    reason: ({ reason }) => reason,
    comparisons: (finding) => comparisons(finding).join('; '),
    paper: ({ claim }) => PAPER_SAYS[claim],
    runs_left_out: ({ leftOut }) => leftOut.length,
    runs_open: ({ open }) => open.length,
  });
}

function readingOf(findings: readonly Finding[]): Said {
  const named = (verdict: Verdict): Finding[] =>
    findings.filter((finding) => finding.verdict === verdict);
  const said = (finding: Finding): string => `${finding.claim} ${effectText(finding)}`;
  const each = findings.flatMap((finding) => comparisons(finding));
  const single = each.length > 0 ? ` Single comparisons: ${each.join('; ')}.` : '';
  const rest = (['contradicted', 'undecided'] as const).flatMap((verdict) => {
    const some = named(verdict);
    return some.length > 0 ? [`${verdict}: ${some.map(said).join(', ')}`] : [];
  });
  const supported = named('supported');
  const claims = supported.length > 0 ? supported.map(said).join('; ') : 'none';
  const seeds = Math.max(0, ...findings.map((finding) => finding.seeds.length));
  const verb = supported.length === 1 ? 'is' : 'are';
  return {
    headline: `${[`${supported.length} of the paper’s ${findings.length} claims ${verb} supported`, ...rest].join('; ')}.`,
    reading: `Supported: ${claims}. The effect is that of the least favourable comparison, over up to ${counted(seeds, 'seed')}; a claim is decided where its 90% interval excludes zero.${single}`,
  };
}

const MARKS: Readonly<Record<Verdict, string>> = {
  supported: '✓',
  contradicted: '✗',
  undecided: '?',
};

/** The greatest effect of each unit with its interval: rows of one unit share a scale. */
function reaches(findings: readonly Finding[]): Map<Finding['unit'], number> {
  const reach = new Map<Finding['unit'], number>();
  for (const { effect, unit } of findings) {
    if (!effect) continue;
    const furthest = Math.max(Math.abs(effect.low), Math.abs(effect.high), 1e-9);
    reach.set(unit, Math.max(reach.get(unit) ?? 0, 1.1 * furthest));
  }
  return reach;
}

interface EffectPlace {
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly row: number;
  /** The effect at the right end; as far to the left is its negative. */
  readonly reach: number;
}

/** The effect and its interval about zero. */
function effectBar(
  pen: Pen,
  { value, low, high }: Estimate,
  verdict: Verdict,
  { left, right, y, row, reach }: EffectPlace,
): string[] {
  const at = (effect: number): number =>
    (left + right) / 2 + (effect / reach) * ((right - left) / 2);
  const colour = pen.theme[verdict];
  const { small, marker } = pen.format;
  const zero: readonly Point[] = [
    [at(0), y - small],
    [at(0), y + small],
  ];
  return [
    pen.line(zero, { colour: pen.theme.muted, dash: [4, 4] }),
    pen.barWhisker({ y, low: at(low), high: at(high) }, { colour, width: 2.5 }),
    pen.markers(
      [[at(value), y]],
      { marker: 'circle', colour },
      { radius: 1.2 * marker, data: { row, column: 'effect', value } },
    ),
  ];
}

function verdictMark(pen: Pen, verdict: Verdict, [x, y]: Point): string[] {
  const { text } = pen.format;
  const colour = pen.theme[verdict];
  return [
    element('circle', { cx: x + 0.75 * text, cy: y, r: 0.75 * text, fill: colour }),
    pen.text([x + 0.75 * text, y], MARKS[verdict], {
      anchor: 'middle',
      weight: 700,
      colour: pen.theme.background,
    }),
    pen.text([x + 1.9 * text, y], verdict, { weight: 650, colour }),
  ];
}

interface Row {
  readonly marks: string[];
  readonly bottom: number;
}

/** What the claim says, what the paper reports, and each comparison, in lines of a width. */
function claimWords(
  pen: Pen,
  finding: Finding,
  { top, width }: { top: number; width: number },
): Row {
  const { margin, text, small } = pen.format;
  const statement = wrapText(finding.statement, width, text, { isBold: true });
  // On a screen of its own the reading has the comparisons: there is no room for small print.
  const more = pen.format.isPaged ? [] : comparisons(finding);
  const notes = [`Paper: ${PAPER_SAYS[finding.claim]}`, ...more].flatMap((note) =>
    wrapText(note, width, small),
  );
  const first = top + 0.9 * text;
  const next = first + statement.length * 1.25 * text;
  const marks = [
    ...statement.map((part, i) =>
      pen.text([margin, first + i * 1.25 * text], part, { weight: 550 }),
    ),
    ...notes.map((part, i) =>
      pen.text([margin, next + i * 1.3 * small], part, { size: small, colour: pen.theme.muted }),
    ),
  ];
  return { marks, bottom: next + notes.length * 1.3 * small };
}

function rowMarks(
  pen: Pen,
  finding: Finding,
  { top, row, reach }: { top: number; row: number; reach: number },
): Row {
  const { text, small } = pen.format;
  const { left, right } = across(pen);
  const wide = right - left;
  // On one line with its mark, at the right end.
  const verdictWidth = 8.4 * text;
  const words = claimWords(pen, finding, { top, width: pen.isNarrow ? wide : 0.48 * wide });
  const first = top + 1.1 * text;
  const bar = pen.isNarrow
    ? { left, right: right - verdictWidth - small, y: words.bottom + 0.8 * text }
    : { left: left + 0.52 * wide, right: right - verdictWidth - small, y: first };
  const { effect, verdict } = finding;
  const said = wrapText(effectText(finding), right - bar.left, small);
  const below = bar.y + 1.7 * small;
  const marks = [
    ...words.marks,
    ...(effect ? effectBar(pen, effect, verdict, { ...bar, row, reach }) : []),
    ...verdictMark(pen, verdict, [right - verdictWidth, bar.y]),
    ...said.map((line, i) => pen.text([bar.left, below + i * 1.3 * small], line, { size: small })),
  ];
  return { marks, bottom: Math.max(words.bottom, below + 1.3 * said.length * small) };
}

export function findingsFigure(findings: readonly Finding[], options: FigureOptions): Figure {
  const pen = new Pen(options);
  const { height, margin, small } = pen.format;
  const about = {
    id: 'findings',
    title: 'Findings',
    ...readingOf(findings),
    table: tableOf(findings),
  };
  const head = heading(pen, {
    ...about,
    note: 'Effect of the least favourable comparison with its 90% interval; right of the dashed zero is as the paper claims. Effects of one unit share a scale.',
  });
  const reach = reaches(findings);
  const rowOf = (finding: Finding, row: number, top: number): Row =>
    rowMarks(pen, finding, { top, row, reach: reach.get(finding.unit) ?? 1 });
  const least = 0.5 * small;
  const space = height - margin - head.bottom;
  const heights = findings.map((finding, row) => rowOf(finding, row, 0).bottom + least);
  const { from, to, parts } = partOf(pen, findings.length, fittingRows(pen, heights, space));
  const used = heights.slice(from, to).reduce((sum, each) => sum + each, 0);
  const room = least + (pen.format.fills ? Math.max(0, space - used) / (to - from) : 0);
  const marks = [...head.marks];
  let top = head.bottom;
  findings.slice(from, to).forEach((finding, i) => {
    const rule: readonly Point[] = [
      [margin, top],
      [pen.format.width - margin, top],
    ];
    marks.push(pen.line(rule, { colour: pen.theme.grid }));
    const drawn = rowOf(finding, from + i, top + room / 2);
    marks.push(...drawn.marks);
    top = drawn.bottom + room / 2;
  });
  return finishedFigure(pen, about, top + margin / 2, marks, parts);
}

/** The most rows that fit a part wherever they are cut; all of them where the picture may grow. */
function fittingRows(pen: Pen, heights: readonly number[], space: number): number {
  if (!pen.format.isPaged) return heights.length;
  const counts = heights.map((_, i) => heights.length - i);
  const fits = (count: number): boolean =>
    heights.every(
      (_, from) => heights.slice(from, from + count).reduce((sum, each) => sum + each, 0) <= space,
    );
  return counts.find(fits) ?? 1;
}
