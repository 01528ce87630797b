/** Two runs on one chart: their benchmarks against compute, each with its ceiling as far as it is known. */
import { drawCeilingInterval, drawCeilingLine } from '../../charts/ceiling-layer';
import type { ChartLine, ChartSpec } from '../../charts/chart-spec';
import { SeriesTable } from '../../charts/series-table';
import { formatPoints } from '../../format';
import type { Measurements } from '../measurements';
import { drawnCeiling } from '../run-charts';

const KEYS = ['score', 'other'] as const;

type Row = readonly [
  position: ReturnType<SeriesTable['positionAt']>,
  values: Partial<Record<(typeof KEYS)[number], number | null>>,
];

function rowsOf({ benchmark }: Measurements, name: (typeof KEYS)[number]): Row[] {
  return Array.from({ length: benchmark.length }, (_, row): Row => [
    benchmark.positionAt(row),
    { [name]: benchmark.column('score')[row] },
  ]);
}

/** The benchmarks of two runs in one table, in the order of compute; it follows them as they grow. */
export class PairTable {
  readonly table = new SeriesTable(KEYS);
  readonly #runs: readonly [Measurements, Measurements];
  #counts = '';
  #version = 0;

  constructor(first: Measurements, second: Measurements) {
    this.#runs = [first, second];
  }

  /** Takes in what is new; a number that changes where there is something. */
  follow(): number {
    const [first, second] = this.#runs;
    const counts = this.#runs.map(({ benchmark, summary }) => [benchmark.length, summary !== null]);
    const now = counts.join(' ');
    if (now === this.#counts) return this.#version;
    this.#counts = now;
    this.table.clear();
    const rows = [...rowsOf(first, 'score'), ...rowsOf(second, 'other')];
    rows.sort(([a], [b]) => a.compute - b.compute);
    for (const [position, values] of rows) this.table.add(position, values);
    return (this.#version += 1);
  }
}

/** @param names of the two runs, for the key */
export function pairChart(
  { table }: PairTable,
  runs: readonly [Measurements, Measurements],
  names: readonly [string, string],
): ChartSpec {
  const line = (key: string, label: string, style: ChartLine['style']): ChartLine => ({
    key,
    label,
    style,
    format: formatPoints,
  });
  const ceilings = () => runs.map(drawnCeiling).filter((ceiling) => ceiling !== null);
  return {
    id: 'beside',
    title: 'Two runs',
    unit: '% right',
    table,
    lines: [
      line('score', names[0], { colour: 'ink', width: 2.5, dash: [], marker: 'circle' }),
      line('other', names[1], { colour: 'blue', width: 2.5, dash: [6, 3], marker: 'square' }),
    ],
    height: 280,
    yRange: () => [0, 100],
    under: (ink) => {
      for (const ceiling of ceilings()) drawCeilingInterval(ink, ceiling);
    },
    over: (ink) => {
      for (const ceiling of ceilings()) drawCeilingLine(ink, ceiling);
    },
  };
}
