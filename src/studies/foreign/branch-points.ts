/** Branch points of a study that others ran: which step each stands for, and in which sub-phase SFT was. */
import { SUB_PHASES, type CurveTraits, type SubPhase } from '../../theory';

const BASE = /^(0|base|none|pre-?trained|step[ _-]?0)$/i;
const STEP = /^(?:step[ _-]?)?(\d+)(?: ?steps)?$/i;

/** Where a curve branches off that names no branch point. */
export const UNNAMED = 'end of SFT';

/** The sub-phase that a branch point is named after; null where its name says none. */
export function phaseOf(branch: string): SubPhase | null {
  const named = SUB_PHASES.filter((phase) => branch.toLowerCase().includes(phase));
  return named.length === 1 ? named[0]! : null;
}

function orderOf(branch: string, traits: readonly CurveTraits[]): number | null {
  if (BASE.test(branch)) return -1;
  const compute = traits.find((each) => (each.branch ?? UNNAMED) === branch)?.sftCompute ?? null;
  if (compute !== null) return compute;
  const phase = phaseOf(branch);
  return phase && SUB_PHASES.indexOf(phase);
}

/**
 * The SFT step of each branch point of one set, by name. Where they are not named by steps it is their
 * place: by SFT compute, by sub-phase, or as the file has them. The base is 0.
 */
export function branchSteps(traits: readonly CurveTraits[]): ReadonlyMap<string, number> {
  const names = [...new Set(traits.map(({ branch }) => branch ?? UNNAMED))];
  const steps = names.map((name) => (BASE.test(name) ? 0 : Number(STEP.exec(name)?.[1] ?? NaN)));
  if (steps.every(Number.isFinite)) return new Map(names.map((name, i) => [name, steps[i]!]));
  const orders = names.map((name) => orderOf(name, traits));
  const isOrdered = orders.every((order) => order !== null);
  const ordered = isOrdered
    ? names.toSorted((a, b) => orders[names.indexOf(a)]! - orders[names.indexOf(b)]!)
    : [...names.filter((name) => BASE.test(name)), ...names.filter((name) => !BASE.test(name))];
  const isBase = (name: string): boolean =>
    BASE.test(name) || traits.some((each) => each.branch === name && each.sftCompute === 0);
  const first = ordered[0] !== undefined && isBase(ordered[0]) ? 0 : 1;
  return new Map(ordered.map((name, i) => [name, i + first]));
}
