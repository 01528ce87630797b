/** An export as one zip file, for a page, which cannot write folders. */
import { strToU8, zipSync, type Zippable } from 'fflate';
import type { StudyConfig } from '../study-config';
import { exportName, exportStudy, type ExportOptions, type Trainer } from '.';

/** Of every entry, so that the same export is the same file; zip files begin with 1980. */
const NO_DATE = '1980-01-01T12:00:00';

/** The files of {@link exportStudy} in a folder called as {@link exportName} says. */
export async function exportArchive(
  study: StudyConfig,
  options: ExportOptions & { readonly trainer: Trainer },
): Promise<Uint8Array> {
  const folder = exportName(study.name, options.trainer);
  const entries: Zippable = {};
  for await (const { path, content } of exportStudy(study, options)) {
    entries[`${folder}/${path}`] = typeof content === 'string' ? strToU8(content) : content;
  }
  return zipSync(entries, { mtime: NO_DATE, level: 6 });
}
