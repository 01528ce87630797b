/**
 * How a set is looked at, as the query of its address:
 * `search=12&verdict=wrong&level=2-4&length=1-6&measure=ID&order=-length`. Parts of a histogram are
 * told by the numbers of their bins, which count from 1.
 */
import { LabError, messageOf } from '../../../errors';
import {
  NO_FILTER,
  VERDICTS,
  type BinRange,
  type Dimension,
  type SetFilter,
  type SetOrder,
} from '../../../trajectories/set-index';
import { queryOf } from '../../address';

const DIMENSIONS = ['level', 'length', 'difficulty'] as const satisfies readonly Dimension[];
const ORDERS = ['row', ...DIMENSIONS] as const satisfies readonly SetOrder['by'][];

export interface SetLook {
  readonly filter: SetFilter;
  /** Id of the measure of difficulty that is shown; null for the set's own choice. */
  readonly measure: string | null;
}

/** What a query says, and a sentence for each thing in it that could not be used. */
export function readSetLink(queryText: string): SetLook & { problems: string[] } {
  const query = new URLSearchParams(queryText);
  const problems: string[] = [];
  const read = <T>(name: string, use: (text: string) => T | undefined, allowed: string) => {
    const text = query.get(name);
    const value = text === null ? undefined : use(text);
    if (text !== null && value === undefined) {
      problems.push(messageOf(new LabError('page/set-link', { name, text, allowed })));
    }
    return value;
  };
  const ranges = { ...NO_FILTER.ranges };
  for (const name of DIMENSIONS) {
    ranges[name] = read(name, readRange, 'two numbers of bins, such as 2-4') ?? null;
  }
  const verdict = read(
    'verdict',
    (text) => VERDICTS.find((one) => one === text),
    VERDICTS.join(', '),
  );
  const order = read('order', readOrder, `${ORDERS.join(', ')}, and these after a minus`);
  return {
    filter: {
      search: query.get('search') ?? '',
      verdict: verdict ?? null,
      ranges,
      order: order ?? NO_FILTER.order,
    },
    measure: query.get('measure'),
    problems,
  };
}

/** The query without a question mark; empty where all of a set is shown in its own order. */
export function writeSetLink({ filter, measure }: SetLook): string {
  const { search, verdict, ranges, order } = filter;
  const query: [string, string][] = [];
  if (search !== '') query.push(['search', search]);
  if (verdict !== null) query.push(['verdict', verdict]);
  for (const name of DIMENSIONS) {
    const range = ranges[name];
    if (range) query.push([name, `${range[0] + 1}-${range[1] + 1}`]);
  }
  if (measure !== null) query.push(['measure', measure]);
  const isOwn = order.by === 'row' && !order.isDescending;
  if (!isOwn) query.push(['order', `${order.isDescending ? '-' : ''}${order.by}`]);
  return queryOf(query);
}

function readRange(text: string): BinRange | undefined {
  const match = /^([1-9]\d{0,5})-([1-9]\d{0,5})$/.exec(text);
  if (!match) return undefined;
  const [first, last] = [Number(match[1]) - 1, Number(match[2]) - 1];
  return first <= last ? [first, last] : undefined;
}

function readOrder(text: string): SetOrder | undefined {
  const isDescending = text.startsWith('-');
  const by = ORDERS.find((one) => one === (isDescending ? text.slice(1) : text));
  return by && { by, isDescending };
}
