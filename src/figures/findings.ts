/** The paper's claims with what this study says of them. */
import type { ClaimId, Estimate, Finding, Verdict } from '../theory';
import { intervalColumns, tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import { compose, heading } from './drawing/layout';
import { formatChange } from './drawing/numbers';
import { Pen, wrapText } from './drawing/pen';
import { element, type Point } from './drawing/svg';
import { counted } from '../words/en/counted';

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

/** Each comparison of a claim that is made of several: one may be decided where the claim is not. */
function comparisons({ contrasts, unit }: Finding): string[] {
  if (contrasts.length < 2) return [];
  return contrasts.map(({ name, effect }) => `${name}: ${changeText(effect, unit)}`);
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
  });
}

function readingOf(findings: readonly Finding[]): string {
  const named = (verdict: Verdict): string[] =>
    findings.filter((finding) => finding.verdict === verdict).map(({ claim }) => claim);
  const part = (verdict: Verdict): string[] => {
    const claims = named(verdict);
    return claims.length > 0 ? [`${verdict}: ${claims.join(', ')}`] : [];
  };
  const verdicts = [...part('supported'), ...part('contradicted'), ...part('undecided')].join('; ');
  const seeds = Math.max(0, ...findings.map((finding) => finding.seeds.length));
  return `Of the paper’s claims, over up to ${counted(seeds, 'seed')}, ${verdicts}. A claim is decided where the 90% interval of its least favourable comparison excludes zero.`;
}

const MARKS: Readonly<Record<Verdict, string>> = {
  supported: '✓',
  contradicted: '✗',
  undecided: '?',
};

/** The effect and its interval about zero, on a scale of its own. */
function effectBar(
  pen: Pen,
  { value, low, high }: Estimate,
  verdict: Verdict,
  { left, right, y, row }: { left: number; right: number; y: number; row: number },
): string[] {
  const reach = 1.15 * Math.max(Math.abs(low), Math.abs(high), 1e-9);
  const at = (effect: number): number =>
    (left + right) / 2 + (effect / reach) * ((right - left) / 2);
  const colour = pen.theme[verdict];
  const zero: readonly Point[] = [
    [at(0), y - 20],
    [at(0), y + 20],
  ];
  return [
    pen.line(zero, { colour: pen.theme.muted, dash: [4, 4] }),
    pen.barWhisker({ y, low: at(low), high: at(high) }, { colour, width: 2.5 }),
    pen.markers(
      [[at(value), y]],
      { marker: 'circle', colour },
      { radius: 1.2 * pen.format.marker, data: { row, column: 'effect', value } },
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
    pen.text([x + 2 * text, y], verdict, { weight: 650, colour }),
  ];
}

interface Row {
  readonly marks: string[];
  readonly bottom: number;
}

function rowMarks(pen: Pen, finding: Finding, { top, row }: { top: number; row: number }): Row {
  const { width, margin, text, small } = pen.format;
  const wide = width - 2 * margin;
  const words = pen.isNarrow ? wide : 0.5 * wide;
  const statement = wrapText(finding.statement, 0.92 * words, text);
  const notes = [`Paper: ${PAPER_SAYS[finding.claim]}`, ...comparisons(finding)].flatMap((note) =>
    wrapText(note, words, small),
  );
  const line = 1.3 * text;
  const first = top + text;
  const said = [
    ...statement.map((part, i) => pen.text([margin, first + i * line], part, { weight: 550 })),
    ...notes.map((part, i) =>
      pen.text([margin, first + statement.length * line + i * 1.3 * small], part, {
        size: small,
        colour: pen.theme.muted,
      }),
    ),
  ];
  const below = first + statement.length * line + notes.length * 1.3 * small;
  const { effect, verdict } = finding;
  const place = pen.isNarrow
    ? {
        left: margin,
        right: margin + 0.4 * wide,
        y: below + text,
        verdict: [margin + 0.46 * wide, below + text] as const,
        words: [margin, below + 2.8 * text] as const,
      }
    : {
        left: margin + 0.54 * wide,
        right: margin + 0.78 * wide,
        y: first + 0.2 * text,
        verdict: [margin + 0.83 * wide, first + 0.2 * text] as const,
        words: [margin + 0.54 * wide, first + 1.9 * text] as const,
      };
  const marks = [
    ...said,
    ...(effect ? effectBar(pen, effect, verdict, { ...place, row }) : []),
    ...verdictMark(pen, verdict, place.verdict),
    pen.text(place.words, effectText(finding), { size: small }),
  ];
  const bottom = pen.isNarrow ? below + 3.9 * text : Math.max(below, first + 2.8 * text);
  return { marks, bottom };
}

export function findingsFigure(findings: readonly Finding[], options: FigureOptions): Figure {
  const [id, title] = ['findings', 'Findings'];
  const pen = new Pen(options);
  const { width, height, margin } = pen.format;
  const reading = readingOf(findings);
  const head = heading(pen, {
    title,
    note: 'Effect of the least favourable comparison with its 90% interval; right of the dashed zero is as the paper claims. Each row has its own scale.',
  });
  const measured = findings.map((finding, row) => rowMarks(pen, finding, { top: 0, row }).bottom);
  const used = measured.reduce((sum, tall) => sum + tall, 0);
  const room = pen.isNarrow
    ? 0
    : Math.max(0, height - margin - head.bottom - used) / findings.length;
  const marks = [...head.marks];
  let top = head.bottom;
  findings.forEach((finding, row) => {
    const rule: readonly Point[] = [
      [margin, top],
      [width - margin, top],
    ];
    marks.push(pen.line(rule, { colour: pen.theme.grid }));
    const drawn = rowMarks(pen, finding, { top: top + room / 2, row });
    marks.push(...drawn.marks);
    top = drawn.bottom + room / 2;
  });
  const svg = compose(
    pen,
    { title, description: reading, height: Math.max(pen.isNarrow ? 0 : height, top + margin) },
    marks,
  );
  return { id, title, svg, reading, table: tableOf(findings) };
}
