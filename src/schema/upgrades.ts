/**
 * How data of earlier versions become what the schemas of today describe. Everything that is stored,
 * in the database, in a study's folder and in a bundle, carries the number of its format; what carries
 * none is of a time before there was a number, and counts as format 1.
 *
 * Schemas therefore describe one format alone. The defaults in the schemas of configurations are
 * something else: people write studies by hand, and may leave out what has a usual value.
 */

import { LabError } from '../errors';

/** The shapes that are stored, and where one lies in another, alone or in a list. */
const PARTS = {
  run: { config: 'run-config', engine: 'engine-report', summary: 'run-summary' },
  'run-config': {},
  'engine-report': { gpu: 'gpu-report' },
  'gpu-report': { selfTest: 'self-test' },
  'self-test': {},
  'run-summary': {
    switched: 'switch-record',
    ceiling: 'ceiling-fit',
    instabilities: 'instability',
    base: 'benchmark',
    branch: 'benchmark',
    final: 'benchmark',
    heldOut: 'held-out',
    curve: 'evaluation',
    track: 'evaluation',
  },
  benchmark: {},
  'held-out': { base: 'benchmark', branch: 'benchmark', final: 'benchmark' },
  /** A point of a curve or a track. */
  evaluation: {},
  'switch-record': {},
  'ceiling-fit': {},
  instability: {},
  'event-chunk': { events: 'timed-event' },
  'timed-event': { event: 'run-event' },
  'run-event': {
    summary: 'run-summary',
    advice: 'switch-advice',
    result: 'benchmark',
    heldOut: 'benchmark',
  },
  'switch-advice': {},
  /** A checkpoint with what is known of its run or job. */
  'kept-checkpoint': { checkpoint: 'checkpoint' },
  /** What training goes on from: state and numbers. */
  checkpoint: { state: 'run-state' },
  'run-state': {
    switched: 'switch-record',
    instabilities: 'instability',
    base: 'benchmark',
    branch: 'benchmark',
    final: 'benchmark',
    latest: 'benchmark',
    heldOut: 'held-out',
    curve: 'evaluation',
    track: 'evaluation',
  },
  'kept-study': { config: 'study' },
  study: { run: 'run-config' },
  results: { config: 'study', trunks: 'sft-run', cells: 'cell', missing: 'missing-cell' },
  'sft-run': { base: 'benchmark', track: 'evaluation' },
  cell: {
    cell: 'theory-cell',
    instabilities: 'instability',
    atBase: 'benchmark',
    atBranch: 'benchmark',
    atEnd: 'benchmark',
    heldOut: 'held-out',
    track: 'evaluation',
  },
  'theory-cell': { ceiling: 'ceiling-fit' },
  'missing-cell': {},
  /** The envelope of a study's work. */
  'study-work': {},
  weights: {},
  'set-rows': {},
  /** Engines that did a study's work. */
  engine: {},
  engines: {},
  /** Which cells were given further RL. */
  rounds: {},
  fits: {},
  set: {},
  'set-chunk': {},
  'set-measure': {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type StoredShape = keyof typeof PARTS;

type Stored = Readonly<Record<string, unknown>>;

interface Upgrade {
  /** The format that it leads to. */
  readonly to: number;
  readonly of: StoredShape;
  readonly upgrade: (stored: Stored) => Stored;
}

/**
 * In order; a change to several shapes has several entries of one number. A released one is never
 * changed; the next is appended. Format 1 may be of any time up to format 5, so the upgrades up to
 * there add what is missing and leave alone what is there; settings, which people write without a
 * number, ask the same of each upgrade of theirs.
 */
export const UPGRADES: readonly Upgrade[] = [
  // November 2026: problems of a kind that nothing is learned from. Nobody had measured any before.
  {
    to: 2,
    of: 'run-state',
    upgrade: (state) => ({ heldOut: { base: null, branch: null, final: null }, ...state }),
  },
  { to: 2, of: 'run-summary', upgrade: (summary) => ({ heldOut: null, ...summary }) },
  {
    to: 2,
    of: 'run-event',
    upgrade: (event) => (event.type === 'benchmark' ? { heldOut: null, ...event } : event),
  },
  { to: 2, of: 'cell', upgrade: (cell) => ({ heldOut: null, ...cell }) },
  // November 2026: checkpoints hold the code of the GPU's products, which only the run's record did.
  { to: 3, of: 'run-state', upgrade: (state) => ({ gpu: null, ...state }) },
  // November 2026: products of 16-bit floats are allowed more error, and a self-test says how much.
  { to: 4, of: 'self-test', upgrade: (report) => ({ tolerance: 1e-4, ...report }) },
  // November 2026: a run that ends early tells what it had measured, from the newest benchmark on.
  {
    to: 5,
    of: 'run-state',
    upgrade: (state) => ({ latest: state.final ?? state.branch ?? state.base ?? null, ...state }),
  },
  {
    to: 5,
    of: 'run-event',
    upgrade: (event) => (event.type === 'diverged' ? { summary: null, ...event } : event),
  },
  // November 2026: the table of paradigms tells what each gained over the base.
  { to: 5, of: 'cell', upgrade: (cell) => ({ atBase: null, ...cell }) },
  // November 2026: why SFT ended is a fact instead of a sentence.
  {
    to: 6,
    of: 'run-state',
    upgrade: ({ switchReason, switched, ...state }) => ({
      ...state,
      switchReason: told(switchReason),
      switched: withToldReason(switched),
    }),
  },
  {
    to: 6,
    of: 'run-summary',
    upgrade: (summary) => ({ ...summary, switched: withToldReason(summary.switched) }),
  },
  {
    to: 6,
    of: 'run-event',
    upgrade: (event) =>
      event.type === 'switch' ? { ...event, reason: told(event.reason) } : event,
  },
  // … and why a run has its engine.
  {
    to: 6,
    of: 'engine-report',
    upgrade: ({ reason, ...report }) => ({
      ...report,
      reason: typeof reason === 'string' ? { choice: [told(reason)], tuning: null } : reason,
    }),
  },
  // November 2026: every other reason that is kept is a fact too.
  { to: 7, of: 'instability', upgrade: (sign) => withTold(sign, 'reason') },
  {
    to: 7,
    of: 'run-event',
    upgrade: (event) =>
      event.type === 'instability' || event.type === 'diverged' ? withTold(event, 'reason') : event,
  },
  { to: 7, of: 'switch-advice', upgrade: (advice) => withTold(advice, 'reason') },
  { to: 7, of: 'ceiling-fit', upgrade: (fit) => withTold(fit, 'notIdentifiedBecause') },
  { to: 7, of: 'run-summary', upgrade: (summary) => withTold(summary, 'noCeilingBecause') },
  { to: 7, of: 'run', upgrade: (run) => withTold(run, 'failure') },
  { to: 7, of: 'cell', upgrade: (cell) => withTold(cell, 'failure') },
  { to: 7, of: 'missing-cell', upgrade: (cell) => withTold(cell, 'reason') },
  {
    to: 7,
    of: 'engine-report',
    upgrade: (report) => ({ ...report, reason: withToldProblems(report.reason) }),
  },
  // November 2026: a ceiling may be known from below, and a curve may hold no signal.
  { to: 8, of: 'ceiling-fit', upgrade: withVerdict },
  // November 2026: every evaluation keeps what it counted on each level; before, only rates were kept.
  { to: 9, of: 'benchmark', upgrade: (result) => ({ levels: null, ...result }) },
  { to: 9, of: 'evaluation', upgrade: (point) => ({ levels: null, ...point }) },
  // The levels decide on a ceiling where they were counted.
  { to: 9, of: 'ceiling-fit', upgrade: (fit) => ({ byLevel: null, ...fit }) },
  // November 2026: RL may end as soon as its ceiling is identified, and a run says why it ended.
  { to: 10, of: 'run-state', upgrade: (state) => ({ rlEnd: null, ...state }) },
  { to: 10, of: 'run-summary', upgrade: (summary) => ({ rlEnd: null, ...summary }) },
  // November 2026: a study gives more RL to the cells whose doubt moves a finding most.
  { to: 11, of: 'cell', upgrade: (cell) => ({ further: null, ...cell }) },
  { to: 11, of: 'results', upgrade: (results) => ({ rounds: [], ...results }) },
  // November 2026: a set from a file says which columns were its prompts, completions and answers.
  { to: 12, of: 'set', upgrade: withMapping },
  // November 2026: the settings of RL name what was fixed before; runs of then go on as they ran.
  {
    to: 13,
    of: 'run-config',
    upgrade: (config) => withSettings(config, 'rl', { deviation: 'population' }),
  },
];

/** A configuration in which a stage's settings that are missing have these values. */
function withSettings(config: Stored, stage: string, before: Stored): Stored {
  const settings = config[stage];
  return isObject(settings) ? { ...config, [stage]: { ...before, ...settings } } : config;
}

function withMapping({ origin, ...set }: Stored): Stored {
  const isImported = isObject(origin) && origin.kind === 'imported';
  return { ...set, origin: isImported ? { mapping: null, ...origin } : origin };
}

function withVerdict({ identified, notIdentifiedBecause: because, ...fit }: Stored): Stored {
  const verdict = identified === true ? { is: 'identified' } : { is: 'not-identified', because };
  return { failed: [], verdict, ...fit };
}

/** A sentence, as a reason that is no more than that; damage stays as it is. */
function told(sentence: unknown): unknown {
  return typeof sentence === 'string' ? { because: 'told', text: sentence } : sentence;
}

function withToldReason(switched: unknown): unknown {
  return isObject(switched) ? { ...switched, reason: told(switched.reason) } : switched;
}

function withTold(stored: Stored, field: string): Stored {
  return Object.hasOwn(stored, field) ? { ...stored, [field]: told(stored[field]) } : stored;
}

/** The reasons for an engine, with the problems among them. */
function withToldProblems(reason: unknown): unknown {
  if (Array.isArray(reason)) return reason.map(withToldProblems);
  if (!isObject(reason)) return reason;
  const parts = Object.entries(reason).map(([field, value]) => [field, withToldProblems(value)]);
  return withTold(Object.fromEntries(parts) as Stored, 'problem');
}

/** The format that this version of the lab writes. */
export const FORMAT = Math.max(...UPGRADES.map(({ to }) => to));

/** What is written, with the number of its format. */
export function stamped<T extends object>(value: T): T & { readonly format: number } {
  return { ...value, format: FORMAT };
}

/** The format of what is read. */
export function formatOf(value: unknown): number {
  return isObject(value) && typeof value.format === 'number' ? value.format : 1;
}

/**
 * What was read, in the format of today: outside data still, for a schema to check. What is damaged
 * stays as it is; throws `storage/newer-format` where a later version of the lab wrote it.
 * @param format given where the number lies in another place
 */
export function upgraded(of: StoredShape, value: unknown, format = formatOf(value)): unknown {
  if (format > FORMAT) throw new LabError('storage/newer-format', { format, newest: FORMAT });
  return UPGRADES.filter(({ to }) => to > format).reduce(
    (current, step) => applied(step, of, current),
    value,
  );
}

/** One upgrade, wherever in the value its shape lies. */
function applied(step: Upgrade, of: StoredShape, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => applied(step, of, each));
  if (!isObject(value)) return value;
  const parts = Object.entries<StoredShape>(PARTS[of])
    .filter(([field]) => Object.hasOwn(value, field))
    .map(([field, shape]): [string, unknown] => [field, applied(step, shape, value[field])]);
  const whole: Stored = { ...value, ...Object.fromEntries<unknown>(parts) };
  return step.of === of ? step.upgrade(whole) : whole;
}

/** A record; columns of numbers are values, which stay what they are. */
function isObject(value: unknown): value is Stored {
  const isThing = typeof value === 'object' && value !== null;
  return isThing && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
