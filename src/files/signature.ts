/** What a file seems to be, by what it begins with: names are often wrong. */

/** First bytes of files that people take for data, by what they are. */
const SIGNATURES: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a ZIP archive (or a spreadsheet)', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel workbook', [0xd0, 0xcf, 0x11, 0xe0]],
  ['compressed with gzip', [0x1f, 0x8b]],
  ['compressed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['compressed with bzip2', [0x42, 0x5a, 0x68]],
  ['compressed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['compressed with LZ4', [0x04, 0x22, 0x4d, 0x18]],
  ['a 7-Zip archive', [0x37, 0x7a, 0xbc, 0xaf]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['an encrypted Parquet file', [0x50, 0x41, 0x52, 0x45]],
  ['an Arrow file', [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31]],
  ['an Arrow stream', [0xff, 0xff, 0xff, 0xff]],
  ['a NumPy array', [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ['a SQLite database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20]],
  ['a Python pickle', [0x80, 0x04]],
  ['a Python pickle', [0x80, 0x05]],
];

/** First words of texts that hold no data. */
const TEXTS: readonly (readonly [what: string, beginning: RegExp])[] = [
  [
    'a pointer of Git LFS instead of the file itself',
    /^version https:\/\/git-lfs\.github\.com\/spec/,
  ],
  ['a web page', /^\s*<(!doctype|html|head|body)\b/i],
  ['XML', /^\s*<\?xml\b/i],
];

/** How much of a file's beginning {@link signatureOf} looks at. */
export const SIGNATURE_BYTES = 4096;

/** What no text begins with, such as "a PNG image"; null for what may be a text with data in it. */
export function signatureOf(beginning: Uint8Array): string | null {
  const looked = beginning.subarray(0, SIGNATURE_BYTES);
  const binary = SIGNATURES.find(([, bytes]) => bytes.every((byte, i) => looked[i] === byte));
  if (binary) return binary[0];
  if (looked.includes(0)) return 'binary data';
  const text = new TextDecoder().decode(looked);
  return TEXTS.find(([, words]) => words.test(text))?.[0] ?? null;
}
