/** The fields of a branch point: its name, of which kind it is, and where it is. */
import { SUB_PHASES } from '../../../theory';
import { forwardFlopsPerToken, sftFlops } from '../../../model/flops';
import type { StudyBranch, StudyConfig } from '../../../studies/study-config';
import { freeName, numberAt, type StudyField } from './study-fields';

/** What a select offers. */
interface Option {
  readonly value: string;
  readonly label: string;
}

type Kind = StudyBranch['at'];

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  phase: 'Sub-phase',
  step: 'SFT step',
  compute: 'SFT compute',
  end: 'End of SFT',
};

export const BRANCH_KINDS: readonly Option[] = Object.entries(KIND_NAMES).map(([value, label]) => ({
  value,
  label,
}));

export const PHASE_OPTIONS: readonly Option[] = SUB_PHASES.map((phase) => ({
  value: phase,
  label: phase,
}));

type BranchPatch = (branch: StudyBranch) => StudyBranch;

function changeBranch(study: StudyConfig, index: number, patch: BranchPatch): StudyConfig {
  const branches = study.branches.map((branch, i) => (i === index ? patch(branch) : branch));
  return { ...study, branches };
}

export function branchName(index: number): StudyField {
  return {
    id: `branches-${index}-name`,
    label: 'Name',
    read: ({ branches }) => branches[index]?.name ?? '',
    write: (study, text) => {
      const before = study.branches[index]?.name;
      const sets = study.sets.map((set) => ({
        ...set,
        branches: set.branches.map((name) => (name === before ? text : name)),
      }));
      return changeBranch({ ...study, sets }, index, (branch) => ({ ...branch, name: text }));
    },
  };
}

export function branchKind(index: number): StudyField {
  return {
    id: `branches-${index}-kind`,
    label: 'RL starts at',
    read: ({ branches }) => branches[index]?.at ?? '',
    write: (study, text) => {
      const at = BRANCH_KINDS.find(({ value }) => value === text)?.value as Kind | undefined;
      return changeBranch(study, index, (branch) =>
        at === undefined || at === branch.at ? branch : standardBranch(study, branch.name, at),
      );
    },
  };
}

/** The number of a branch point that is at a step or at a compute. */
export function branchNumber(index: number, at: 'step' | 'compute'): StudyField {
  const label = at === 'step' ? 'Step' : 'At most';
  return {
    id: `branches-${index}-${at}`,
    label,
    unit: at === 'step' ? undefined : 'FLOPs',
    read: ({ branches }) => {
      const branch = branches[index];
      if (branch?.at === 'step') return String(branch.step);
      return branch?.at === 'compute' ? branch.flops.toExponential().replace('+', '') : '';
    },
    write: (study, text) =>
      changeBranch(study, index, (branch) => {
        // A text that waited while the kind was changed has no place any more.
        if (branch.at !== at) return branch;
        const key = at === 'step' ? 'step' : 'flops';
        const value = numberAt(study, `branches.${index}.${key}`, label, text);
        return { ...branch, [key]: value };
      }),
  };
}

export function branchPhase(index: number): StudyField {
  return {
    id: `branches-${index}-phase`,
    label: 'Which',
    read: ({ branches }) => {
      const branch = branches[index];
      return branch?.at === 'phase' ? branch.phase : '';
    },
    write: (study, text) => {
      const phase = SUB_PHASES.find((one) => one === text);
      return changeBranch(study, index, (branch) =>
        branch.at === 'phase' && phase ? { ...branch, phase } : branch,
      );
    },
  };
}

/** A branch point of a kind, half through the shortest SFT where there is a number to choose. */
function standardBranch(study: StudyConfig, name: string, at: Kind): StudyBranch {
  const { model, sft } = study.run;
  const steps = Math.min(...study.sets.map(({ sftSteps }) => sftSteps), sft.steps);
  const step = Math.max(1, Math.floor(steps / 2));
  switch (at) {
    case 'phase':
      return { name, at, phase: 'stable' };
    case 'step':
      return { name, at, step };
    case 'compute': {
      const tokens = step * sft.batchSize * model.contextLength;
      const flops = sftFlops(tokens, forwardFlopsPerToken(model));
      return { name, at, flops: Number(flops.toPrecision(2)) };
    }
    case 'end':
      return { name, at };
    default:
      return at satisfies never;
  }
}

/** One more branch point, which every set uses. */
export function withBranch(study: StudyConfig): StudyConfig {
  const taken = study.branches.map((branch) => branch.name);
  const name = taken.includes('point') ? freeName('point', taken) : 'point';
  return {
    ...study,
    branches: [...study.branches, standardBranch(study, name, 'step')],
    sets: study.sets.map((set) => ({ ...set, branches: [...set.branches, name] })),
  };
}

export function withoutBranch(study: StudyConfig, index: number): StudyConfig {
  const gone = study.branches[index]?.name;
  return {
    ...study,
    branches: study.branches.filter((_, i) => i !== index),
    sets: study.sets.map((set) => ({
      ...set,
      branches: set.branches.filter((name) => name !== gone),
    })),
  };
}
