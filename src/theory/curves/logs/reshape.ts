/** Tables that hold several runs side by side, or a row for each measure, as rows of evaluations. */
import type { TableRow } from '../table';

export interface Reshaped {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** How many runs stood side by side; null where it was something else. */
  readonly runs: number | null;
}

const SIDE_BY_SIDE = /^(.+) - (.+?)(__MIN|__MAX)?$/;

/** wandb's export of a chart: "Step", and for each run "run - metric" with its __MIN and __MAX. */
export function chartRows(columns: readonly string[], rows: readonly TableRow[]): Reshaped | null {
  const [x, ...others] = columns;
  const parts = others.map((column) => ({ column, match: SIDE_BY_SIDE.exec(column) }));
  if (x === undefined || SIDE_BY_SIDE.test(x) || parts.length === 0) return null;
  if (parts.some(({ match }) => match === null)) return null;
  const curves = parts
    .filter(({ match }) => match![3] === undefined)
    .map(({ column, match }) => ({ column, run: match![1]!, metric: match![2]! }));
  const runs = [...new Set(curves.map(({ run }) => run))];
  const metrics = [...new Set(curves.map(({ metric }) => metric))];
  const melted = runs.flatMap((run) =>
    rows.flatMap(({ line, cells }): TableRow[] => {
      const own = curves.filter((curve) => curve.run === run);
      const values = own.map(({ column, metric }): [string, string] => [
        metric,
        cells.get(column) ?? '',
      ]);
      if (values.every(([, value]) => value === '')) return [];
      return [{ line, cells: new Map([['run', run], [x, cells.get(x) ?? ''], ...values]) }];
    }),
  );
  return { columns: ['run', x, ...metrics], rows: melted, runs: runs.length };
}

/** The long form of TensorBoard and MLflow: run, tag, step, value. Each tag becomes a column. */
export function taggedRows(columns: readonly string[], rows: readonly TableRow[]): Reshaped | null {
  const named = (...names: readonly string[]): string | undefined =>
    names.flatMap((name) => columns.find((column) => column.toLowerCase() === name) ?? [])[0];
  const tag = named('tag', 'key', 'metric', 'metric_name', 'variable');
  const [value, step] = [named('value'), named('step')];
  const run = named('run', 'run_name', 'run_id', 'run_uuid', 'dir_name');
  if (tag === undefined || value === undefined || step === undefined) return null;
  const merged = new Map<string, { line: number; cells: Map<string, string> }>();
  const tags = new Set<string>();
  for (const { line, cells } of rows) {
    const [ofRun, at] = [run === undefined ? '' : (cells.get(run) ?? ''), cells.get(step) ?? ''];
    const key = JSON.stringify([ofRun, at]);
    const start: [string, string][] = run === undefined ? [] : [['run', ofRun]];
    const row = merged.get(key) ?? { line, cells: new Map([...start, ['step', at]]) };
    merged.set(key, row);
    const name = cells.get(tag) ?? '';
    tags.add(name);
    row.cells.set(name, cells.get(value) ?? '');
  }
  const first = run === undefined ? ['step'] : ['run', 'step'];
  return { columns: [...first, ...tags], rows: [...merged.values()], runs: null };
}
