/** Rows of [rows × width] columns. */

type Column = Float32Array | Int32Array | Uint32Array | Uint8Array;

/** Copies rows of a [rows × width] column into `to`, one after the other. */
export function copyRows<T extends Column>(to: T, from: T, rows: ArrayLike<number>): T {
  const width = to.length / rows.length;
  for (let i = 0; i < rows.length; i++) {
    to.set(from.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  }
  return to;
}

/** The other way round: copies the rows of `from`, one after the other, to their places in `to`. */
export function placeRows<T extends Column>(to: T, from: T, rows: ArrayLike<number>): void {
  const width = from.length / rows.length;
  for (let i = 0; i < rows.length; i++) {
    to.set(from.subarray(i * width, (i + 1) * width), rows[i]! * width);
  }
}
