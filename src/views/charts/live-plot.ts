/** One uPlot canvas that follows a {@link ChartSpec}. */
import uPlot from 'uplot';
import { formatFlopsTicks } from '../format';
import type { ChartLine, ChartSpec } from './chart-spec';
import type { PlotPlace } from './chart-handle';
import { logarithmicTicks, xLabel, xRange, yRange } from './chart-ranges';
import { BAND_OPACITY, CanvasInk, readColours, type ChartColours } from './ink';
import type { RedrawClock, Redrawn } from './redraw-clock';

interface LivePlotOptions {
  readonly host: HTMLElement;
  readonly spec: ChartSpec;
  readonly clock: RedrawClock;
  /** The pointer is over this compute; null when it has left. */
  readonly onCursor: (compute: number | null) => void;
  /** It was drawn, and this is where. */
  readonly onDrawn: (place: PlotPlace) => void;
}

/** CSS pixels from one label of the vertical axis to the next, at least. */
const LABEL_SPACE = 16;

/** In CSS pixels. */
function placeOf({ bbox, scales }: uPlot): PlotPlace {
  const pixels = (canvasPixels: number): number => canvasPixels / devicePixelRatio;
  const ends = ({ min = 0, max = 1 }: uPlot.Scale): [number, number] => [min, max];
  return {
    left: pixels(bbox.left),
    top: pixels(bbox.top),
    width: pixels(bbox.width),
    height: pixels(bbox.height),
    x: ends(scales.x!),
    y: ends(scales.y!),
  };
}

/** Draws nothing until it is first asked to: charts are built one a frame. */
export class LivePlot implements Redrawn {
  readonly #options: LivePlotOptions;
  readonly #resize: ResizeObserver;
  readonly #sight: IntersectionObserver;
  #plot: uPlot | null = null;
  #colours: ChartColours;
  #cursor: number | null = null;
  #isFollowing = false;
  isOnScreen = false;

  constructor(options: LivePlotOptions) {
    this.#options = options;
    const { host } = options;
    this.#colours = readColours(host);
    this.#resize = new ResizeObserver(() => this.#plot?.setSize(this.#size()));
    this.#resize.observe(host);
    this.#sight = new IntersectionObserver(
      (entries) => {
        // Several where it came and went between two frames: the last is how it stands.
        this.isOnScreen = entries.at(-1)?.isIntersecting ?? false;
        if (this.isOnScreen) this.request();
      },
      { rootMargin: '100px' },
    );
    this.#sight.observe(host);
  }

  /** Draws what is new as soon as its turn comes. */
  request(): void {
    this.#options.clock.request(this);
  }

  redraw(): void {
    const data = this.#data();
    if (this.#plot) this.#plot.setData(data, true);
    else this.#plot = new uPlot(this.#settings(), data, this.#options.host);
  }

  /** Takes over the colours of a new theme. */
  recolour(): void {
    this.#colours = readColours(this.#options.host);
    this.request();
  }

  /** Moves the cursor line to a compute; null takes it away. */
  showCursor(compute: number | null): void {
    this.#cursor = compute;
    const plot = this.#plot;
    if (!plot) return;
    const left = compute === null ? -10 : plot.valToPos(compute, 'x');
    const isInside = left >= 0 && left <= plot.over.clientWidth;
    this.#isFollowing = true;
    plot.setCursor(isInside ? { left, top: 0 } : { left: -10, top: -10 });
    this.#isFollowing = false;
  }

  destroy(): void {
    this.#resize.disconnect();
    this.#sight.disconnect();
    this.#options.clock.forget(this);
    this.#plot?.destroy();
    this.#plot = null;
  }

  #size(): { width: number; height: number } {
    const { host, spec } = this.#options;
    return { width: Math.max(120, host.clientWidth), height: spec.height };
  }

  /** In the order of drawing: the first line of a chart comes last, on top. */
  #lines(): ChartLine[] {
    return this.#options.spec.lines.toReversed();
  }

  /** Columns that are drawn: each line, after it the ends of its band. */
  #keys(): string[] {
    return this.#lines().flatMap(({ key, band }) => [key, ...(band ?? [])]);
  }

  #data(): uPlot.AlignedData {
    const { compute, columns } = this.#options.spec.table.shown(this.#keys());
    return [compute, ...columns];
  }

  #settings(): uPlot.Options {
    const { spec } = this.#options;
    const series: uPlot.Series[] = [{}];
    const bands: uPlot.Band[] = [];
    for (const line of this.#lines()) {
      series.push(this.#lineSeries(line));
      if (!line.band) continue;
      const end = { stroke: 'transparent', width: 0, spanGaps: true, points: { show: false } };
      const low = series.push(end) - 1;
      const high = series.push(end) - 1;
      bands.push({ series: [high, low], fill: () => this.#faint(line) });
    }
    return {
      ...this.#size(),
      series,
      bands,
      legend: { show: false },
      padding: [8, 18, 0, 0],
      scales: {
        x: { time: false, range: (_, low, high) => xRange(spec, low, high) },
        y: { distr: spec.isLogarithmic ? 3 : 1, range: (_, low, high) => yRange(spec, low, high) },
      },
      axes: [this.#xAxis(), this.#yAxis()],
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { show: false },
        bind: { dblclick: () => null },
      },
      hooks: {
        drawAxes: [(plot) => this.#drawLayer(plot, spec.under)],
        draw: [(plot) => this.#drawOver(plot), (plot) => this.#options.onDrawn(placeOf(plot))],
        setCursor: [(plot) => this.#cursorMoved(plot)],
        // A new scale moves the place of the shared cursor.
        setScale: [(_, key) => key === 'x' && queueMicrotask(() => this.showCursor(this.#cursor))],
      },
    };
  }

  #lineSeries({ style, isInLayer }: ChartLine): uPlot.Series {
    return {
      stroke: () => this.#colours.data[style.colour],
      width: isInLayer ? 0 : style.width,
      dash: [...style.dash],
      alpha: style.opacity ?? 1,
      spanGaps: true,
      points: { show: false },
    };
  }

  #faint({ style }: ChartLine): string {
    const share = `${100 * BAND_OPACITY}%`;
    return `color-mix(in srgb, ${this.#colours.data[style.colour]} ${share}, transparent)`;
  }

  #axis(): uPlot.Axis {
    return {
      stroke: () => this.#colours.axis,
      font: `11px ${this.#colours.font}`,
      grid: { stroke: () => this.#colours.grid, width: 1 },
      ticks: { show: false },
    };
  }

  #xAxis(): uPlot.Axis {
    return {
      ...this.#axis(),
      grid: { show: false },
      ticks: { stroke: () => this.#colours.grid, width: 1, size: 4 },
      space: 64,
      size: 24,
      label: xLabel(this.#options.spec),
      labelFont: `11px ${this.#colours.font}`,
      labelSize: 16,
      labelGap: 0,
      values: (_, ticks) => (this.#options.spec.axis?.formatTicks ?? formatFlopsTicks)(ticks),
    };
  }

  #yAxis(): uPlot.Axis {
    const axis = { ...this.#axis(), size: 44, space: 32 };
    if (!this.#options.spec.isLogarithmic) return axis;
    return {
      ...axis,
      splits: (plot, _axis, low, high) =>
        logarithmicTicks(low, high, plot.bbox.height / devicePixelRatio / LABEL_SPACE),
      filter: (_plot, ticks) => ticks,
      values: (_plot, ticks) => ticks.map((tick) => String(Number(tick.toPrecision(2)))),
    };
  }

  #drawLayer(plot: uPlot, layer: ChartSpec['under']): void {
    if (layer) layer(new CanvasInk(plot, this.#colours));
  }

  #drawOver(plot: uPlot): void {
    const { spec } = this.#options;
    const ink = new CanvasInk(plot, this.#colours);
    const [compute] = plot.data;
    const keys = this.#keys();
    ink.clipped(() => {
      for (const { key, style } of this.#lines()) {
        const values = plot.data[keys.indexOf(key) + 1]!;
        const points: [number, number][] = [];
        for (let i = 0; i < compute.length; i++) {
          const value = values[i];
          if (value !== null && value !== undefined) points.push([compute[i]!, value]);
        }
        ink.markers(style, points);
      }
    });
    spec.over?.(ink);
  }

  #cursorMoved(plot: uPlot): void {
    if (this.#isFollowing) return;
    const { left } = plot.cursor;
    const isOver = left !== undefined && left >= 0;
    this.#options.onCursor(isOver ? plot.posToVal(left, 'x') : null);
  }
}
