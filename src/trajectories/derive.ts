/**
 * Sets made of other sets. A rule is plain JSON and every draw comes from its seed, so the same rule
 * on the same sources gives the same set again.
 */
import * as v from 'valibot';
import { LabError } from '../errors';
import { Random } from '../random';
import { count, countOrZero, seed, type DataOf } from '../schema/pieces';
import { partOf, type Part, type Task } from '../tasks';
import { isCorrect } from './judge';
import { joinTables, keyOf, selectTableRows, tokensOf, type TrajectoryTable } from './table';

/** What orders trajectories from easy to hard. */
const difficultyOrder = v.variant('by', [
  v.object({ by: v.literal('level') }),
  /** A measured difficulty, by the id under which it was stored. */
  v.object({ by: v.literal('measure'), measure: v.string() }),
]);

export type DifficultyOrder = DataOf<typeof difficultyOrder>;

const band = v.picklist(['easy', 'uniform', 'hard']);
export type Band = v.InferOutput<typeof band>;

export const deriveRule = v.variant('kind', [
  /**
   * `size` trajectories: the easiest, the hardest, or ranks evenly spread over the whole order, whose
   * mix is the source's. Ties are broken at random.
   */
  v.object({ kind: v.literal('band'), band, size: count, order: difficultyOrder, seed }),
  /** A random subset; with equal seeds the smaller is the beginning of the larger. */
  v.object({ kind: v.literal('subset'), size: count, seed }),
  /** Only the first of trajectories with equal prompts, or with equal prompts and completions. */
  v.object({ kind: v.literal('dedupe'), by: v.picklist(['prompt', 'trajectory']) }),
  /** Without prompts of these parts, on which runs are measured. */
  v.object({
    kind: v.literal('without-parts'),
    parts: v.array(v.picklist(['validation', 'benchmark'])),
  }),
  /** Only trajectories that the verifier finds right. */
  v.object({ kind: v.literal('correct') }),
  /** One side of a split in which equal prompts stay together; `share` of the prompts validate. */
  v.object({
    kind: v.literal('split'),
    side: v.picklist(['train', 'validation']),
    share: v.number(),
    seed,
  }),
  /** All sources, one after another. */
  v.object({ kind: v.literal('merge') }),
  v.object({ kind: v.literal('copy') }),
]);

export type DeriveRule = DataOf<typeof deriveRule>;

export const deriveReport = v.object({
  /** Trajectories of all sources. */
  read: countOrZero,
  kept: countOrZero,
  /** Trajectories left out for a fault of their own, by reason; not those a smaller size leaves out. */
  removed: v.record(v.string(), countOrZero),
});

interface DeriveReport extends DataOf<typeof deriveReport> {}

interface Derived {
  readonly table: TrajectoryTable;
  /** Of each row, its place in the sources one after another: measures are carried along by it. */
  readonly from: Uint32Array;
  readonly report: DeriveReport;
}

interface DeriveSources {
  readonly tables: readonly TrajectoryTable[];
  /** Measured difficulty of each trajectory of the sources; only a rule that orders by it needs it. */
  readonly difficulty?: Float32Array;
}

/** Makes a set by a rule; throws an error of `task` where the sources cannot give it. */
export function derive(task: Task, rule: DeriveRule, sources: DeriveSources): Derived {
  const { tables } = sources;
  if (tables.length === 0 || (tables.length > 1 && rule.kind !== 'merge')) {
    throw new LabError('set/rule-sources', {
      sets: tables.length,
      rule: rule.kind,
      takes: rule.kind === 'merge' ? 'one or more' : 'one',
    });
  }
  const whole = tables.length === 1 ? tables[0]! : joinTables(tables);
  const { rows, removed = {} } = chosenRows(task, rule, whole, sources.difficulty);
  if (rows.length === 0) {
    throw new LabError('set/rule-none', { rule: rule.kind, rows: whole.rows });
  }
  return {
    table: selectTableRows(whole, rows),
    from: Uint32Array.from(rows),
    report: { read: whole.rows, kept: rows.length, removed },
  };
}

interface Choice {
  readonly rows: ArrayLike<number>;
  readonly removed?: Readonly<Record<string, number>>;
}

function chosenRows(
  task: Task,
  rule: DeriveRule,
  table: TrajectoryTable,
  difficulty: Float32Array | undefined,
): Choice {
  switch (rule.kind) {
    case 'band':
      return { rows: bandRows(rule, table, difficulty) };
    case 'subset':
      checkSize(rule.size, table.rows);
      return {
        rows: Random.from(rule.seed, 'subset').permutation(table.rows).subarray(0, rule.size),
      };
    case 'dedupe':
      return kept(table, 'duplicates', firsts(table, rule.by));
    case 'without-parts':
      return withoutParts(task, rule.parts, table);
    case 'correct':
      return kept(table, 'wrong', (row) => isCorrect(task, table, row));
    case 'split':
      return { rows: splitRows(rule, table) };
    case 'merge':
    case 'copy':
      return { rows: allRows(table) };
    default:
      return rule satisfies never;
  }
}

function allRows({ rows }: TrajectoryTable): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, row) => row);
}

function kept(table: TrajectoryTable, reason: string, keeps: (row: number) => boolean): Choice {
  const rows = allRows(table).filter(keeps);
  return { rows, removed: { [reason]: table.rows - rows.length } };
}

function checkSize(size: number, available: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= available) return;
  throw new LabError('set/subset-size', { size, available });
}

function bandRows(
  { band, size, order, seed }: Extract<DeriveRule, { kind: 'band' }>,
  table: TrajectoryTable,
  difficulty: Float32Array | undefined,
): Uint32Array {
  checkSize(size, table.rows);
  const key = order.by === 'level' ? table.levels : difficulty;
  if (key?.length !== table.rows || key.some((value) => Number.isNaN(value))) {
    throw new LabError('set/unmeasured');
  }
  const random = Random.from(seed, 'band');
  // Sorting is stable: a random order before it breaks the ties.
  const ranked = random.permutation(table.rows).sort((a, b) => key[a]! - key[b]!);
  switch (band) {
    case 'easy':
      return ranked.subarray(0, size);
    case 'hard':
      return ranked.subarray(table.rows - size);
    case 'uniform': {
      const shift = random.uniform();
      const rank = (i: number): number => Math.floor(((i + shift) * table.rows) / size);
      return Uint32Array.from({ length: size }, (_, i) => ranked[rank(i)]!);
    }
    default:
      return band satisfies never;
  }
}

function firsts(table: TrajectoryTable, by: 'prompt' | 'trajectory'): (row: number) => boolean {
  const seen = new Set<string>();
  return (row) => {
    const prompt = keyOf(table.prompts, row);
    const key = by === 'prompt' ? prompt : `${prompt}\uffff${keyOf(table.completions, row)}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  };
}

function withoutParts(
  task: Task,
  parts: readonly Exclude<Part, 'train'>[],
  table: TrajectoryTable,
): Choice {
  const removed: Record<string, number> = Object.fromEntries(parts.map((part) => [part, 0]));
  const rows = allRows(table).filter((row) => {
    const part = partOf(task.tokenizer.decode(tokensOf(table.prompts, row)));
    if (removed[part] === undefined) return true;
    removed[part] += 1;
    return false;
  });
  return { rows, removed };
}

function splitRows(
  { side, share, seed }: Extract<DeriveRule, { kind: 'split' }>,
  table: TrajectoryTable,
): Uint32Array {
  if (!(share > 0 && share < 1)) {
    throw new LabError('set/validation-share', { share });
  }
  const places = new Map<string, number>();
  const placeOf = allRows(table).map((row) => {
    const key = keyOf(table.prompts, row);
    if (!places.has(key)) places.set(key, places.size);
    return places.get(key)!;
  });
  const order = Random.from(seed, 'split').permutation(places.size);
  const validates = new Set(order.subarray(0, Math.round(share * places.size)));
  return allRows(table).filter((row) => validates.has(placeOf[row]!) === (side === 'validation'));
}
