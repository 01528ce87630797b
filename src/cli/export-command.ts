/** `lab export STUDY --for trl|verl --model NAME --out DIR`: a study as a trainer of language models runs it. */
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exportStudy, TRAINERS } from '../studies/trainer-export';
import { SHARED_SETTINGS } from '../studies/study-settings';
import { counted } from '../words/en/counted';
import { settingOptions } from './setting-options';
import { readSets, readStudy, withChanges } from './study-input';
import { onlyArgument, textOptions, UsageError } from './usage';

export async function exportCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...settingOptions(SHARED_SETTINGS),
      ...textOptions('for', 'model', 'out', 'seeds'),
    },
  });
  const file = onlyArgument('export', 'one study: a preset or a .json file', positionals);
  const trainer = wanted('for', values.for, TRAINERS.join(' or '));
  const model = wanted('model', values.model, 'a model, such as Qwen/Qwen2.5-0.5B');
  const out = path.resolve(wanted('out', values.out, 'a folder'));
  const study = withChanges(await readStudy(file), values);
  const sets = await readSets(study, path.dirname(file));
  await requireEmpty(out);
  await mkdir(path.dirname(out), { recursive: true });
  // Whole or not at all: the folder gets its name when all is in it.
  const partial = await mkdtemp(`${out}.partial-`);
  try {
    let files = 0;
    for await (const { path: name, content } of exportStudy(study, { trainer, model, sets })) {
      await mkdir(path.dirname(path.join(partial, name)), { recursive: true });
      await writeFile(path.join(partial, name), content);
      files += 1;
    }
    await rm(out, { recursive: true, force: true });
    await rename(partial, out);
    process.stdout.write(
      `${counted(files, 'file')} in ${out}. Next: bash ${path.join(out, 'launch.sh')} --dry-run\n`,
    );
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

function wanted(option: string, value: string | undefined, what: string): string {
  if (value !== undefined) return value;
  throw new UsageError(`export needs --${option}: ${what}.`);
}

/** Nothing is written over: a folder that is there must be empty. */
async function requireEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`--out is "${folder}", which is no folder; name a new one.`);
  });
  if (entries.length === 0) return;
  throw new UsageError(
    `The folder "${folder}" is not empty: it has ${counted(entries.length, 'entry', 'entries')}, and an export writes over nothing. Name a new folder, or empty this one.`,
  );
}
