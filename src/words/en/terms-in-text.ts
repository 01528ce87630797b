/** Finds the glossary's terms in a text, so that a page can explain them where they stand. */
import { GLOSSARY, type EntryId } from './glossary';

/** How terms are written in the lab's titles and facts, where that is not as the glossary lists them. */
const FORMS: Readonly<Partial<Record<EntryId, readonly string[]>>> = {
  'at-least': ['at least'],
  branch: ['branch points', 'branch point'],
  'clip-ratio': ['clip ratio', 'clip ratios'],
  identified: ['not identified', 'identified'],
  interval: [],
  b: [],
  base: [],
  benchmark: ['benchmark'],
  level: [],
  reward: ['reward'],
  'sub-phases': ['sub-phases', 'sub-phase'],
  rollout: ['rollouts', 'rollout'],
  trajectory: ['trajectories'],
  expert: [],
  group: [],
  policy: [],
  performance: [],
  rl: [],
  sft: [],
  token: [],
  temperature: [],
  compute: [],
};

const BY_FORM: ReadonlyMap<string, EntryId> = new Map(
  (Object.keys(GLOSSARY) as EntryId[]).flatMap((id) =>
    (FORMS[id] ?? [GLOSSARY[id].term]).map((form) => [form.toLowerCase(), id] as const),
  ),
);

/** The longest form first, so that "not identified" is one term. */
const PATTERN = new RegExp(
  `(?<![\\w-])(${[...BY_FORM.keys()]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|')})(?![\\w-])`,
  'gi',
);

export interface TermPart {
  readonly text: string;
  /** The term that it is; null for what lies between terms. */
  readonly id: EntryId | null;
}

/**
 * A text cut at the terms in it.
 * @example termParts('Loss, nats per token') // 'Loss, ', 'nats' as a term, ' per token'
 */
export function termParts(text: string): TermPart[] {
  const parts: TermPart[] = [];
  let end = 0;
  for (const { index, 0: found } of text.matchAll(PATTERN)) {
    if (index > end) parts.push({ text: text.slice(end, index), id: null });
    parts.push({ text: found, id: BY_FORM.get(found.toLowerCase())! });
    end = index + found.length;
  }
  if (end < text.length || parts.length === 0) parts.push({ text: text.slice(end), id: null });
  return parts;
}
