/** The form that derives sets of a set: what is typed, what is wrong with it, and what it asks for. */
import type { TypedField } from '../../controls/fields/typed-field';
import type { DeriveRequest } from '../../../runtime/sets/library';
import type { Band, DeriveRule, DifficultyOrder } from '../../../trajectories/derive';
import type { SetRecord } from '../../../runtime/stores/sets';
import { numberProblem, type NamedRange } from '../../../settings/number';
import { SEED } from '../number-ranges';
import { measureWords } from '../origin-words';

export const WAYS = [
  { value: 'bands', label: 'Easy, uniform and hard of equal size' },
  { value: 'nested', label: 'Random subsets at nested sizes' },
  { value: 'split', label: 'Split off a validation set' },
  { value: 'collisions', label: 'Remove collisions with benchmark and validation' },
  { value: 'dedupe', label: 'Remove repeated prompts' },
  { value: 'correct', label: 'Only right trajectories' },
] as const;
type Way = (typeof WAYS)[number]['value'];

type Field = 'size' | 'sizes' | 'share' | 'seed';

const BANDS: readonly Band[] = ['easy', 'uniform', 'hard'];
const SHARE: NamedRange = {
  subject: 'The share to validate on',
  least: 1,
  most: 90,
};

/** Which fields a way of deriving asks for. */
const FIELDS: Readonly<Record<Way, readonly Field[]>> = {
  bands: ['size', 'seed'],
  nested: ['sizes', 'seed'],
  split: ['share', 'seed'],
  collisions: [],
  dedupe: [],
  correct: [],
};

function numbersIn(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number);
}

export class DeriveSet {
  readonly #set: SetRecord;
  #way = $state<Way>('bands');
  #order = $state('level');
  #texts = $state.raw<Readonly<Record<Field, string>>>({
    size: '',
    sizes: '',
    share: '10',
    seed: '0',
  });

  readonly fields: readonly Field[] = $derived(FIELDS[this.#way]);
  readonly problems: Partial<Record<Field, string>> = $derived.by(() => {
    const found = this.fields.map((field) => [field, this.#problemOf(field)]);
    return Object.fromEntries(found.filter(([, problem]) => problem !== null));
  });
  /** What to make; null while something is wrong. */
  readonly requests: readonly DeriveRequest[] | null = $derived.by(() => {
    if (Object.keys(this.problems).length > 0 || this.affected === 0) return null;
    const { id, name } = this.#set;
    return this.#rules().map(({ suffix, rule }) => ({
      name: `${name}, ${suffix}`,
      sources: [id],
      rule,
    }));
  });
  /** Trajectories that would be left out; null for ways that leave out none for a fault. */
  readonly affected: number | null = $derived.by(() => {
    const { inBenchmark, inValidation, duplicatePrompts, size, correct } = this.#set.statistics;
    switch (this.#way) {
      case 'collisions':
        return inBenchmark + inValidation;
      case 'dedupe':
        return duplicatePrompts;
      case 'correct':
        return size - correct;
      case 'bands':
      case 'nested':
      case 'split':
        return null;
      default:
        return this.#way satisfies never;
    }
  });

  constructor(set: SetRecord) {
    this.#set = set;
    // What was measured tells more than the level.
    this.#order = set.measures.at(-1)?.id ?? 'level';
    const { size } = set.statistics;
    const part = (share: number): number => Math.max(1, Math.floor(size * share));
    this.#texts = {
      ...this.#texts,
      size: String(part(1 / 3)),
      sizes: [part(0.01), part(0.1), part(0.5)].filter((n, i, all) => n !== all[i - 1]).join(', '),
    };
  }

  get way(): Way {
    return this.#way;
  }

  get order(): string {
    return this.#order;
  }

  get texts(): Readonly<Record<Field, string>> {
    return this.#texts;
  }

  /** By what easy and hard are told apart. */
  get orders(): readonly { readonly value: string; readonly label: string }[] {
    return [
      { value: 'level', label: 'level' },
      ...this.#set.measures.map(({ id, settings, policy }) => ({
        value: id,
        label: `${measureWords(settings)}, ${policy.name}`,
      })),
    ];
  }

  chooseWay(way: Way): void {
    this.#way = way;
  }

  chooseOrder(order: string): void {
    this.#order = order;
  }

  setText(field: Field, text: string): void {
    this.#texts = { ...this.#texts, [field]: text };
  }

  /** What a control of the field shows, and where it tells of a change. */
  field(name: Field): TypedField {
    return {
      value: this.texts[name],
      problem: this.problems[name] ?? null,
      onchange: (text) => this.setText(name, text),
    };
  }

  #problemOf(field: Field): string | null {
    const text = this.#texts[field];
    const most = this.#set.statistics.size;
    const size = { least: 1, most, isInteger: true };
    switch (field) {
      case 'size':
        return numberProblem(text, { ...size, subject: 'The size' });
      case 'sizes': {
        const sizes = numbersIn(text);
        if (sizes.length === 0) return 'No size is given; give some, such as 60, 600.';
        const problems = sizes.map((n) => numberProblem(String(n), { ...size, subject: 'A size' }));
        return problems.find((problem) => problem !== null) ?? null;
      }
      case 'share':
        return numberProblem(text, SHARE);
      case 'seed':
        return numberProblem(text, SEED);
      default:
        return field satisfies never;
    }
  }

  #rules(): { suffix: string; rule: DeriveRule }[] {
    const seed = Number(this.#texts.seed);
    const size = Number(this.#texts.size);
    const share = Number(this.#texts.share) / 100;
    switch (this.#way) {
      case 'bands': {
        const order: DifficultyOrder =
          this.#order === 'level' ? { by: 'level' } : { by: 'measure', measure: this.#order };
        return BANDS.map((band) => ({
          suffix: `${band} ${size}`,
          rule: { kind: 'band', band, size, order, seed },
        }));
      }
      case 'nested':
        return numbersIn(this.#texts.sizes).map((n) => ({
          suffix: `random ${n}`,
          rule: { kind: 'subset', size: n, seed },
        }));
      case 'split':
        return [
          { suffix: 'to train', rule: { kind: 'split', side: 'train', share, seed } },
          { suffix: 'to validate', rule: { kind: 'split', side: 'validation', share, seed } },
        ];
      case 'collisions': {
        const parts = ['validation', 'benchmark'] as const;
        return [{ suffix: 'no collisions', rule: { kind: 'without-parts', parts } }];
      }
      case 'dedupe':
        return [{ suffix: 'no repeats', rule: { kind: 'dedupe', by: 'prompt' } }];
      case 'correct':
        return [{ suffix: 'right ones', rule: { kind: 'correct' } }];
      default:
        return this.#way satisfies never;
    }
  }
}
