/** The figures of a study, in the order in which they tell its story. */
import type { ReportedResults } from '../studies/study-results';
import type { StudyAnalysis } from '../studies/analysis';
import { backtestFigure } from './backtest';
import { ceilingMapFigure } from './ceiling-map';
import { decompositionFigure } from './decomposition';
import type { Figure, FigureOptions } from './drawing/figure';
import { findingsFigure } from './findings';
import { indicatorFigure, measuredStrength, publishedStrength } from './indicator';
import { levelsFigure, unseenFigure } from './levels';
import { PAPER_SOURCE } from './paper-numbers';
import { PAPER_PICTURES, paperDifficulty } from './paper';
import { paradigmsFigure } from './paradigms';
import { performanceFigure } from './performance';
import { predictorsFigure, promisedSets } from './predictors';
import { SEQUENTIAL } from '../theory';
import { setPictures, type SetPicture } from './set-picture';
import { mapPicture } from './surface/cells';
import { surfaceFigure } from './surface/figure';
import { noSurfaceSentence } from '../words/en/surface';
import { switchRulesFigure } from './switch-rules';
import { soundResults } from '../studies/sound-results';

/** A study with what the theory says of it; `sets` is made once for all figures. */
export interface FigureSource {
  readonly results: ReportedResults;
  readonly analysis: StudyAnalysis;
  readonly sets: readonly SetPicture[];
}

export function figureSource(given: ReportedResults, analysis: StudyAnalysis): FigureSource {
  const results = soundResults(given);
  return { results, analysis, sets: setPictures(results, analysis) };
}

export interface FigureKind {
  readonly id: string;
  readonly title: string;
  /** What anyone sees in it, in one sentence of at most fifteen words; true whatever the numbers are. */
  readonly plain: string;
  /** Whether it has a panel for each set, of which some can be chosen. */
  readonly bySet: boolean;
  /** Whether it shows the backtest, which comes after all else is known. */
  readonly isBacktest?: true;
  /** Whether a study says anything of it; one that others ran may not. */
  readonly hasData: (results: ReportedResults) => boolean;
  readonly draw: (source: FigureSource, options: FigureOptions) => Figure;
  /** The published numbers in the same form; null where the paper's figure has no counterpart. */
  readonly paper: ((options: FigureOptions) => Figure) | null;
}

const published = (name: string, title: string) => ({
  id: `${name}-paper`,
  title: `${title} in the paper (${PAPER_SOURCE})`,
  isPublished: true,
});

function hasSets({ cells }: ReportedResults): boolean {
  return cells.some(({ cell }) => cell.set !== null);
}

function hasLosses({ cells }: ReportedResults): boolean {
  return cells.some(({ cell }) => cell.minValidationLoss !== null);
}

/** A surface where the sets are a grid and it is fitted; else what can be said without one. */
function drawMap({ sets, results, analysis }: FigureSource, options: FigureOptions): Figure {
  const map = mapPicture(results, sets, analysis.surfaces);
  if (map && !('because' in map)) {
    return surfaceFigure(map, options, { id: 'ceiling-map', title: MAP_TITLE });
  }
  return ceilingMapFigure(sets, options, {
    ...(results.config.run.task ? {} : { difficultyTitle: 'difficulty' }),
    ...(map ? { noSurface: noSurfaceSentence(map) } : {}),
  });
}

const MAP_TITLE = 'Ceiling map: scale × difficulty';

export const FIGURES: readonly FigureKind[] = [
  {
    id: 'decomposition',
    title: 'Ceiling decomposition',
    plain: 'Each bar: what SFT gave, and above it what RL can still add.',
    bySet: true,
    hasData: hasSets,
    draw: ({ sets }, options) => decompositionFigure(sets, options),
    paper: (options) =>
      decompositionFigure(
        PAPER_PICTURES,
        options,
        published('decomposition', 'Ceiling decomposition'),
      ),
  },
  {
    id: 'ceiling-map',
    title: MAP_TITLE,
    plain: 'The map shows how far each size and difficulty of data can lead.',
    bySet: false,
    hasData: ({ cells }) => cells.some(({ cell }) => cell.set !== null && cell.set.size !== null),
    draw: drawMap,
    paper: (options) =>
      ceilingMapFigure(PAPER_PICTURES, options, {
        ...published('ceiling-map', 'Ceiling map'),
        difficultyLabel: paperDifficulty,
        difficultyTitle: 'difficulty, as the paper names it',
      }),
  },
  {
    id: 'findings',
    title: 'Findings',
    plain: 'What the paper found, and whether this study finds it too.',
    bySet: false,
    hasData: () => true,
    // Each row has what the paper reports.
    draw: ({ analysis }, options) => findingsFigure(analysis.findings, options),
    paper: null,
  },
  {
    id: 'indicator',
    title: 'Validation loss as an indicator',
    plain: 'Each dot is a set: does a lower validation loss promise more?',
    bySet: false,
    hasData: hasLosses,
    draw: ({ analysis }, options) => indicatorFigure(measuredStrength(analysis.indicator), options),
    paper: (options) =>
      indicatorFigure(
        publishedStrength(PAPER_PICTURES),
        options,
        published('indicator', 'Validation loss and ceiling'),
      ),
  },
  {
    id: 'predictors',
    title: 'What predicts the ceiling before RL',
    plain: 'Which numbers, known before RL, tell how far RL will get?',
    bySet: false,
    hasData: hasSets,
    draw: ({ analysis, sets }, options) =>
      predictorsFigure(
        { indicators: analysis.indicators, ranking: promisedSets(analysis.ranking, sets) },
        options,
      ),
    paper: null,
  },
  {
    id: 'switch-rules',
    title: 'When to switch: regret of each rule',
    plain: 'Each bar: the points lost by switching to RL when this rule says.',
    bySet: false,
    hasData: ({ trunks }) => trunks.length > 0,
    draw: ({ analysis }, options) => switchRulesFigure(analysis.switchRules, options),
    paper: null,
  },
  {
    id: 'performance',
    title: 'Performance against compute',
    plain: 'SFT comes first, then RL branches off: performance over the compute spent.',
    bySet: true,
    hasData: hasSets,
    draw: ({ sets, results: { trunks, config } }, options) =>
      performanceFigure(sets, trunks, options, { unit: config.computeUnit ?? null }),
    paper: null,
  },
  {
    id: 'backtest',
    title: 'Did it come true?',
    plain: 'Each column is a run of RL: what its first half promised, and what came.',
    bySet: true,
    isBacktest: true,
    hasData: ({ cells }) => cells.some(({ cell }) => cell.curve.length > 0),
    draw: ({ analysis }, options) => backtestFigure(analysis.backtest, options),
    paper: null,
  },
  {
    id: 'paradigms',
    title: 'Paradigms at equal compute',
    plain: 'Each got the same compute: which one got furthest?',
    bySet: true,
    hasData: ({ cells }) => cells.some(({ cell }) => cell.paradigm !== SEQUENTIAL),
    draw: ({ results }, options) => paradigmsFigure(results, options),
    paper: null,
  },
  {
    id: 'levels',
    title: 'The benchmark, level by level',
    plain: 'Each line is one level of difficulty, from easy to hard.',
    bySet: true,
    hasData: ({ cells }) => cells.some(({ atEnd }) => atEnd.levels !== null),
    draw: ({ results }, options) => levelsFigure(results, options),
    paper: null,
  },
  {
    id: 'unseen',
    title: 'Out of distribution',
    plain: 'How well it does on kinds of problems that it never trained on.',
    bySet: true,
    hasData: ({ cells }) =>
      cells.some(({ unseenLevels, heldOut }) => unseenLevels.length > 0 || heldOut !== null),
    draw: ({ results }, options) => unseenFigure(results, options),
    paper: null,
  },
];

/** The figures of a study that others ran: those that it says something of. */
export function figuresWithData(results: ReportedResults): readonly FigureKind[] {
  return FIGURES.filter(({ hasData }) => hasData(results));
}

/** All figures of a study, as the terminal writes them. */
export function studyFigures(
  results: ReportedResults,
  analysis: StudyAnalysis,
  options: FigureOptions,
  kinds: readonly FigureKind[] = FIGURES,
): Figure[] {
  const source = figureSource(results, analysis);
  return kinds.map(({ draw }) => draw(source, options));
}
