/**
 * Matches answer patterns in a number of steps that grows with the text's length and no faster, whatever
 * the pattern: it tries what `RegExp` tries, in the same order, but nothing twice (Davis, Servant and Lee,
 * “Using selective memoization to defeat regular expression denial of service”, 2021).
 */
import { LabError } from '../../../errors';
import { parsePattern, type Edge, type PatternTree } from './parse';

/** One step of a matching program. Numbers are places in the program. */
export type PatternStep =
  | { readonly is: 'one'; readonly matches: (character: string) => boolean }
  | { readonly is: 'edge'; readonly edge: Edge }
  /** Goes on at `first`, and where that fails at `second`; `number` counts these steps. */
  | { readonly is: 'split'; first: number; second: number; readonly number: number }
  | { readonly is: 'jump'; to: number }
  | { readonly is: 'open' | 'close' | 'forget' | 'found' };

/** Of a program, and characters of its pattern: one with large counts is as long as what they stand for. */
const MOST_STEPS = 2000;

/** Compiles patterns; of the groups only the first is noted. */
class Program {
  readonly steps: PatternStep[] = [];
  splits = 0;
  readonly #pattern: string;

  constructor(pattern: string) {
    this.#pattern = pattern;
    if (pattern.length > MOST_STEPS) this.#refuse();
    this.#add(parsePattern(pattern));
    this.#push({ is: 'found' });
  }

  #push<S extends PatternStep>(step: S): S {
    if (this.steps.length >= MOST_STEPS) this.#refuse();
    this.steps.push(step);
    return step;
  }

  #refuse(): never {
    const pattern = `${this.#pattern.slice(0, 80)}…`;
    throw new LabError('task/long-pattern', { pattern, most: MOST_STEPS });
  }

  #split(): Extract<PatternStep, { is: 'split' }> {
    return this.#push({ is: 'split', first: 0, second: 0, number: this.splits++ });
  }

  #add(tree: PatternTree): void {
    switch (tree.is) {
      case 'one':
      case 'edge':
        this.#push(tree);
        return;
      case 'row':
        for (const part of tree.parts) this.#add(part);
        return;
      case 'choice':
        this.#addChoice(tree.parts);
        return;
      case 'group':
        if (tree.number === 1) this.#push({ is: 'open' });
        this.#add(tree.part);
        if (tree.number === 1) this.#push({ is: 'close' });
        return;
      case 'repeat':
        this.#addRepeat(tree);
        return;
      default:
        tree satisfies never;
    }
  }

  #addChoice(parts: readonly PatternTree[]): void {
    const ends: Extract<PatternStep, { is: 'jump' }>[] = [];
    for (const part of parts.slice(0, -1)) {
      const split = this.#split();
      split.first = this.steps.length;
      this.#add(part);
      ends.push(this.#push({ is: 'jump', to: 0 }));
      split.second = this.steps.length;
    }
    this.#add(parts.at(-1)!);
    for (const end of ends) end.to = this.steps.length;
  }

  #addRepeat({ part, least, most, isLazy }: Extract<PatternTree, { is: 'repeat' }>): void {
    const before = this.steps.length;
    for (let round = 0; round < least; round++) {
      this.#addRound(part);
      // A thousand times nothing.
      if (this.steps.length === before) return;
    }
    const exits: (() => void)[] = [];
    for (let round = least; round < most; round++) {
      const at = this.steps.length;
      const split = this.#split();
      split[isLazy ? 'second' : 'first'] = this.steps.length;
      this.#addRound(part);
      exits.push(() => (split[isLazy ? 'first' : 'second'] = this.steps.length));
      if (most < Infinity) continue;
      this.#push({ is: 'jump', to: at });
      break;
    }
    for (const exit of exits) exit();
  }

  /** Each round begins with no group noted, as in `RegExp`. */
  #addRound(part: PatternTree): void {
    if (holdsFirstGroup(part)) this.#push({ is: 'forget' });
    this.#add(part);
  }
}

function holdsFirstGroup(tree: PatternTree): boolean {
  switch (tree.is) {
    case 'one':
    case 'edge':
      return false;
    case 'row':
    case 'choice':
      return tree.parts.some(holdsFirstGroup);
    case 'group':
      return tree.number === 1 || holdsFirstGroup(tree.part);
    case 'repeat':
      return holdsFirstGroup(tree.part);
    default:
      return tree satisfies never;
  }
}

/** Places in a text, counted in characters; the first group's are -1 where it matched nothing. */
interface Found {
  readonly end: number;
  readonly groupStart: number;
  readonly groupEnd: number;
}

/** What else could be tried: where in program and text, with which group, and how much was open then. */
interface Alternative extends Found {
  readonly step: number;
  readonly opened: number;
  readonly open: number;
}

/** Searches one text. What failed once is not tried again, from whatever beginning. */
class Search {
  readonly #steps: readonly PatternStep[];
  readonly #text: readonly string[];
  /** Splits at places of the text that were tried: [split × (characters + 1) + place]. */
  readonly #tried: Uint8Array;
  /** Those on the way that is tried now, which have not failed. */
  readonly #open: number[] = [];

  constructor({ steps, splits }: Program, text: readonly string[]) {
    this.#steps = steps;
    this.#text = text;
    this.#tried = new Uint8Array(splits * (text.length + 1));
  }

  /** The match that begins at a place, or null. */
  at(start: number): Found | null {
    const others: Alternative[] = [];
    let now: Alternative | undefined = {
      ...{ step: 0, end: start, opened: -1, groupStart: -1, groupEnd: -1 },
      open: 0,
    };
    while (now) {
      this.#open.length = now.open;
      const found = this.#follow(now, others);
      if (found) {
        for (const tried of this.#open) this.#tried[tried] = 0;
        return found;
      }
      now = others.pop();
    }
    return null;
  }

  /** Goes one way to its end. */
  #follow(from: Alternative, others: Alternative[]): Found | null {
    let { step: at, end, opened, groupStart, groupEnd } = from;
    for (;;) {
      const step: PatternStep = this.#steps[at]!;
      at += 1;
      switch (step.is) {
        case 'one':
          if (end === this.#text.length || !step.matches(this.#text[end]!)) return null;
          end += 1;
          break;
        case 'edge':
          if (!this.#isEdge(step.edge, end)) return null;
          break;
        case 'split': {
          const place = step.number * (this.#text.length + 1) + end;
          if (this.#tried[place]) return null;
          this.#tried[place] = 1;
          const open = this.#open.push(place);
          others.push({ step: step.second, end, opened, groupStart, groupEnd, open });
          at = step.first;
          break;
        }
        case 'jump':
          at = step.to;
          break;
        case 'open':
          opened = end;
          break;
        case 'close':
          [groupStart, groupEnd] = [opened, end];
          break;
        case 'forget':
          groupStart = groupEnd = -1;
          break;
        case 'found':
          return { end, groupStart, groupEnd };
        default:
          step satisfies never;
      }
    }
  }

  #isEdge(edge: Edge, place: number): boolean {
    if (edge === 'start') return place === 0;
    if (edge === 'end') return place === this.#text.length;
    const isBoundary = isWord(this.#text[place - 1]) !== isWord(this.#text[place]);
    return isBoundary === (edge === 'word');
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}

/** The steps of a pattern's program, for whoever matches it elsewhere. Throws as {@link lastMatch} does. */
export function patternSteps(pattern: string): readonly PatternStep[] {
  return new Program(pattern).steps;
}

/**
 * Reads the first group of the last match out of a text, or the whole of a match without that group; null
 * where nothing matches. It says what `RegExp` says. Throws an error of `task` for a pattern that cannot
 * be used.
 */
export function lastMatch(pattern: string): (text: string) => string | null {
  const program = new Program(pattern);
  return (text) => {
    const characters = [...text];
    const search = new Search(program, characters);
    let last: string | null = null;
    for (let start = 0; start <= characters.length;) {
      const found = search.at(start);
      if (!found) {
        start += 1;
        continue;
      }
      const { end, groupStart, groupEnd } = found;
      const [from, to] = groupEnd < 0 ? [start, end] : [groupStart, groupEnd];
      last = characters.slice(from, to).join('');
      start = end === start ? end + 1 : end;
    }
    return last;
  };
}
