/** Cells with a given outcome, for the tests of what is concluded from them. */
import {
  SEQUENTIAL,
  type BranchPoint,
  type Cell,
  type CeilingFit,
  type CeilingVerdict,
  type SetTraits,
  type SubPhase,
} from '../../../src/theory';

interface CellSpec {
  readonly seed: number;
  readonly paradigm?: string;
  readonly set?: SetTraits | null;
  readonly phase?: SubPhase;
  readonly step?: number;
  readonly loss?: number;
  readonly aPost: number;
  /** Half the width of the 90% interval. */
  readonly reach?: number;
  readonly identified?: boolean;
  readonly final?: number;
  readonly pSft?: number;
  readonly candidates?: Readonly<Record<string, number>>;
}

const UNIFORM: SetTraits = { name: 'uniform', size: 1000, difficulty: 5 };

/** Of a ceiling that is not identified. */
export const UNBENT: CeilingVerdict = {
  is: 'not-identified',
  because: { because: 'unbent', mid: 2, latest: 0.8 },
};

function fit(aPost: number, pSft: number, reach: number, identified: boolean): CeilingFit {
  return {
    pSft,
    pSftLow: pSft - 1,
    pSftHigh: pSft + 1,
    aPost,
    aPostLow: aPost - reach,
    aPostHigh: aPost + reach,
    plRl: aPost - pSft,
    plRlLow: aPost - pSft - reach,
    plRlHigh: aPost - pSft + reach,
    cMid: 1,
    b: 1.5,
    verdict: identified ? { is: 'identified' } : UNBENT,
    residualStd: 0.5,
    autocorrelation: 0.3,
    collapsed: false,
    collapses: [],
    failed: [],
    seeds: 1,
    byLevel: null,
  };
}

export function cell(spec: CellSpec): Cell {
  const { seed, aPost, paradigm = SEQUENTIAL, set = UNIFORM, phase = 'stable' } = spec;
  const { step = 100, loss = 0.4, reach = 1, identified = true, pSft = 50 } = spec;
  const branch: BranchPoint = { step, compute: 10 * step, phase, validationLoss: loss };
  return {
    run: `${paradigm} ${set?.name ?? 'none'} ${phase} ${step} ${seed}`,
    paradigm,
    set,
    seed,
    branch,
    minValidationLoss: loss,
    pSft: { value: pSft, standardError: 0.6 },
    final: { value: spec.final ?? aPost, standardError: 0.6 },
    curve: [],
    ceiling: fit(aPost, pSft, reach, identified),
    candidates: spec.candidates ?? {},
  };
}
