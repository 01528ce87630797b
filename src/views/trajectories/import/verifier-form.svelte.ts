/** How answers are read out of completions and compared, as the form has it. */
import type { AnswerRule } from '../../../tasks';
import { readNumber } from '../../../settings/number';

export type RuleKind = AnswerRule['by'];

export const RULE_KINDS = [
  { value: 'marker', label: 'what follows a marker' },
  { value: 'boxed', label: 'what \\boxed{…} holds' },
  { value: 'last-number', label: 'the last number' },
  { value: 'exact', label: 'the whole completion' },
  { value: 'pattern', label: 'a regular expression' },
] as const satisfies readonly { value: RuleKind; label: string }[];

const FIRST = { marker: '####', pattern: '#(.+)$' };

export class VerifierForm {
  #kind = $state<RuleKind>('marker');
  #text = $state(FIRST.marker);
  #tolerance = $state('');

  get kind(): RuleKind {
    return this.#kind;
  }
  /** The marker or the expression. */
  get text(): string {
    return this.#text;
  }
  /** As it is typed; blank where answers are compared to the letter. */
  get tolerance(): string {
    return this.#tolerance;
  }

  show(rule: AnswerRule): void {
    this.#kind = rule.by;
    if (rule.by === 'marker') this.#text = rule.marker;
    if (rule.by === 'pattern') this.#text = rule.pattern;
    this.#tolerance = rule.tolerance === undefined ? '' : String(rule.tolerance);
  }

  chooseKind(kind: RuleKind): void {
    this.#kind = kind;
    if (kind === 'marker' || kind === 'pattern') this.#text = FIRST[kind];
  }

  setText(text: string): void {
    this.#text = text;
  }

  setTolerance(text: string): void {
    this.#tolerance = text;
  }

  /** Why the tolerance cannot be used; null where it can. */
  readonly toleranceProblem: string | null = $derived(
    this.#tolerance.trim() === '' || this.#number !== null
      ? null
      : 'The tolerance must be a number from 0, or blank to compare to the letter.',
  );

  get #number(): number | null {
    return readNumber(this.#tolerance, { isInteger: false, least: 0 });
  }

  readonly rule: AnswerRule = $derived.by(() => {
    const number = this.#number;
    const compared = number === null ? {} : { tolerance: number };
    switch (this.#kind) {
      case 'marker':
        return { by: 'marker', marker: this.#text, ...compared };
      case 'pattern':
        return { by: 'pattern', pattern: this.#text, ...compared };
      default:
        return { by: this.#kind, ...compared };
    }
  });
}
