/** Signs of trouble on a chart: a numbered warning at the compute where each was found. */
import type { ChartInk } from '../charts/ink';
import type { Trouble } from './measurements';

/** Draws those that lie within the chart; the numbers are those of the list beside the charts. */
export function drawTroubles(ink: ChartInk, troubles: readonly Trouble[], top: number): void {
  const { left, right, bottom } = ink.box;
  const colour = ink.colours.data.vermillion;
  const size = ink.px(5);
  let free = -Infinity;
  let row = 0;
  troubles.forEach(({ position }, i) => {
    const x = ink.x(position.compute);
    if (x < left || x > right) return;
    // One that would cover the label before it goes a line lower.
    row = x < free ? row + 1 : 0;
    free = x + ink.px(24);
    const y = top + ink.px(10 + 16 * row);
    const line = [
      [x, y],
      [x, bottom],
    ] as const;
    ink.stroke(line, { colour, width: 1, dash: [1, 3] });
    const sign = [
      [x, y - size],
      [x + size, y + size],
      [x - size, y + size],
      [x, y - size],
    ] as const;
    ink.stroke(sign, { colour, width: 2 });
    ink.label(String(i + 1), x + ink.px(8), y, { weight: 700, backed: true });
  });
}
