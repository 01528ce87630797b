/**
 * A study's work in a folder: what `lab study --out` keeps, and goes on from after it was killed. Each
 * file is written under another name and then renamed, so that it is there whole or not at all.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { LabError } from '../errors';
import type { JobCheckpoint, StudyKeeper, StudyWork } from '../runtime/stores/studies';
import {
  CELL,
  ENGINES,
  JOB_CHECKPOINT,
  MISSING_CELL,
  ROUNDS,
  SFT_CHECKPOINT,
  SFT_RUN,
  WEIGHTS,
} from '../runtime/stores/studies';
import { readStored, type StoredForm } from '../schema/stored';
import { stamped } from '../schema/upgrades';
import { describeDifferences } from '../studies/difference';
import { parseStudyText } from '../studies/parse-study';
import { planStudy } from '../studies/plan';
import type { StudyConfig } from '../studies/study-config';
import type { CellResult, MissingCell, SftRunResult } from '../studies/study-results';
import {
  librarySetsOf,
  readSetText,
  setPath,
  writeSetText,
  type SetTables,
} from '../studies/study-sets';
import type { TrajectoryTable } from '../trajectories/table';
import type { SftCheckpoint } from '../training/branches';

const RESULT = 'result.json';
const MISSING = 'missing.json';
const CHECKPOINT = 'checkpoint.bin';
const WEIGHTS_FILE = 'weights.bin';
const ENGINES_FILE = 'engines.json';
const ROUNDS_FILE = 'rounds.json';

/** Writes a file whole or not at all. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  await writeFile(partial, content);
  await rename(partial, file);
}

/** The file's bytes; null where there is none. */
async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

export class StudyFolder implements StudyKeeper {
  readonly #root: string;
  readonly #study: StudyConfig;

  /**
   * Opens a folder for a study, or again, with more seeds or fewer; throws an error of `study` where it
   * holds another one.
   */
  static async open(
    root: string,
    study: StudyConfig,
    sets: SetTables = new Map(),
  ): Promise<StudyFolder> {
    const file = path.join(root, 'study.json');
    const kept = await readIfThere(file);
    if (kept) requireSame(root, parseStudyText(kept.toString('utf8')), study);
    await writeWhole(file, `${JSON.stringify(study, null, 2)}\n`);
    for (const set of librarySetsOf(study)) {
      const table = sets.get(set.digest);
      if (!table) continue;
      await writeWhole(path.join(root, setPath(set)), writeSetText(study, table));
    }
    return new StudyFolder(root, study);
  }

  private constructor(root: string, study: StudyConfig) {
    this.#root = root;
    this.#study = study;
  }

  async read(): Promise<StudyWork> {
    const { sftRuns, cells } = planStudy(this.#study);
    const all = async <T>(
      plans: readonly { readonly id: string }[],
      file: string,
      form: StoredForm<T>,
    ): Promise<T[]> => {
      const found = await Promise.all(plans.map(({ id }) => this.#readJson(id, file, form)));
      return found.flatMap((one) => (one === null ? [] : [one]));
    };
    return {
      trunks: await all(sftRuns, RESULT, SFT_RUN),
      cells: await all(cells, RESULT, CELL),
      missing: await all(cells, MISSING, MISSING_CELL),
      rounds: await this.#rounds(),
      engines: await this.#engines(),
    };
  }

  savePoint(sftRun: string, point: SftCheckpoint): Promise<void> {
    return this.#write(sftRun, pointFile(point.state.step), serialize(stamped(point)));
  }

  readPoint(sftRun: string, step: number): Promise<SftCheckpoint | null> {
    return this.#readBinary(sftRun, pointFile(step), SFT_CHECKPOINT);
  }

  async saveSftRun(id: string, sftRun: SftRunResult, steps: readonly number[]): Promise<void> {
    await this.#write(id, RESULT, JSON.stringify(stamped(sftRun)));
    const keep = [RESULT, ...steps.map(pointFile)];
    const folder = this.#folder(id);
    const files = (await readdir(folder, { withFileTypes: true })).filter((each) => each.isFile());
    for (const { name } of files) {
      if (!keep.includes(name)) await rm(path.join(folder, name), { force: true });
    }
  }

  async saveCell(id: string, cell: CellResult, weights: Float32Array | null): Promise<void> {
    if (weights) await this.#write(id, WEIGHTS_FILE, serialize(weights));
    await this.#write(id, RESULT, JSON.stringify(stamped(cell)));
    if (!this.#study.furtherRl || cell.branch === null) await this.#remove(id, CHECKPOINT);
  }

  async saveRound(round: number, cells: readonly string[]): Promise<void> {
    const rounds = [...(await this.#rounds()).slice(0, round), cells];
    await writeWhole(path.join(this.#root, ROUNDS_FILE), JSON.stringify(stamped({ rounds })));
  }

  async #rounds(): Promise<readonly (readonly string[])[]> {
    const bytes = await readIfThere(path.join(this.#root, ROUNDS_FILE));
    const read = () => JSON.parse(bytes!.toString('utf8')) as unknown;
    return (bytes && checked(ROUNDS, read))?.rounds ?? [];
  }

  saveMissing(cell: MissingCell): Promise<void> {
    return this.#write(cell.id, MISSING, JSON.stringify(stamped(cell)));
  }

  async saveEngine(description: string): Promise<void> {
    const engines = new Set(await this.#engines());
    if (engines.has(description)) return;
    engines.add(description);
    const kept = stamped({ engines: [...engines].sort() });
    await writeWhole(path.join(this.#root, ENGINES_FILE), JSON.stringify(kept));
  }

  async #engines(): Promise<readonly string[]> {
    const bytes = await readIfThere(path.join(this.#root, ENGINES_FILE));
    const read = () => JSON.parse(bytes!.toString('utf8')) as unknown;
    return (bytes && checked(ENGINES, read))?.engines ?? [];
  }

  async forget(id: string): Promise<void> {
    for (const file of [RESULT, MISSING, CHECKPOINT, WEIGHTS_FILE]) await this.#remove(id, file);
  }

  readCheckpoint(id: string): Promise<JobCheckpoint | null> {
    return this.#readBinary(id, CHECKPOINT, JOB_CHECKPOINT);
  }

  saveCheckpoint(id: string, checkpoint: JobCheckpoint): Promise<void> {
    return this.#write(id, CHECKPOINT, serialize(stamped(checkpoint)));
  }

  readWeights(id: string): Promise<Float32Array | null> {
    return this.#readBinary(id, WEIGHTS_FILE, WEIGHTS);
  }

  async readSet(digest: string): Promise<TrajectoryTable | null> {
    const set = librarySetsOf(this.#study).find((one) => one.digest === digest);
    const bytes = set && (await readIfThere(path.join(this.#root, setPath(set))));
    return bytes ? readSetText(this.#study, set, bytes.toString('utf8')) : null;
  }

  #folder(id: string): string {
    return path.join(this.#root, 'work', ...id.split('/'));
  }

  #write(id: string, file: string, content: string | Uint8Array): Promise<void> {
    return writeWhole(path.join(this.#folder(id), file), content);
  }

  #remove(id: string, file: string): Promise<void> {
    return rm(path.join(this.#folder(id), file), { force: true });
  }

  async #readJson<T>(id: string, file: string, form: StoredForm<T>): Promise<T | null> {
    const bytes = await readIfThere(path.join(this.#folder(id), file));
    return bytes && checked(form, () => JSON.parse(bytes.toString('utf8')) as unknown);
  }

  /** Null also where the file is damaged: what it held can be made again. */
  async #readBinary<T>(id: string, file: string, form: StoredForm<T>): Promise<T | null> {
    const bytes = await readIfThere(path.join(this.#folder(id), file));
    return bytes && checked(form, () => deserialize(bytes) as unknown);
  }
}

function pointFile(step: number): string {
  return `point-${step}.bin`;
}

/** What a newer version of the lab wrote is not damaged: it throws. */
function checked<T>(form: StoredForm<T>, read: () => unknown): T | null {
  let value: unknown;
  try {
    value = read();
  } catch {
    return null;
  }
  const result = readStored(form, value);
  return result.success ? result.output : null;
}

function requireSame(root: string, kept: StudyConfig, asked: StudyConfig): void {
  const different = describeDifferences({ ...kept, seeds: asked.seeds }, asked);
  if (different.length === 0) return;
  throw new LabError('study/other-folder', { folder: root, differences: different.slice(0, 3) });
}
