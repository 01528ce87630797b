/**
 * Figures of a study: pure functions of its results to SVG, a reading in plain words, and the table
 * that is drawn. Page and terminal draw with the same functions.
 */
export { analyseStudy, StudyAnalyst, type StudyAnalysis } from '../studies/analysis';
export { compareFigure, type Compared } from './compare';
export { tableAsCsv, type Figure, type FigureOptions, type FigureTable } from './drawing/figure';
export { liveFigure } from './live';
export { PAPER_SOURCE } from './paper-numbers';
export { performanceFigure } from './performance';
export { setPictures, type BranchPicture, type SetPicture } from './set-picture';
export {
  FIGURES,
  figureSource,
  figuresWithData,
  studyFigures,
  type FigureKind,
  type FigureSource,
} from './study-figures';
export { pageFormat, stageFormat, steppedWidth, type FormatName } from './drawing/format';
export { spokenText, textParts } from './drawing/text';
