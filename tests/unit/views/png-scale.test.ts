/** How large a picture becomes as PNG. */
import { expect, it } from 'vitest';
import { pngScale } from '../../../src/views/exports/export-figure';

it.each([
  ['a figure of a wide page', { width: 1200, height: 672 }, 2560],
  ['a chart', { width: 400, height: 260 }, 2560],
  ['a figure that is wide already', { width: 2000, height: 900 }, 4000],
])('%s is sharp on a slide', (_, size, width) => {
  expect(Math.round(pngScale(size) * size.width)).toBe(width);
});

it('the tallest figure of a phone has no more pixels than a phone can draw', () => {
  const size = { width: 360, height: 5200 };
  const scale = pngScale(size);
  expect(scale).toBeGreaterThan(2);
  expect(scale * size.width * scale * size.height).toBeLessThanOrEqual(16_777_216);
});
