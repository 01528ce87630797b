/**
 * A study as one .zip file that opens anywhere: its configuration and results, the recipes or rows of
 * its sets, its metrics as CSV, weights, figures and findings, and what made it.
 */
import { strFromU8, strToU8 } from 'fflate';
import * as v from 'valibot';
import { isLabError, LabError, messageOf } from '../../errors';
import { decodeCheckpoint, encodeCheckpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import type { DataOf } from '../../schema/pieces';
import { stamped } from '../../schema/upgrades';
import { findingsText } from '../findings-table';
import { studyFits, type StudyFits } from '../known-fits';
import { parseResults } from '../parse-results';
import type { StudyConfig, StudySet } from '../study-config';
import type { StudyResults } from '../study-results';
import {
  librarySetsOf,
  readSetText,
  requireNamed,
  setPath,
  writeSetText,
  type SetTables,
} from '../study-sets';
import { packArchive, parseJson, readArchive, type BundleLimits } from './archive';
import { trackCsv, validationCsv } from './metrics';

const bundleOrigin = v.object({
  /** Version of the lab. */
  lab: v.string(),
  /** The engine and its adapter, in words. */
  engine: v.string(),
  /** Milliseconds since 1970. */
  madeAt: v.number(),
});

/** What made a bundle. */
export interface BundleOrigin extends DataOf<typeof bundleOrigin> {}

/** Weights by the job that they belong to, such as `uniform/mild/0`. */
type WeightsByJob = ReadonlyMap<string, Float32Array>;

export interface StudyBundle {
  readonly origin: BundleOrigin;
  readonly results: StudyResults;
  /** The base that every run started from; null where it is not included. */
  readonly base: Float32Array | null;
  /** Where RL started, cell by cell. */
  readonly branchWeights: WeightsByJob;
  /** After RL, cell by cell. */
  readonly finalWeights: WeightsByJob;
  /** Rows of the library's sets that it names. */
  readonly sets: SetTables;
  /** SVG texts by name, without folder and ending. */
  readonly figures: ReadonlyMap<string, string>;
  /** What the figures rest on; null where they are to be fitted anew. */
  readonly fits: StudyFits | null;
}

const BRANCHES = 'checkpoints/branch/';
const FINALS = 'checkpoints/final/';
const BASE = 'checkpoints/base.safetensors';
const WEIGHTS_END = '.safetensors';
const FIGURES = 'figures/';
const RESULTS = 'results.json';
const FITS = 'fits.json';

/** Writes a bundle. */
export function packBundle(bundle: StudyBundle): Uint8Array {
  const { results, origin } = bundle;
  const { config } = results;
  const json = (value: unknown): Uint8Array => strToU8(`${JSON.stringify(value, null, 1)}\n`);
  const files = new Map<string, Uint8Array>([
    ['study.json', json(config)],
    [RESULTS, strToU8(JSON.stringify(stamped(results)))],
    ['sets.json', json({ task: config.run.task, sets: config.sets.map(aboutSet) })],
    ['metrics/track.csv', strToU8(trackCsv(results))],
    ['metrics/validation.csv', strToU8(validationCsv(results))],
    ['findings.md', strToU8(findingsText(results))],
  ]);
  for (const set of librarySetsOf(config)) {
    files.set(setPath(set), strToU8(writeSetText(config, bundle.sets.get(set.digest)!)));
  }
  if (bundle.fits) files.set(FITS, strToU8(JSON.stringify(bundle.fits)));
  if (bundle.base) files.set(BASE, weightsFile(config, config.run.base, bundle.base));
  for (const [folder, weights] of weightFolders(bundle)) {
    for (const [job, values] of weights) {
      files.set(`${folder}${job}${WEIGHTS_END}`, weightsFile(config, job, values));
    }
  }
  for (const [name, svg] of bundle.figures) files.set(`${FIGURES}${name}.svg`, strToU8(svg));
  return packArchive({ about: origin, files }, origin.madeAt);
}

function aboutSet({ recipe, librarySet }: StudySet) {
  return librarySet ? { ...recipe, file: setPath({ recipe, digest: librarySet.digest }) } : recipe;
}

function weightFolders({
  branchWeights,
  finalWeights,
}: Pick<StudyBundle, 'branchWeights' | 'finalWeights'>): [string, WeightsByJob][] {
  return [
    [BRANCHES, branchWeights],
    [FINALS, finalWeights],
  ];
}

function weightsFile({ run }: StudyConfig, job: string, parameters: Float32Array): Uint8Array {
  const info = { job, task: run.task };
  return encodeCheckpoint({ config: run.model, parameters, extra: [], info });
}

/** Reads a bundle and checks all of it; throws an error of `bundle` with the place and the reason. */
export function readBundle(bytes: Uint8Array, limits?: BundleLimits): StudyBundle {
  const { about, files } = readArchive(bytes, limits);
  const results = readResults(files);
  const origin = v.safeParse(bundleOrigin, about);
  if (!origin.success) throw new LabError('bundle/no-origin');
  const weights = (path: string): Float32Array =>
    readWeights(path, files.get(path)!, results.config);
  const folder = (start: string): WeightsByJob =>
    new Map(
      namesBelow(files, start, WEIGHTS_END).map((job) => [
        job,
        weights(`${start}${job}${WEIGHTS_END}`),
      ]),
    );
  return {
    origin: origin.output,
    results,
    base: files.has(BASE) ? weights(BASE) : null,
    branchWeights: folder(BRANCHES),
    finalWeights: folder(FINALS),
    sets: readSets(files, results.config),
    fits: readFits(files),
    figures: new Map(
      namesBelow(files, FIGURES, '.svg').map((name) => [
        name,
        strFromU8(files.get(`${FIGURES}${name}.svg`)!),
      ]),
    ),
  };
}

function namesBelow(files: ReadonlyMap<string, unknown>, start: string, end: string): string[] {
  return [...files.keys()]
    .filter((path) => path.startsWith(start) && path.endsWith(end))
    .map((path) => path.slice(start.length, -end.length));
}

function readResults(files: ReadonlyMap<string, Uint8Array>): StudyResults {
  const content = files.get(RESULTS);
  if (!content) throw new LabError('bundle/part-missing', { path: RESULTS });
  try {
    return parseResults(parseJson(RESULTS, content));
  } catch (error) {
    if (isLabError(error, 'bundle')) throw error;
    const reason = messageOf(error);
    throw new LabError('bundle/part-refused', { path: RESULTS, reason });
  }
}

/** Fits that are missing or of another version are made anew; keys tell those of other results. */
function readFits(files: ReadonlyMap<string, Uint8Array>): StudyFits | null {
  const content = files.get(FITS);
  if (!content) return null;
  const read = v.safeParse(studyFits, parseJson(FITS, content));
  return read.success ? read.output : null;
}

/** The rows of the library's sets, each checked against the study. */
function readSets(files: ReadonlyMap<string, Uint8Array>, config: StudyConfig): SetTables {
  const tables = librarySetsOf(config).map((set) => {
    const path = setPath(set);
    const content = files.get(path);
    if (!content) throw new LabError('bundle/set-missing', { path });
    try {
      const table = readSetText(config, set, strFromU8(content));
      requireNamed(config, set, table);
      return [set.digest, table] as const;
    } catch (error) {
      const reason = messageOf(error);
      throw new LabError('bundle/part-refused', { path, reason });
    }
  });
  return new Map(tables);
}

function readWeights(path: string, content: Uint8Array, { run }: StudyConfig): Float32Array {
  try {
    const { config, parameters } = decodeCheckpoint(content);
    const sizes = (model: ModelConfig): string => JSON.stringify(Object.entries(model).sort());
    const [has, wanted] = [sizes(config), sizes(run.model)];
    if (has === wanted) return parameters;
    throw new LabError('bundle/other-model', { has, wanted });
  } catch (error) {
    const reason = messageOf(error);
    throw new LabError('bundle/base-refused', { path, reason });
  }
}
