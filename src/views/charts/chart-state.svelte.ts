/** What a chart says in words: the values under the cursor, or the newest ones. */
import type { ChartCursor } from './chart-cursor.svelte';
import type { ChartSpec, DrawnEntry } from './chart-spec';
import { formatFlops } from '../format';

interface ChartStateOptions {
  readonly spec: () => ChartSpec;
  /** Changes when the table has grown. */
  readonly version: () => unknown;
  readonly cursor: ChartCursor;
}

export type Reading = DrawnEntry;

/** Rows that a page key moves the cursor by. */
const PAGE = 10;

export class ChartState {
  readonly #options: ChartStateOptions;

  readonly lastRow: number = $derived.by(() => {
    this.#options.version();
    return Math.max(0, this.#options.spec().table.length - 1);
  });
  readonly isEmpty: boolean = $derived.by(() => {
    this.#options.version();
    return this.#options.spec().table.length === 0;
  });
  /** The row that the readout is about. */
  readonly row: number = $derived.by(() => {
    const { compute } = this.#options.cursor;
    if (compute === null) return this.lastRow;
    this.#options.version();
    return Math.max(0, this.#options.spec().table.nearestRow(compute));
  });
  readonly readout: readonly Reading[] = $derived.by(() => {
    this.#options.version();
    const { lines, table, drawn } = this.#options.spec();
    const readings = lines.map((line) => {
      const value = table.lastValue(line.key, this.isEmpty ? -1 : this.row);
      const { label, style } = line;
      return { label, style, text: value === null ? '–' : line.format(value) };
    });
    return [...readings, ...(drawn?.() ?? [])];
  });
  readonly positionText: string = $derived.by(() => {
    this.#options.version();
    if (this.isEmpty) return '';
    const { table, axis } = this.#options.spec();
    const { stage, step, compute } = table.positionAt(this.row);
    if (axis) return `${axis.label} ${axis.format(compute)}`;
    return `${stage === 'sft' ? 'SFT' : 'RL'} step ${step} · ${formatFlops(compute)}`;
  });
  /** Everything in one sentence, for screen readers. */
  readonly valueText: string = $derived.by(() => {
    if (this.isEmpty) return 'no data yet';
    const values = this.readout.map(({ label, text }) => `${label} ${text}`);
    return `${this.positionText}: ${values.join(', ')}`;
  });

  constructor(options: ChartStateOptions) {
    this.#options = options;
  }

  /** Moves the shared cursor as a key asks; false where the key means nothing here. */
  moveCursor(key: string): boolean {
    const { spec, cursor } = this.#options;
    if (key === 'Escape') {
      cursor.moveTo(null);
      return true;
    }
    const target = this.#rowFor(key);
    if (target === null || this.isEmpty) return false;
    const row = Math.min(this.lastRow, Math.max(0, target));
    cursor.moveTo(spec().table.positionAt(row).compute);
    return true;
  }

  #rowFor(key: string): number | null {
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowDown':
        return this.row - 1;
      case 'ArrowRight':
      case 'ArrowUp':
        return this.row + 1;
      case 'PageDown':
        return this.row - PAGE;
      case 'PageUp':
        return this.row + PAGE;
      case 'Home':
        return 0;
      case 'End':
        return this.lastRow;
      default:
        return null;
    }
  }
}
