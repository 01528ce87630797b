/**
 * Reads what Python prints of dicts and lists: logs and hastily saved data hold them. Strings with
 * either quote and Python's escapes, numbers, True, False, None, nan and inf, lists, tuples and dicts,
 * and NumPy's scalars, np.float64(0.5). As JSON has it: a tuple is a list, None is null, an integer
 * beyond 2^53 its digits.
 */

/** Depth of what people print; deeper text is none of it. */
const DEEPEST = 100;

const WORDS: Readonly<Record<string, unknown>> = {
  True: true,
  False: false,
  None: null,
  nan: NaN,
  inf: Infinity,
  '-inf': -Infinity,
};

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07', '0': '\0' },
  ...{ '\\': '\\', "'": "'", '"': '"', '\n': '' },
};

/** The value that a text spells; undefined where it spells none, or something else besides. */
export function pythonLiteral(text: string): unknown {
  const reader = new LiteralReader(text);
  const value = reader.value(0);
  return reader.isAtEnd ? value : undefined;
}

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#next() === undefined;
  }

  /** undefined where none stands here. */
  value(depth: number): unknown {
    if (depth > DEEPEST) return undefined;
    switch (this.#next()) {
      case '{':
        return this.#dict(depth);
      case '[':
        return this.#list(']', depth);
      case '(':
        return this.#list(')', depth);
      case "'":
      case '"':
        return this.#string();
      default:
        return this.#scalar(depth);
    }
  }

  /** The next character that is not a space, which is not taken. */
  #next(): string | undefined {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    return this.#text[this.#at];
  }

  #takes(character: string): boolean {
    if (this.#next() !== character) return false;
    this.#at += 1;
    return true;
  }

  #dict(depth: number): unknown {
    const entries: [string, unknown][] = [];
    this.#at += 1;
    while (!this.#takes('}')) {
      const key = this.value(depth + 1);
      const isKey = typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean';
      if (!isKey || !this.#takes(':')) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      entries.push([String(key), value]);
      if (!this.#takes(',') && this.#next() !== '}') return undefined;
    }
    return Object.fromEntries(entries);
  }

  #list(end: string, depth: number): unknown {
    const values: unknown[] = [];
    this.#at += 1;
    while (!this.#takes(end)) {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      values.push(value);
      if (!this.#takes(',') && this.#next() !== end) return undefined;
    }
    return values;
  }

  #string(): string | undefined {
    const quote = this.#text[this.#at]!;
    let content = '';
    let from = (this.#at += 1);
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) return undefined;
      if (character === quote || character === '\\') content += this.#text.slice(from, this.#at);
      this.#at += 1;
      if (character === quote) return content;
      if (character !== '\\') continue;
      content += this.#escape();
      from = this.#at;
    }
  }

  #escape(): string {
    const code = /x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})/y;
    code.lastIndex = this.#at;
    const [found, ...digits] = code.exec(this.#text) ?? [];
    const point = parseInt(digits.find((each) => each !== undefined) ?? '', 16);
    if (found !== undefined && point <= 0x10ffff) {
      this.#at += found.length;
      return String.fromCodePoint(point);
    }
    const character = this.#text[this.#at] ?? '';
    this.#at += 1;
    return ESCAPES[character] ?? `\\${character}`;
  }

  /** A number, a word, or a scalar of NumPy. */
  #scalar(depth: number): unknown {
    const token = /[-+\w.]+/y;
    token.lastIndex = this.#at;
    const word = token.exec(this.#text)?.[0];
    if (word === undefined) return undefined;
    this.#at += word.length;
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    if (/^(np|numpy)\.\w+$/.test(word) && this.#takes('(')) {
      const value = this.value(depth + 1);
      return this.#takes(')') ? value : undefined;
    }
    if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word)) return undefined;
    const number = Number(word);
    return Number.isSafeInteger(number) || !/^[-+]?\d+$/.test(word) ? number : word;
  }
}
