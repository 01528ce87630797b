/** A study's figures as files: for its folder and its bundle. */
import {
  analyseStudy,
  figuresWithData,
  studyFigures,
  type Figure,
  type StudyAnalysis,
} from '../../figures';
import { fitsOf } from '../../studies/analysis';
import { KnownFits, type StudyFits } from '../../studies/known-fits';
import type { ReportedResults, StudyResults } from '../../studies/study-results';

interface DrawnStudy {
  readonly figures: readonly Figure[];
  /** What they rest on. */
  readonly fits: StudyFits;
}

/** All figures, light and as wide as a slide; fits that are not known yet take some seconds. */
export function drawnStudy(results: StudyResults, known = new KnownFits()): DrawnStudy {
  const analysis = analyseStudy(results, known);
  const figures = studyFigures(results, analysis, { theme: 'light', format: 'slide' });
  return { figures, fits: fitsOf(results, known) };
}

/** The figures of a study that others ran. */
export function drawnForeign(results: ReportedResults, analysis: StudyAnalysis): Figure[] {
  const kinds = figuresWithData(results);
  return studyFigures(results, analysis, { theme: 'light', format: 'slide' }, kinds);
}

/** SVG texts by the name of the figure. */
export function figureTexts(figures: readonly Figure[]): ReadonlyMap<string, string> {
  return new Map(figures.map(({ id, svg }) => [id, svg]));
}
