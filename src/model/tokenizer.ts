/** Text to token ids and back, through a fixed list of symbols. */
import { LabError } from '../errors';

/** How a text falls into symbols: every character one symbol, or symbols between single spaces. */
type Separator = '' | ' ';

/** A tokenizer whose id is the place of a symbol in the vocabulary. */
export class Tokenizer {
  readonly #ids: ReadonlyMap<string, number>;

  constructor(
    readonly vocabulary: readonly string[],
    readonly separator: Separator = '',
  ) {
    this.#ids = new Map(vocabulary.map((symbol, id) => [symbol, id]));
    if (this.#ids.size !== vocabulary.length) {
      throw new LabError('vocabulary/twice');
    }
  }

  /** The id of one symbol; throws an error of `vocabulary` if the vocabulary lacks it. */
  id(symbol: string): number {
    const id = this.#ids.get(symbol);
    if (id !== undefined) return id;
    throw new LabError('vocabulary/unknown', {
      symbol,
      vocabulary: this.vocabulary.join(this.separator || ' '),
    });
  }

  encode(text: string): number[] {
    if (text === '') return [];
    // Iteration yields whole characters, where split('') would cut some in two.
    const symbols = this.separator === '' ? Array.from(text) : text.split(this.separator);
    return symbols.map((symbol) => this.id(symbol));
  }

  decode(ids: Iterable<number>): string {
    return Array.from(ids, (id) => this.vocabulary[id] ?? '�').join(this.separator);
  }
}
