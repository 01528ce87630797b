/** `lab refit BUNDLE.zip`: a study's figures and fits anew, with the theory of today. */
import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { drawnStudy, figureTexts } from '../runtime/studies/drawn-figures';
import { packBundle, readBundle } from '../studies/bundle/study-bundle';
import { writeWhole } from './study-folder';
import { onlyArgument, UsageError } from './usage';

/** Rewrites a bundle in place; its runs, sets and weights stay as they are. */
export async function refitCommand(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const file = onlyArgument('refit', 'one bundle of a study', positionals);
  if (!(await stat(file).catch(() => null))?.isFile()) {
    throw new UsageError(`There is no file "${file}".`);
  }
  const bundle = readBundle(await readFile(file));
  const { figures, fits } = drawnStudy(bundle.results);
  await writeWhole(file, packBundle({ ...bundle, figures: figureTexts(figures), fits }));
  process.stdout.write(
    `${file}: ${figures.length} figures, ${fits.branches.length} branch points, ${fits.backtest.length} curves fitted.\n`,
  );
}
