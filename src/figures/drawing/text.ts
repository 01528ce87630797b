/**
 * Text before it is drawn: how wide it is, where its lines break, and its symbols. No document is at
 * hand, so widths are those of DejaVu Sans, the widest of the common sans-serif fonts: what fits in it
 * fits in all of them.
 */

/** Advance widths of the characters 32 to 126 of DejaVu Sans, in hundredths of the size. */
const WIDTHS =
  '32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 53 100 68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 61 73 68 99 69 61 69 39 34 39 84 50 50 61 63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 82 59 59 52 64 34 64 84'
    .split(' ')
    .map(Number);

/** Letters of other alphabets and signs, which are wider; those of East Asia and pictures are square. */
const WIDE = 0.86;
const SQUARE = 1.05;
const FIRST_SQUARE = 0x2e80;

/** Bold letters are a tenth wider. */
const BOLD = 1.11;

function letterWidth(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  const known = WIDTHS[code - 32];
  if (known !== undefined) return known / 100;
  return code < FIRST_SQUARE ? WIDE : SQUARE;
}

/** A symbol of the paper as the lab's sentences write it: A_post, P_sft, PL_rl, C_mid. */
const SYMBOL = /\b([A-Z]{1,2})_(post|sft|rl|mid)\b/g;

export interface TextPart {
  readonly text: string;
  /** Stands lower and smaller. */
  readonly isSubscript: boolean;
}

/**
 * A text and the subscripts in it.
 *
 * @example
 * textParts('highest A_post') // 'highest A', then 'post' as a subscript
 */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { index, 0: whole, 1: base = '', 2: subscript = '' } of text.matchAll(SYMBOL)) {
    parts.push({ text: text.slice(end, index) + base, isSubscript: false });
    parts.push({ text: subscript, isSubscript: true });
    end = index + whole.length;
  }
  if (end < text.length || parts.length === 0)
    parts.push({ text: text.slice(end), isSubscript: false });
  return parts;
}

/** The text as a screen reader says it, without the signs that stand for a subscript. */
export function spokenText(text: string): string {
  return text.replace(SYMBOL, '$1 $2');
}

/** Width in pixels at a size; `isBold` as of titles. */
export function textWidth(text: string, size: number, isBold = false): number {
  // The underscore of a symbol is not drawn; its subscript counts as if it were of full size.
  const drawn = text.replace(SYMBOL, '$1$2');
  const parts = [...drawn].reduce((sum, letter) => sum + letterWidth(letter), 0);
  return parts * size * (isBold ? BOLD : 1);
}

/** Text cut to a width, with an ellipsis where something is missing. */
export function fitText(text: string, width: number, size: number, isBold = false): string {
  if (textWidth(text, size, isBold) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, size, isBold) > width)
    letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** A word in pieces that fit. */
function breakWord(word: string, width: number, size: number, isBold: boolean): string[] {
  const pieces: string[] = [];
  for (const letter of word) {
    const longer = (pieces.at(-1) ?? '') + letter;
    if (pieces.length > 0 && textWidth(longer, size, isBold) <= width)
      pieces[pieces.length - 1] = longer;
    else pieces.push(letter);
  }
  return pieces;
}

interface WrapOptions {
  readonly isBold?: boolean;
  /** What does not fit in so many lines is cut, with an ellipsis. */
  readonly lines?: number;
}

/** Lines of at most `width`, broken between words, and within words that are longer than a line. */
export function wrapText(
  text: string,
  width: number,
  size: number,
  { isBold = false, lines: most = Infinity }: WrapOptions = {},
): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, size, isBold) <= width)
      lines[lines.length - 1] = longer;
    else if (textWidth(word, size, isBold) <= width) lines.push(word);
    else lines.push(...breakWord(word, width, size, isBold));
  }
  if (lines.length <= most) return lines;
  const rest = lines.slice(most - 1).join(' ');
  return [...lines.slice(0, most - 1), fitText(rest, width, size, isBold)];
}
