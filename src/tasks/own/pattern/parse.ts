/** Answer patterns as trees: the syntax of JavaScript's regular expressions, but for what cannot be matched in linear time. */
import { LabError, messageOf } from '../../../errors';

/** What a pattern looks at between two characters. */
export type Edge = 'start' | 'end' | 'word' | 'no-word';

export type PatternTree =
  | { readonly is: 'one'; readonly matches: (character: string) => boolean }
  | { readonly is: 'edge'; readonly edge: Edge }
  | { readonly is: 'row' | 'choice'; readonly parts: readonly PatternTree[] }
  | { readonly is: 'group'; readonly number: number; readonly part: PatternTree }
  | {
      readonly is: 'repeat';
      readonly part: PatternTree;
      readonly least: number;
      readonly most: number;
      readonly isLazy: boolean;
    };

/** Throws an error of `task` for a pattern that is none, or uses what is refused. */
export function parsePattern(pattern: string): PatternTree {
  if (pattern === '') throw new LabError('task/no-answer-pattern');
  try {
    void new RegExp(pattern, 'u');
  } catch (error) {
    throw new LabError('task/answer-pattern', { pattern, reason: messageOf(error) });
  }
  return new Parser(pattern).choice();
}

const EDGES: Readonly<Record<string, Edge>> = {
  '^': 'start',
  $: 'end',
  '\\b': 'word',
  '\\B': 'no-word',
};

/** An escape that stands for one character or a class of them. */
const ESCAPE =
  /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\}|[^])/uy;
const CLASS = /\[(?:\\[^]|[^\]\\])*\]/uy;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,?)(\d*)\})(\??)/uy;
const GROUP = /\((?:(\?:)|(\?<(?![=!])[^>]*>)|(\?))?/uy;

/** Reads a pattern that `RegExp` takes. */
class Parser {
  readonly #pattern: string;
  #at = 0;
  #groups = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** As far as the end of the pattern or of the group that it stands in. */
  choice(): PatternTree {
    const parts = [this.#row()];
    while (this.#pattern[this.#at] === '|') {
      this.#at += 1;
      parts.push(this.#row());
    }
    return parts.length === 1 ? parts[0]! : { is: 'choice', parts };
  }

  #row(): PatternTree {
    const parts: PatternTree[] = [];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at]!)) {
      parts.push(this.#repeated(this.#part()));
    }
    return { is: 'row', parts };
  }

  #part(): PatternTree {
    const character = this.#pattern[this.#at]!;
    if (character === '(') return this.#group();
    if (character === '[') return oneOf(this.#take(CLASS)![0]);
    if (character === '\\') return this.#escape();
    const [whole] = this.#take(/[^]/uy)!;
    const edge = EDGES[whole];
    if (edge) return { is: 'edge', edge };
    return whole === '.' ? oneOf(whole) : { is: 'one', matches: (given) => given === whole };
  }

  #escape(): PatternTree {
    const [whole] = this.#take(ESCAPE)!;
    const edge = EDGES[whole];
    if (edge) return { is: 'edge', edge };
    if (/^\\[1-9k]/.test(whole)) this.#refuse('back-reference', whole);
    return oneOf(whole);
  }

  #group(): PatternTree {
    const [whole, isUnnumbered, , isOther] = this.#take(GROUP)!;
    if (isOther) this.#refuse('look-around', this.#pattern.slice(this.#at - whole.length));
    if (!isUnnumbered) this.#groups += 1;
    const number = this.#groups;
    const part = this.choice();
    this.#at += 1;
    return isUnnumbered ? part : { is: 'group', number, part };
  }

  #repeated(part: PatternTree): PatternTree {
    const from = this.#at;
    const taken = this.#take(QUANTIFIER);
    if (!taken) return part;
    const [whole, sign, lower, comma, upper, lazy] = taken;
    const least = sign ? (sign === '+' ? 1 : 0) : Number(lower);
    const most = mostOf(sign, least, comma, upper);
    // Whether a round of nothing counts is known only by looking back.
    if (least !== most && mayBeEmpty(part)) {
      this.#refuse('empty-repeat', this.#pattern.slice(0, from) + whole);
    }
    return { is: 'repeat', part, least, most, isLazy: lazy === '?' };
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const taken = expression.exec(this.#pattern);
    if (taken) this.#at = expression.lastIndex;
    return taken;
  }

  #refuse(because: 'back-reference' | 'look-around' | 'empty-repeat', part: string): never {
    throw new LabError('task/slow-pattern', { pattern: this.#pattern, because, part });
  }
}

function mostOf(
  sign: string | undefined,
  least: number,
  comma: string | undefined,
  upper: string | undefined,
): number {
  if (sign) return sign === '?' ? 1 : Infinity;
  if (comma === '') return least;
  return upper === '' ? Infinity : Number(upper);
}

/** One character of a class, as `RegExp` has it, which is asked once for each character. */
function oneOf(source: string): PatternTree {
  const expression = new RegExp(`^${source}$`, 'u');
  const known = new Map<string, boolean>();
  return {
    is: 'one',
    matches(character) {
      let isOne = known.get(character);
      if (isOne === undefined) known.set(character, (isOne = expression.test(character)));
      return isOne;
    },
  };
}

function mayBeEmpty(tree: PatternTree): boolean {
  switch (tree.is) {
    case 'one':
      return false;
    case 'edge':
      return true;
    case 'row':
      return tree.parts.every(mayBeEmpty);
    case 'choice':
      return tree.parts.some(mayBeEmpty);
    case 'group':
      return mayBeEmpty(tree.part);
    case 'repeat':
      return tree.least === 0 || mayBeEmpty(tree.part);
    default:
      return tree satisfies never;
  }
}
