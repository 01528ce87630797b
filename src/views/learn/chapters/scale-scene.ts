/** The map of chapter 7 in space: ground, surface and heights, projected to pixels. */
import {
  CORNER_LIMITS,
  heightAt,
  type MapPlace,
  type ScaleSettings,
} from '../../../lesson/scale-map';

export type Pixel = readonly [x: number, y: number];

/** Quadrilaterals along each direction of the surface. */
const ACROSS = 12;
const DEEP = 8;
/** Pixels that axes and labels need. */
const MARGIN = { left: 46, right: 18, top: 36, bottom: 42 };
/** Of the inner width and height: where the two directions of the ground and the height lead. */
const SCALE_WAY = [0.72, 0.1] as const;
const DIFFICULTY_WAY = [0.26, -0.24] as const;
const HEIGHT_SHARE = 0.6;

/** A piece of the surface. */
export interface Face {
  /** SVG points. */
  readonly points: string;
  /** Predicted ceiling in its middle, in percent. */
  readonly value: number;
}

export class Scene {
  readonly width: number;
  readonly height: number;
  readonly #inner: Pixel;

  /**
   * @param width in CSS pixels
   * @param isLow whether there is little height for it
   */
  constructor(width: number, isLow = false) {
    this.width = Math.max(240, width);
    this.height = isLow ? 0.47 * this.width : Math.min(430, Math.max(330, 0.66 * this.width));
    this.#inner = [
      this.width - MARGIN.left - MARGIN.right,
      this.height - MARGIN.top - MARGIN.bottom,
    ];
  }

  /** A place on the ground. */
  ground({ scale, difficulty }: MapPlace): Pixel {
    const [wide, tall] = this.#inner;
    const along = (i: 0 | 1): number => scale * SCALE_WAY[i] + difficulty * DIFFICULTY_WAY[i];
    const front = this.height - MARGIN.bottom - SCALE_WAY[1] * tall;
    return [MARGIN.left + along(0) * wide, front + along(1) * tall];
  }

  /** Pixels above the ground of a ceiling in percent. */
  rise(value: number): number {
    const [low, high] = CORNER_LIMITS;
    const share = (Math.min(high, Math.max(low, value)) - low) / (high - low);
    return share * HEIGHT_SHARE * this.#inner[1];
  }

  at(place: MapPlace, value: number): Pixel {
    const [x, y] = this.ground(place);
    return [x, y - this.rise(value)];
  }

  /** The ceiling whose height over a place is at this pixel; it need not be within the limits. */
  valueAt(place: MapPlace, y: number): number {
    const [low, high] = CORNER_LIMITS;
    const risen = this.ground(place)[1] - y;
    return low + (risen / (HEIGHT_SHARE * this.#inner[1])) * (high - low);
  }

  /** The surface over its corners, the farthest piece first. */
  faces(corners: ScaleSettings): Face[] {
    const point = (i: number, j: number): string => {
      const place = { scale: i / ACROSS, difficulty: j / DEEP };
      return this.at(place, heightAt(corners, place))
        .map((each) => each.toFixed(1))
        .join(',');
    };
    return Array.from({ length: ACROSS * DEEP }, (_, place) => {
      const [i, j] = [place % ACROSS, DEEP - 1 - Math.floor(place / ACROSS)];
      const middle = { scale: (i + 0.5) / ACROSS, difficulty: (j + 0.5) / DEEP };
      const points = [point(i, j), point(i + 1, j), point(i + 1, j + 1), point(i, j + 1)];
      return { points: points.join(' '), value: heightAt(corners, middle) };
    });
  }
}
