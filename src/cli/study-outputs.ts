/** What `lab study` leaves in its folder beside the work itself. */
import path from 'node:path';
import { version } from '../../package.json';
import { tableAsCsv, type Figure } from '../figures';
import { bundleContent } from '../runtime/studies/bundle-content';
import { drawnStudy, figureTexts } from '../runtime/studies/drawn-figures';
import { nodeBase } from '../runtime/engines/engine-node';
import { enginesInWords } from '../runtime/studies/engines-used';
import { packBundle } from '../studies/bundle/study-bundle';
import { findingsText } from '../studies/findings-table';
import { resultsText } from '../studies/parse-results';
import { paradigmRows, paradigmText } from '../studies/paradigm-table';
import type { StudyResults } from '../studies/study-results';
import { writeWhole, type StudyFolder } from './study-folder';

/** Pictures and numbers of figures, in a folder of their own. */
export async function writeFigures(out: string, figures: readonly Figure[]): Promise<void> {
  for (const figure of figures) {
    const file = path.join(out, 'figures', figure.id);
    await writeWhole(`${file}.svg`, figure.svg);
    await writeWhole(`${file}.csv`, tableAsCsv(figure.table));
  }
}

/** Writes results and findings; figures, the table of paradigms and the bundle where there is a cell to show. */
export async function writeOutputs(
  out: string,
  results: StudyResults,
  keeper: StudyFolder,
): Promise<void> {
  await writeWhole(path.join(out, 'results.json'), resultsText(results));
  await writeWhole(path.join(out, 'findings.md'), findingsText(results));
  if (results.cells.length === 0) return;
  const rows = paradigmRows(results);
  if (rows.length > 0) await writeWhole(path.join(out, 'table.txt'), paradigmText(rows));
  const { figures, fits } = drawnStudy(results);
  await writeFigures(out, figures);
  const { run } = results.config;
  const { parameters } = await nodeBase(run);
  const bundle = packBundle({
    ...(await bundleContent(results, keeper)),
    results,
    origin: { lab: version, engine: enginesInWords(await keeper.read()), madeAt: Date.now() },
    base: parameters,
    figures: figureTexts(figures),
    fits,
  });
  await writeWhole(path.join(out, 'bundle.zip'), bundle);
}
