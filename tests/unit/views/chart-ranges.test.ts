import { expect, it } from 'vitest';
import { logarithmicTicks } from '../../../src/views/charts/chart-ranges';

it.each([
  ['many in much room', 0.4, 1.2, 20, [0.5, 0.7, 1]],
  ['fewer over three powers of ten', 0.02, 20, 12, [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]],
  ['two to a power', 0.02, 20, 7, [0.03, 0.1, 0.3, 1, 3, 10]],
  ['powers alone', 0.02, 20, 3, [0.1, 1, 10]],
])('a logarithmic axis has ticks that do not touch: %s', (_, low, high, room, ticks) => {
  const found = logarithmicTicks(low, high, room);
  expect(found.map((tick) => Number(tick.toPrecision(2)))).toEqual(ticks);
});
