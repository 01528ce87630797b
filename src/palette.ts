/**
 * Every colour of the lab: pages and figures take theirs from here. Data colours have Okabe and Ito's
 * hues, which people with any kind of colour vision tell apart, darkened or lightened to a contrast of
 * 3:1 with their ground; charts add a dash, marker or label to each.
 */
import { exp, log } from './elementary';
import type { SubPhase } from './theory';

export type ThemeName = 'light' | 'dark';

const LIGHT = {
  page: '#f6f6f3',
  surface: '#ffffff',
  'surface-sunken': '#f1f1ed',
  text: '#1a1e23',
  'text-muted': '#57606a',
  line: '#dfe0da',
  'line-strong': '#8b929a',
  accent: '#00619a',
  'accent-strong': '#004f7e',
  'on-accent': '#ffffff',
  'accent-soft': '#e3eff7',
  right: '#00694e',
  'right-soft': '#e0f2ec',
  wrong: '#a94000',
  'wrong-soft': '#fbe9de',
  notice: '#7a4f00',
  'notice-soft': '#fdf1d8',
  shadow: '0 1px 2px rgb(20 25 30 / 6%), 0 4px 16px rgb(20 25 30 / 5%)',
  focus: '#0072b2',
  'data-ink': '#1a1e23',
  'data-blue': '#0072b2',
  'data-orange': '#b27300',
  'data-green': '#008f69',
  'data-vermillion': '#d55e00',
  'data-purple': '#b8628f',
  'data-sky': '#2f95cf',
  'data-grid': '#e9e9e4',
  'data-axis': '#57606a',
} as const;

/** By their names in style sheets, where `text` is `--text`. */
type ColourName = keyof typeof LIGHT;

const DARK: Readonly<Record<ColourName, string>> = {
  page: '#0e1115',
  surface: '#161a20',
  'surface-sunken': '#11151a',
  text: '#e6e9ed',
  'text-muted': '#9aa5b1',
  line: '#2a313a',
  'line-strong': '#687480',
  accent: '#6cc0f0',
  'accent-strong': '#9ad5f7',
  'on-accent': '#06131d',
  'accent-soft': '#14293a',
  right: '#3fcfa4',
  'right-soft': '#10291f',
  wrong: '#ff9a5c',
  'wrong-soft': '#331d10',
  notice: '#f0bd58',
  'notice-soft': '#2d2410',
  shadow: '0 1px 2px rgb(0 0 0 / 40%)',
  focus: '#6cc0f0',
  'data-ink': '#e6e9ed',
  'data-blue': '#4ba3da',
  'data-orange': '#e69f00',
  'data-green': '#1fc495',
  'data-vermillion': '#f07a2b',
  'data-purple': '#d992b9',
  'data-sky': '#7cc9f4',
  'data-grid': '#232930',
  'data-axis': '#9aa5b1',
};

export const COLOURS: Readonly<Record<ThemeName, Readonly<Record<ColourName, string>>>> = {
  light: LIGHT,
  dark: DARK,
};

/** The same on either ground, as they tint it: `--phase-stable` and so on. */
export const PHASE_COLOURS: Readonly<Record<SubPhase, string>> = {
  adaptation: '#56b4e9',
  stable: '#009e73',
  mild: '#e69f00',
  severe: '#d55e00',
};

/**
 * Of figures alone, which are read from further away than the pages. Eight series follow blue and
 * vermillion of the pages; they differ in lightness as well as in hue, so that no kind of colour vision
 * takes two for one.
 */
export const FIGURE_COLOURS = {
  light: {
    muted: '#57606a',
    grid: '#e4e4df',
    series: ['#004d38', '#c979a8', '#5d3a9b', '#7a3b00', '#2ba38a', '#1a1e23'],
  },
  dark: {
    muted: '#a7b1bc',
    grid: '#2a313a',
    series: ['#2fd6a2', '#e4a3c8', '#5a74d6', '#d9c400', '#b5506f', '#e6e9ed'],
  },
} as const;

/** From low to high, even in lightness (cividis). */
export const RAMP = ['#00224e', '#35456c', '#666970', '#948e77', '#c8b866', '#fee838'] as const;

/** Red, green and blue of "#0072b2" or of "rgb(0, 114, 178)", 0 to 255. */
function channels(colour: string): number[] {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  if (hex) return hex.slice(1).map((pair) => parseInt(pair, 16));
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}

/** Relative luminance, 0 to 1 (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : exp(2.4 * log((share + 0.055) / 1.055));
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two opaque colours, 1 to 21 (WCAG 2.2): 4.5 for text, 3 for marks. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function block(selector: string, theme: ThemeName): string {
  const phases = theme === 'light' ? PHASE_COLOURS : {};
  const lines = [
    `color-scheme: ${theme};`,
    ...Object.entries(COLOURS[theme]).map(([name, colour]) => `--${name}: ${colour};`),
    ...Object.entries<string>(phases).map(([phase, colour]) => `--phase-${phase}: ${colour};`),
  ];
  return `${selector} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

/** The style sheet of the pages, `views/palette.css`. */
export function paletteCss(): string {
  const note =
    '/* Made from src/palette.ts: change it there, then run `npm run test:unit -- palette -u`. */\n';
  return `${note}${block(':root', 'light')}\n${block(":root[data-theme='dark']", 'dark')}`;
}
