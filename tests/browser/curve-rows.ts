/** Curves as text, for tests of the ceilings page. */

export const HEADER = 'run,compute,performance\n';

/** Rows of a curve that bends: from 50 up by `gain` points, with a small wobble. */
export function rowsOf(run: string, { gain = 20, rows = 16, scale = 1 } = {}): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const x = i / (rows - 1);
    const rise = i === 0 ? 0 : gain / (1 + (0.15 / x) ** 1.5);
    const performance = scale * (50 + rise + 0.3 * Math.sin(5 * i));
    return `${run},${i * 1e15},${performance.toFixed(4)}`;
  });
  return `${lines.join('\n')}\n`;
}
