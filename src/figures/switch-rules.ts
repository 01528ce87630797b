/** When to switch: what each rule would have lost against the best branch point that was measured. */
import type { RuleRegret, SwitchRule } from '../theory';
import { intervalColumns, tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import { intervalRows } from './drawing/interval-rows';
import { compose, emptyPicture, heading } from './drawing/layout';
import { formatShown } from './drawing/numbers';
import { Pen } from './drawing/pen';
import { seriesStyle } from './drawing/theme';
import { counted } from '../words/en/counted';

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

function readingOf(judged: readonly JudgedRule[]): string {
  const order = [...judged].sort((a, b) => a.regret.value - b.regret.value);
  const [least, most] = [order[0], order.at(-1)];
  if (!least || !most) return UNKNOWN;
  const said = ({ rule, regret }: JudgedRule): string =>
    `“${ruleName(rule)}” ${formatShown(regret)}`;
  const over = `over ${counted(least.runs, 'SFT run')} of ${counted(least.seeds, 'seed')}`;
  const rest =
    least.leftOut > 0
      ? ` Of ${least.leftOut} further SFT runs fewer than two ceilings are identified.`
      : '';
  const verdict =
    least.seeds < 2
      ? 'One seed decides nothing'
      : most.regret.low > least.regret.high
        ? 'The intervals of these two do not touch'
        : 'Undecided: the intervals of these two overlap';
  return `Points below the best branch point, ${over}: least for ${said(least)}, most for ${said(most)}. ${verdict}.${rest}`;
}

export function switchRulesFigure(rules: readonly RuleRegret[], options: FigureOptions): Figure {
  const [id, title] = ['switch-rules', 'When to switch: regret of each rule'];
  const pen = new Pen(options);
  const judged = rules.filter((rule): rule is JudgedRule => rule.regret !== null);
  const reading = readingOf(judged);
  const table = tableOf(rules);
  if (judged.length === 0) {
    return { id, title, svg: emptyPicture(pen, title, reading), reading, table };
  }
  const { width, height, margin, small } = pen.format;
  const head = heading(pen, {
    title,
    note: 'What SFT would have cost that ends by a rule: points of A_post below the best branch point of its run, at the branch point nearest to the rule’s step, with the 90% interval over seeds. An upper estimate, as the best of several is lucky too. At the right: how often it was the best.',
  });
  const style = { colour: seriesStyle(pen.theme, 0).colour, marker: 'circle' } as const;
  const rows = intervalRows(
    pen,
    judged.map((rule) => ({
      label: ruleName(rule.rule),
      marks: [{ shown: rule.regret, style, column: 'regret' }],
      note: `${rule.best} of ${rule.runs}`,
      row: rules.indexOf(rule),
    })),
    { left: margin, right: width - margin, top: head.bottom + 0.5 * small },
    {
      title: 'points below the best',
      reference: 0,
      room: pen.isNarrow ? 0 : height - head.bottom - 4 * small,
    },
  );
  const tall = Math.max(pen.isNarrow ? 0 : height, rows.bottom + 3.2 * small + margin);
  const svg = compose(pen, { title, description: reading, height: tall }, [
    ...head.marks,
    ...rows.marks,
  ]);
  return { id, title, svg, reading, table };
}
