/** When to switch: what each rule would have lost against the best branch point that was measured. */
import { counted } from '../words/en/counted';
import type { RuleRegret, SwitchRule } from '../theory';
import { intervalColumns, tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import { intervalPart } from './drawing/interval-rows';
import { across, emptyFigure, finishedFigure, heading } from './drawing/layout';
import { formatShown, type Said } from './drawing/numbers';
import { Pen } from './drawing/pen';
import { seriesStyle } from './drawing/theme';

type JudgedRule = RuleRegret & { readonly regret: NonNullable<RuleRegret['regret']> };

function ruleName(rule: SwitchRule): string {
  if (rule === 'end') return 'at the end of SFT';
  return 'step' in rule ? `at step ${rule.step}` : `when ${rule.phase}`;
}

function tableOf(rules: readonly RuleRegret[]) {
  return tableOfItems(rules, {
    rule: ({ rule }) => ruleName(rule),
    ...intervalColumns('regret', ({ regret }) => regret),
    seeds: ({ seeds }) => seeds,
    sft_runs: ({ runs }) => runs,
    left_out: ({ leftOut }) => leftOut,
    best: ({ best }) => best,
  });
}

const UNKNOWN =
  'No SFT run has the identified ceilings of two branch points yet, so that there is nothing to hold a rule against.';

function readingOf(order: readonly JudgedRule[]): Said {
  const [least, most] = [order[0], order.at(-1)];
  if (!least || !most) return { headline: UNKNOWN, reading: UNKNOWN };
  const said = ({ rule, regret }: JudgedRule): string =>
    `“${ruleName(rule)}” ${formatShown(regret)}`;
  const over = `${counted(least.runs, 'SFT run')} of ${counted(least.seeds, 'seed')}`;
  const rest =
    least.leftOut > 0
      ? ` Of ${least.leftOut} further SFT runs fewer than two branch points have a ceiling.`
      : '';
  const verdict =
    least.seeds < 2
      ? 'One seed decides nothing'
      : most.regret.low > least.regret.high
        ? 'The intervals of the first and the last do not touch'
        : 'Undecided: the intervals of the first and the last overlap';
  return {
    headline: `“${ruleName(least.rule)}” loses least, ${formatShown(least.regret)} points; “${ruleName(most.rule)}” loses most, ${formatShown(most.regret)}.`,
    reading: `Points below the best branch point, over ${over}: ${order.map(said).join(', ')}. ${verdict}.${rest} Intervals hold 90% over the seeds.`,
  };
}

export function switchRulesFigure(rules: readonly RuleRegret[], options: FigureOptions): Figure {
  const pen = new Pen(options);
  const order = rules
    .filter((rule): rule is JudgedRule => rule.regret !== null)
    .toSorted((a, b) => a.regret.value - b.regret.value);
  const about = {
    id: 'switch-rules',
    title: 'When to switch: regret of each rule',
    ...readingOf(order),
    table: tableOf(rules),
  };
  if (order.length === 0) return emptyFigure(pen, about);
  const { height, margin } = pen.format;
  const head = heading(pen, {
    ...about,
    note: 'Points of A_post below the best branch point of an SFT run, at the branch point nearest to where the rule ends SFT. An upper estimate, as the best of several is lucky too.',
  });
  const style = { colour: seriesStyle(pen.theme, 0).colour, marker: 'circle' } as const;
  const rows = order.map((rule) => ({
    label: ruleName(rule.rule),
    marks: [{ shown: rule.regret, style, column: 'regret' }],
    note: `${rule.best} of ${rule.runs}`,
    row: rules.indexOf(rule),
  }));
  const drawn = intervalPart(
    pen,
    rows,
    { ...across(pen), top: head.bottom, bottom: height - margin },
    {
      title: 'points below the best branch point',
      noteTitle: 'was the best',
      reference: 0,
    },
  );
  const marks = [...head.marks, ...drawn.marks];
  return finishedFigure(pen, about, drawn.bottom + margin, marks, drawn.parts);
}
