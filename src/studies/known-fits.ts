/**
 * The fits that a study's figures rest on. They take most of the time of an analysis, so they are kept
 * while a study grows, and travel in its bundle: whoever opens it need not wait for them.
 */
import * as v from 'valibot';
import { strToU8 } from 'fflate';
import { crc32 } from '../files/crc32';
import type { DataOf } from '../schema/pieces';
import {
  backtestGap,
  backtestRow,
  branchDecomposition,
  missingBranch,
  surfaceFit,
  type SurfaceFit,
} from '../theory';

/**
 * Rises with every change of the theory that gives the same curves other fits: those of other versions
 * are made anew. `known-fits.test.ts` fails where that was forgotten.
 */
export const FITS_VERSION = 1;

const branchFit = v.object({
  set: v.string(),
  /** The branch point's in the study. */
  name: v.string(),
  fit: v.union([branchDecomposition, missingBranch]),
});

/** One branch point of one set over its seeds. */
export interface BranchFit extends DataOf<typeof branchFit> {}

const backtestFit = v.union([backtestRow, backtestGap]);
export type BacktestFit = DataOf<typeof backtestFit>;

export const studyFits = v.object({
  version: v.literal(FITS_VERSION),
  /** Each with its key. */
  branches: v.array(v.tuple([v.string(), branchFit])),
  backtest: v.array(v.tuple([v.string(), backtestFit])),
  /** None where the sets are no grid of sizes and difficulties, and in bundles from before there was a map. */
  surfaces: v.optional(v.array(v.tuple([v.string(), surfaceFit])), []),
});

/** Fits as plain data. */
export interface StudyFits extends DataOf<typeof studyFits> {}

/** The key of a fit: its name, and a checksum of all that it rests on. */
export function fitKey(name: string, restsOn: unknown): string {
  return `${name}#${crc32(strToU8(JSON.stringify(restsOn, inOrder))).toString(16)}`;
}

/** What was stored has its properties in another order than what was measured just now. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Fits by their key. */
export class KnownFits {
  readonly branches: Map<string, BranchFit>;
  readonly backtest: Map<string, BacktestFit>;
  readonly surfaces: Map<string, SurfaceFit>;

  constructor(fits: StudyFits | null = null) {
    this.branches = new Map(fits?.branches);
    this.backtest = new Map(fits?.backtest);
    this.surfaces = new Map(fits?.surfaces);
  }
}
