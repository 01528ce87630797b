/** A study's figures as files: for its folder and its bundle. */
import {
  analyseStudy,
  figuresWithData,
  studyFigures,
  type Figure,
  type StudyAnalysis,
} from '../../figures';
import type { ReportedResults, StudyResults } from '../../studies/study-results';

/** All figures, light and as wide as a slide; fits take some seconds. */
export function drawnFigures(results: StudyResults): Figure[] {
  return studyFigures(results, analyseStudy(results), { theme: 'light', format: 'slide' });
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
