/**
 * How large a picture is and its text. Pictures are drawn at the size at which they are shown, so that
 * the sizes here are those on the screen: nothing becomes too small to read by being scaled.
 */

/** `slide` is a file for a 16:9 slide; `narrow` suits a phone. */
export type FormatName = 'slide' | 'narrow';

export interface FigureFormat {
  readonly width: number;
  /** Of a figure that is one panel, or a grid of panels; more than fits makes a picture taller. */
  readonly height: number;
  /** Panels stand one below another, and the picture is as tall as they need. */
  readonly isNarrow: boolean;
  /** Whether rows spread over the height, as on a slide. */
  readonly fills: boolean;
  /** Whether the picture keeps its height, and what is too much for it goes into further parts. */
  readonly isPaged: boolean;
  readonly margin: number;
  /** Sizes of text in pixels; subscripts have the least. */
  readonly title: number;
  readonly text: number;
  readonly small: number;
  readonly least: number;
  readonly lineWidth: number;
  readonly marker: number;
}

/** No text of a figure is smaller on a page, in CSS pixels. */
export const LEAST_TEXT = 11;
/** No text of a figure is smaller where it is presented, in parts of the screen's height. */
export const LEAST_TEXT_PRESENTED = 0.025;

/** Pictures that are less than so many letters wide have room for one column. */
const NARROW_EMS = 40;

interface TextSizes {
  readonly small: number;
  readonly least: number;
  readonly fills?: boolean;
  readonly isPaged?: boolean;
}

function formatOf(
  { width, height }: { width: number; height: number },
  { small, least, fills = false, isPaged = false }: TextSizes,
): FigureFormat {
  const isNarrow = width < NARROW_EMS * small;
  return {
    width,
    height,
    isNarrow,
    fills: fills && !isNarrow,
    isPaged: isPaged && !isNarrow,
    margin: Math.round((isNarrow ? 0.9 : 1.5) * small),
    title: Math.round((isNarrow ? 1.35 : 1.55) * small),
    text: Math.round(1.12 * small),
    small,
    least,
    lineWidth: isNarrow ? 2.25 : 2.5,
    marker: 0.2 * small + 2,
  };
}

/** For a place in a page that is `width` CSS pixels wide. */
export function pageFormat(width: number): FigureFormat {
  const small = width < 560 ? 12.5 : width < 800 ? 13 : 14;
  const height = Math.round(Math.max(0.56 * width, 32 * small));
  return formatOf({ width, height }, { small, least: LEAST_TEXT });
}

/** Text of full size is so much larger than the least, which subscripts have. */
const SMALL_OVER_LEAST = 1.1;

/**
 * For a whole screen: `place` is where the picture stands, `screen` the height that its text is
 * measured by. On a phone, where a fortieth of the height would leave no room, text is as on a page.
 */
export function stageFormat(
  place: { readonly width: number; readonly height: number },
  screen: number,
): FigureFormat {
  const least = Math.max(LEAST_TEXT, Math.min(LEAST_TEXT_PRESENTED * screen, 0.02 * place.width));
  return formatOf(place, { small: SMALL_OVER_LEAST * least, least, fills: true, isPaged: true });
}

const SLIDE = { width: 1280, height: 720 };

export const FORMATS: Readonly<Record<FormatName, FigureFormat>> = {
  slide: formatOf(SLIDE, { small: 18, least: 16, fills: true }),
  narrow: pageFormat(400),
};

/** Widths between two steps share a picture, so that a window can be resized without drawing at each pixel. */
const WIDTH_STEP = 24;

/** The width to draw for a place: never above it, so that text is shown at its size or larger. */
export function steppedWidth(width: number): number {
  return Math.max(240, WIDTH_STEP * Math.floor(width / WIDTH_STEP));
}
