/** A study's figures as files: for its folder and its bundle. */
import { analyseStudy, studyFigures, type Figure } from '../../figures';
import type { StudyResults } from '../../studies/study-results';

/** All figures, light and as wide as a slide; fits take some seconds. */
export function drawnFigures(results: StudyResults): Figure[] {
  return studyFigures(results, analyseStudy(results), { theme: 'light', format: 'slide' });
}

/** SVG texts by the name of the figure. */
export function figureTexts(figures: readonly Figure[]): ReadonlyMap<string, string> {
  return new Map(figures.map(({ id, svg }) => [id, svg]));
}
