/** A QR code as a path; the library is loaded with the first one. */

export interface QrPath {
  /** Modules on a side, quiet zone included. */
  readonly size: number;
  /** The dark modules, one unit each. */
  readonly path: string;
}

/** Modules of white around a code, as its standard asks. */
const QUIET_ZONE = 4;

/** The code of a text; rejects one that is too long for any code. */
export async function qrPath(text: string): Promise<QrPath> {
  const { encode } = await import('uqr');
  const { size, data } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  // A run of dark modules in a row is one rectangle.
  const runs = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => {
      if (!isDark || row[x - 1]) return [];
      const end = row.indexOf(false, x);
      const width = (end < 0 ? row.length : end) - x;
      return [`M${x} ${y}h${width}v1h-${width}z`];
    }),
  );
  return { size, path: runs.join('') };
}

/** Whether a host's name leads every machine to itself. */
export function isOfThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
