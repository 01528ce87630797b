/** What study and workers say to each other through the queue; each is checked where it arrives. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { version } from '../../../package.json';
import { ERRORS } from '../../words/en/errors';
import type { ErrorCode } from '../../errors';
import { WASM_FILE } from '../../engine/wasm/load-node';
import { gpuTuning } from '../../engine/gpu-tuning';
import { countOrZero, floats, measured } from '../../schema/pieces';
import { FORMAT } from '../../schema/upgrades';
import { runConfig } from '../../training/configuration/run-config';
import { diverged } from '../../training/divergence';
import { stage } from '../../training/evaluation/measurements';
import { partialSummary, runState, runSummary } from '../../training/run-state';
import { hash, parcel } from './files';

/** Name of the queue in its database. */
export const QUEUE_NAME = 'plasticity-lab';

/** The data of a job in the queue. */
export const jobData = v.object({
  /** The version of the lab that sent it: see {@link labVersion}. */
  lab: v.string(),
  study: v.object({ title: v.string(), digest: v.string() }),
  /** The job's id in the study, such as `uniform/mild/0`. */
  id: v.string(),
  /** The folder of files, as the study's machine calls it. */
  files: v.string(),
  job: parcel,
  /** Set where the study wants it back, with a checkpoint. */
  stop: v.optional(v.boolean()),
});
export type JobData = v.InferOutput<typeof jobData>;

/** A job with its larger parts as files. */
export const sentJob = v.object({
  id: v.string(),
  kind: v.picklist(['sft', 'cell']),
  config: runConfig,
  stored: v.nullable(hash),
  from: v.nullable(hash),
  /** The base checkpoint's file; null for an untrained base. */
  base: v.nullable(hash),
  goesOn: v.boolean(),
  seconds: measured,
});
export type SentJob = v.InferOutput<typeof sentJob>;

/** All that was told of a job so far: what is told later has it all again, so nothing is lost on the way. */
export const progress = v.object({
  engine: v.nullable(v.object({ description: v.string(), gpu: v.nullable(gpuTuning) })),
  progress: measured,
  secondsLeft: v.nullable(measured),
  track: v.array(v.object({ stage, step: countOrZero, compute: measured, performance: measured })),
  /** Files of the branch points, in order. */
  points: v.array(hash),
  checkpoint: v.nullable(v.object({ file: hash, seconds: measured })),
});
export type Progress = v.InferOutput<typeof progress>;

export const NO_PROGRESS: Progress = {
  engine: null,
  progress: 0,
  secondsLeft: null,
  track: [],
  points: [],
  checkpoint: null,
};

const errorCode = v.custom<ErrorCode>((code) => typeof code === 'string' && code in ERRORS);

/** An error on its way: see `sendError`. */
const sentError = v.variant('kind', [
  v.object({
    kind: v.literal('lab'),
    code: errorCode,
    facts: v.unknown(),
    stack: v.optional(v.string()),
  }),
  v.object({
    kind: v.literal('error'),
    name: v.string(),
    message: v.string(),
    stack: v.optional(v.string()),
  }),
  v.object({ kind: v.literal('value'), value: v.unknown() }),
]);

/** How a job ended, or that its trainer failed. */
export const ending = v.variant('status', [
  v.object({ status: v.literal('sft'), state: runState, seconds: measured }),
  v.object({
    status: v.literal('finished'),
    summary: runSummary,
    weights: floats,
    seconds: measured,
  }),
  v.object({
    status: v.literal('diverged'),
    reason: diverged,
    measured: partialSummary,
    seconds: measured,
  }),
  v.object({ status: v.literal('stopped') }),
  v.object({ status: v.literal('failed'), error: sentError }),
]);
export type Ending = v.InferOutput<typeof ending>;

/**
 * This lab, such as "0.1.0 (3f2a91c04b7d)": two that say the same compute the same. The names of a
 * build's parts have their content in them, so that the program's own text tells all of it apart.
 * @param folder of the program
 */
export async function labVersion(folder = import.meta.dirname): Promise<string> {
  const digest = createHash('sha256').update(String(FORMAT));
  const parts = ['main.js', 'queue-thread.js'].map((name) => path.join(folder, name));
  for (const file of [...parts, WASM_FILE]) digest.update(await readFile(file).catch(() => ''));
  return `${version} (${digest.digest('hex').slice(0, 12)})`;
}
