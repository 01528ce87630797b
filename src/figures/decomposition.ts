/**
 * The paper's main figure (arXiv 2512.11470): bars of P_sft + PL_rl under A_post, a bar for each
 * branch point, below the validation loss of SFT and its sub-phases.
 */
import type { SubPhase } from '../theory';
import { branchLabels, columnsOf, panelMarks } from './decomposition-panel';
import {
  bottomLabelLines,
  bottomLabelsHeight,
  leftAxisRoom,
  niceScale,
  ratioScale,
} from './drawing/axes';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import { emptyFigure, finishedFigure, heading, panelGrid, panelTitles } from './drawing/layout';
import { formatCount, formatPoints, formatShown, type Said } from './drawing/numbers';
import { Pen, type Box } from './drawing/pen';
import { PAPER_CAVEAT } from './paper-numbers';
import { openAbove, openWords, verdictCells } from './open-ceilings';
import { averageRange, chosenSets, highestSet, type SetPicture } from './set-picture';

const PHASE_WORDS: Readonly<Record<SubPhase, string>> = {
  adaptation: 'adaptation',
  stable: 'stable',
  mild: 'mild overfitting',
  severe: 'severe overfitting',
};

const COLUMNS = [
  'set',
  'branch',
  'sft_step',
  'sft_compute',
  'sub_phase',
  'validation_loss',
  'p_sft',
  'p_sft_low',
  'p_sft_high',
  'pl_rl',
  'pl_rl_low',
  'pl_rl_high',
  'a_post',
  'a_post_low',
  'a_post_high',
  'end_of_budget',
  'identified',
  'seeds',
  'reason',
  'verdict',
  'at_least',
];

function tableOf(sets: readonly SetPicture[]): FigureTable {
  const rows = sets.flatMap(({ name, branches }) =>
    branches.map((branch) => {
      const { pSft, plRl, aPost, final } = branch;
      return [
        name,
        branch.name,
        branch.step,
        branch.compute,
        branch.phase,
        branch.validationLoss,
        pSft.value,
        pSft.low,
        pSft.high,
        plRl?.value ?? null,
        plRl?.low ?? null,
        plRl?.high ?? null,
        aPost?.value ?? null,
        aPost?.low ?? null,
        aPost?.high ?? null,
        final?.value ?? null,
        aPost !== null,
        branch.seeds || null,
        branch.reason,
        ...verdictCells(branch),
      ];
    }),
  );
  return { columns: COLUMNS, rows };
}

/** The two parts of a panel: the strip with the loss, and the bars. */
function partsOf(
  pen: Pen,
  { left, right, top, bottom }: Box,
  { labelLines, hasLoss }: { labelLines: number; hasLoss: boolean },
): { strip: Box; bars: Box } {
  const { small } = pen.format;
  const ground = bottom - bottomLabelsHeight(pen, labelLines);
  const strip = hasLoss ? Math.max(4.6 * small, 0.42 * (ground - top)) : 0;
  const edge = left + leftAxisRoom(pen, ['100%']);
  return {
    strip: { left: edge, right, top, bottom: top + strip },
    bars: { left: edge, right, top: top + strip + 0.4 * small, bottom: ground },
  };
}

/** A panel for each set, all with the same scales. */
function drawPanels(pen: Pen, sets: readonly SetPicture[], top: number) {
  const { boxes, first, parts, bottom } = panelGrid(pen, sets.length, top);
  const { small } = pen.format;
  const [outer] = boxes as readonly [Box];
  const titles = panelTitles(
    pen,
    sets.map(({ name, size }) => (size === null ? name : `${name} (${formatCount(size)})`)),
    outer.right - outer.left - leftAxisRoom(pen, ['100%']),
  );
  // A study of others knows no loss over SFT: its bars have all of the room.
  const hasLoss = sets.some(({ loss }) => loss.length > 0);
  const labelLines = Math.max(
    ...sets.map((set) => {
      const { bars } = partsOf(pen, outer, { labelLines: 1, hasLoss });
      return bottomLabelLines(pen, branchLabels(set, columnsOf({ pen, set, bars })), bars);
    }),
  );
  const tops = sets.flatMap(({ branches }) =>
    branches.flatMap(({ aPost, atLeast, final, pSft }) => [
      aPost?.high ?? aPost?.value ?? atLeast?.atMost ?? final?.value ?? 0,
      pSft.value,
    ]),
  );
  const losses = sets.flatMap(({ loss }) => loss.map((point) => point.loss));
  const before = sets.slice(0, first).flatMap(({ branches }) => branches);
  let firstRow = before.length;
  const marks = boxes.flatMap((box, i) => {
    const set = sets[first + i]!;
    const { strip, bars } = partsOf(
      pen,
      { ...box, top: box.top + titles.height },
      { labelLines, hasLoss },
    );
    const drawn = panelMarks({
      pen,
      set,
      bars,
      strip,
      firstRow,
      // Room for a number above the highest interval.
      y: niceScale(tops, [bars.bottom, bars.top + 1.4 * small], { zero: true, ceiling: 100 }),
      loss: ratioScale(losses, [strip.bottom - 1.9 * small, strip.top + 1.6 * small]),
    });
    firstRow += set.branches.length;
    return [...titles.draw(first + i, strip.left, box.top), ...drawn];
  });
  return { marks, bottom, parts };
}

/** What the bars say: the highest of all, and then set by set. */
function readingOf(sets: readonly SetPicture[], isPublished: boolean): Said {
  const sentences = sets.map((set) => {
    const { name, branches, peak } = set;
    const open = openWords(branches);
    const rest = `${averageWords(set)}${open === '' ? '' : ` Open above: ${open}.`}`;
    if (!peak?.aPost || !peak.plRl) return `${name}: no ceiling is identified yet.${rest}`;
    const { pSft, plRl, aPost, phase } = peak;
    const isTop = openAbove([set], aPost.value).length === 0;
    return `${name}: ${isTop ? 'highest' : 'identified'} from ${peak.name}${phase ? ` (${PHASE_WORDS[phase]})` : ''}, A_post ${formatShown(aPost)} = P_sft ${formatPoints(pSft.value)} + PL_rl ${formatPoints(plRl.value)}.${rest}`;
  });
  const note = isPublished ? `Published without intervals. ${PAPER_CAVEAT}` : 'Intervals hold 90%.';
  return { headline: headlineOf(sets), reading: [...sentences, note].join(' ') };
}

/** The paper's average over the branch points; empty where there is one alone. */
function averageWords(set: SetPicture): string {
  const average = averageRange(set);
  if (!average || set.branches.length < 2) return '';
  return ` Over its branch points A_post averages ${formatShown(average)}.`;
}

function headlineOf(sets: readonly SetPicture[]): string {
  const top = highestSet(sets);
  const { aPost, plRl, pSft, name } = top?.peak ?? {};
  if (!top || !aPost || !plRl || !pSft) return 'No ceiling is identified yet.';
  const [above] = openAbove(sets, aPost.value);
  if (above) {
    return `RL from ${above.branch.name} on ${above.set.name} came to ${formatPoints(above.from)} percent with a ceiling that is open above; of the identified ones that of ${name} on ${top.name} is at ${formatShown(aPost)} percent.`;
  }
  return `RL from ${name} on ${top.name} has the highest ceiling, ${formatShown(aPost)} percent: RL adds ${formatPoints(plRl.value)} points to the ${formatPoints(pSft.value)} of SFT.`;
}

/** Draws the bars of the lab's sets or of the published ones. */
export function decompositionFigure(
  given: readonly SetPicture[],
  options: FigureOptions,
  {
    title = 'Ceiling decomposition',
    isPublished = false,
    id = 'decomposition',
  }: { title?: string; isPublished?: boolean; id?: string } = {},
): Figure {
  const pen = new Pen(options);
  const sets = chosenSets(given, options).filter(({ branches }) => branches.length > 0);
  const table = tableOf(sets);
  if (sets.length === 0) {
    const reading = 'No branch point has finished RL yet, so there is nothing to decompose.';
    return emptyFigure(pen, { id, title, headline: reading, reading, table });
  }
  const about = { id, title, ...readingOf(sets, isPublished), table };
  const { theme } = pen;
  const hasLoss = sets.some(({ loss }) => loss.length > 0);
  const hasOpen = sets.some(({ branches }) => branches.some(({ aPost }) => !aPost));
  const solid = { dash: [], marker: 'none' } as const;
  const head = heading(pen, {
    ...about,
    note: `Percent solved, A_post = P_sft + PL_rl, for each point at which RL branches off SFT.${hasOpen ? ' A dashed bar ends at what was measured: its ceiling is not identified. An arrow: it is known from below alone.' : ''}${hasLoss ? ' Tints: adaptation, stable, mild and severe overfitting.' : ''}`,
    key: [
      { label: 'P_sft', style: { ...solid, colour: theme.pSft }, mark: 'box' },
      { label: 'PL_rl, up to A_post', style: { ...solid, colour: theme.plRl }, mark: 'hatched' },
      ...(hasLoss
        ? [{ label: 'validation loss, nats per token', style: { ...solid, colour: theme.loss } }]
        : []),
    ],
  });
  const { marks, bottom, parts } = drawPanels(pen, sets, head.bottom);
  return finishedFigure(pen, about, bottom, [...head.marks, ...marks], parts);
}
