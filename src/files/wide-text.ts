/** Text in UTF-16, as Excel's "Unicode text" and PowerShell's `>` write it: known by its byte order mark. */
import type { Bytes } from './compression';

export type WideEncoding = 'utf-16le' | 'utf-16be';

/** The encoding that a file's first two bytes announce; null for any other text. */
export function wideEncodingOf([a, b]: Uint8Array): WideEncoding | null {
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : null;
}

/** The same text in UTF-8, without its mark. Half a character becomes U+FFFD. */
export async function* asUtf8(bytes: Bytes, encoding: WideEncoding): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const piece of bytes) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield encoder.encode(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield encoder.encode(rest);
}
