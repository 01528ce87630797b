import { describe, expect, it } from 'vitest';
import { COLOURS, paletteCss, PHASE_COLOURS } from '../../src/palette';
import { THEMES } from '../../src/figures/drawing/theme';

describe('the palette', () => {
  it('is the style sheet of the pages', async () => {
    await expect(paletteCss()).toMatchFileSnapshot('../../src/views/palette.css');
  });

  it.each(['light', 'dark'] as const)('gives figures the colours of the %s pages', (name) => {
    const { background, text, pSft, plRl, phases, supported } = THEMES[name];
    const colours = COLOURS[name];
    expect([background, text, supported]).toEqual([colours.surface, colours.text, colours.right]);
    expect([pSft, plRl]).toEqual([colours['data-blue'], colours['data-orange']]);
    expect(phases).toBe(PHASE_COLOURS);
  });
});
