/** Every reader of files and addresses from elsewhere, with originals and what damages them. */
import { gzipSync } from 'fflate';
import type { Random } from '../../src/random';
import { initialParameters } from '../../src/model/init';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/model/checkpoint';
import { lastMatch } from '../../src/tasks/own/pattern/match';
import { packArchive, readArchive } from '../../src/studies/bundle/archive';
import { packBundle, readBundle } from '../../src/studies/bundle/study-bundle';
import { foreignStudySteps } from '../../src/studies/foreign/foreign-study';
import { parseResults, resultsText } from '../../src/studies/parse-results';
import { parseStudyText } from '../../src/studies/parse-study';
import { STUDY_PRESETS } from '../../src/studies/presets';
import { readStudyLink, writeStudyLink } from '../../src/studies/study-link';
import {
  checkCurveFileSize,
  checkRows,
  curvesOfTable,
  guessColumns,
  lastOf,
  readLog,
  textOf,
} from '../../src/theory';
import { ParquetColumns } from '../../src/trajectories/files/parquet/parquet-file';
import { readView } from '../../src/views/learn/learn-link';
import { readRunLink } from '../../src/views/run/setup/run-link';
import { readSetLink } from '../../src/views/trajectories/set/set-link';
import { foreignText } from '../../tests/unit/cli/foreign-study';
import { exampleStudy } from '../../tests/unit/figures/study-example';
import { evaluations, trlRows, verlSteps } from '../../tests/unit/theory/trainer-logs';
import { FORMATS, readBytes, SHAPES, SOLVED } from '../../tests/unit/trajectories/field-files';
import type { ReaderName } from './names';
import { mutatedBytes, mutatedTable, mutatedText, mutatedValue } from './mutate';

/** Reads damaged input; what it throws is an error of the lab, or a failure of the drill. */
export interface FuzzedReader {
  /** An input made from an original: its bytes are damaged, or its values. */
  make(random: Random): Promise<Uint8Array>;
  /** Throws where what it read contradicts itself. */
  read(input: Uint8Array): Promise<void> | void;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

/** Half of the inputs are damaged in their values, the other half in their bytes. */
function halfAndHalf(
  random: Random,
  whole: (random: Random) => Uint8Array,
  values: (random: Random) => Uint8Array,
): Uint8Array {
  return random.integer(2) === 0 ? values(random) : mutatedBytes(whole(random), random);
}

function solvedRows(random: Random): object[] {
  return SOLVED.slice(0, 8).map(pick(random, Object.values(SHAPES)));
}

function textRows(random: Random, rows: readonly object[]): Uint8Array {
  const written = pick(random, Object.values(FORMATS))(rows);
  const bytes = typeof written === 'string' ? encode(written) : written;
  return random.integer(8) === 0 ? gzipSync(bytes) : bytes;
}

/** Every row is read once: kept, or named with its reason. */
async function readTrajectories(input: Uint8Array): Promise<void> {
  const { report, table } = await readBytes(input);
  const refused = report.faults.reduce((sum, { kept, count }) => sum + (kept ? 0 : count), 0);
  if (report.kept + refused !== report.read) {
    throw new Error(`${report.kept} kept and ${refused} refused of ${report.read} rows`);
  }
  if ((table?.rows ?? 0) !== report.kept) throw new Error('kept rows are not in the table');
}

const trajectories: FuzzedReader = {
  make: async (random) =>
    halfAndHalf(
      random,
      (r) => textRows(r, solvedRows(r)),
      (r) => textRows(r, evenRows(asRows(mutatedValue(solvedRows(r), r)))),
    ),
  read: readTrajectories,
};

/** What is written as a table needs rows of objects. */
function asRows(value: readonly unknown[]): object[] {
  const list = Array.isArray(value) ? value : [];
  const rows = list.map((row: unknown) =>
    typeof row === 'object' && row !== null && !Array.isArray(row) ? row : { prompt: row },
  );
  return rows.length > 0 ? rows : [{ prompt: '1' }];
}

/** With the columns of the first row, as tables have them. */
function evenRows(rows: readonly object[]): object[] {
  const columns = Object.keys(rows[0]!);
  return rows.map((row) =>
    Object.fromEntries(
      columns.map((name) => [name, (row as Record<string, unknown>)[name] ?? null]),
    ),
  );
}

async function parquetOf(rows: readonly object[]): Promise<Uint8Array> {
  const columns = new ParquetColumns();
  for (const row of rows) columns.add(row as Record<string, unknown>);
  const file = await columns.file();
  file.add(rows as Record<string, unknown>[]);
  return file.bytes();
}

const parquet: FuzzedReader = {
  async make(random) {
    const rows = solvedRows(random);
    // A value that Parquet has no type for is damage that its writer refuses.
    const odd = () => parquetOf(asRows(mutatedValue(rows, random))).catch(() => parquetOf(rows));
    if (random.integer(2) === 0) return odd();
    return mutatedBytes(await parquetOf(rows), random);
  },
  read: readTrajectories,
};

const CURVES: readonly string[] = [
  foreignText(),
  `run,compute,performance\n${evaluations()
    .map(([step, percent]) => `a,${step},${percent}`)
    .join('\n')}`,
  trlRows()
    .map((row) => JSON.stringify(row))
    .join('\n'),
  JSON.stringify({ log_history: trlRows() }),
  verlSteps()
    .map(({ step, metrics }) => JSON.stringify({ step, data: metrics }))
    .join('\n'),
];

const curves: FuzzedReader = {
  make: async (random) => {
    const text = pick(random, CURVES);
    return halfAndHalf(
      random,
      () => encode(text),
      (r) => encode(text.startsWith('{') ? mutatedJsonLines(text, r) : mutatedTable(text, r)),
    );
  },
  async read(input) {
    checkCurveFileSize(input.length);
    const table = await readLog(await textOf(input));
    checkRows(table);
    const { columns, ...mapping } = guessColumns(table);
    const file = curvesOfTable(table, { ...mapping, columns, singleRun: 'run' });
    // The fits are the theory's, which is tested elsewhere and takes long: few runs suffice.
    const runs = file.runs.slice(0, 1);
    if (file.isStudy && input.length < 4000) {
      lastOf(foreignStudySteps({ ...file, runs }, { name: 'x', seed: 0, chance: undefined }));
    }
  },
};

function mutatedJsonLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = random.integer(lines.length);
  lines[at] = JSON.stringify(mutatedValue(JSON.parse(lines[at]!) as unknown, random));
  return lines.join('\n');
}

const studies: FuzzedReader = {
  make: async (random) => {
    const study = pick(random, STUDY_PRESETS);
    return halfAndHalf(
      random,
      () => encode(JSON.stringify(study)),
      (r) => encode(JSON.stringify(mutatedValue(study, r))),
    );
  },
  read: (input) => void parseStudyText(decode(input)),
};

const RESULTS = exampleStudy({ seeds: 1, sets: ['uniform'], paradigms: [], heldOut: true });
const RESULTS_TEXT = resultsText(RESULTS);

const results: FuzzedReader = {
  make: async (random) =>
    halfAndHalf(
      random,
      () => encode(RESULTS_TEXT),
      // Results that a terminal wrote before they had a checksum: their values are looked at.
      (r) => encode(JSON.stringify(mutatedValue(RESULTS, r))),
    ),
  read(input) {
    let value: unknown;
    try {
      value = JSON.parse(decode(input));
    } catch {
      // The page and the terminal say so.
      return;
    }
    parseResults(value);
  },
};

/** A date that a zip file can hold. */
const MADE_AT = Date.UTC(2026, 0, 1);
const MODEL = RESULTS.config.run.model;
const BUNDLE = packBundle({
  results: RESULTS,
  origin: { lab: 'drill', engine: 'none', madeAt: MADE_AT },
  base: null,
  branchWeights: new Map(),
  finalWeights: new Map(),
  sets: new Map(),
  figures: new Map([['a', '<svg/>']]),
  fits: null,
});
const UNPACKED = readArchive(BUNDLE);

const bundles: FuzzedReader = {
  make: async (random) =>
    halfAndHalf(
      random,
      () => BUNDLE,
      // Its checksums are right, its values are not.
      (r) => {
        const files = new Map(UNPACKED.files);
        const name = pick(
          r,
          [...files.keys()].filter((path) => path.endsWith('.json')),
        );
        const value: unknown = JSON.parse(decode(files.get(name)!));
        files.set(name, encode(JSON.stringify(mutatedValue(value, r))));
        return packArchive({ about: mutatedValue(UNPACKED.about, r), files }, MADE_AT);
      },
    ),
  read: (input) => void readBundle(input),
};

const SMALL_MODEL = { ...MODEL, layers: 1, dModel: 8, heads: 1, contextLength: 8 };
const WEIGHTS = encodeCheckpoint({
  config: SMALL_MODEL,
  parameters: initialParameters(SMALL_MODEL, 0),
  extra: [],
  info: { job: 'a/b/0' },
});

const safetensors: FuzzedReader = {
  make: async (random) => halfAndHalf(random, () => WEIGHTS, weightsWithOddHeader),
  read: (input) => void decodeCheckpoint(input),
};

/** The header's JSON is another, its length right. */
function weightsWithOddHeader(random: Random): Uint8Array {
  const length = new DataView(WEIGHTS.buffer).getUint32(0, true);
  const header: unknown = JSON.parse(decode(WEIGHTS.subarray(8, 8 + length)));
  const odd = encode(JSON.stringify(mutatedValue(header, random)));
  const file = new Uint8Array(8 + odd.length + WEIGHTS.length - 8 - length);
  new DataView(file.buffer).setUint32(0, odd.length, true);
  file.set(odd, 8);
  file.set(WEIGHTS.subarray(8 + length), 8 + odd.length);
  return file;
}

const LINKS: readonly string[] = [
  'preset=micro&set=tiny&switch=end&problems=20&engine=wasm&rl-steps=30&sft-steps=60&seed=3',
  'preset=laptop&paradigm=interleaved&rl.clip=0.3&autostart=1&library=abc&rl-until=plateau',
  ...STUDY_PRESETS.map((study) =>
    writeStudyLink({ ...study, seeds: [4, 5], title: 'x' }, study.name),
  ),
  'controls=shown&notes=hidden&seed=3&temperature=0.5',
  'filter=level:2&sort=difficulty&measure=abc&row=7',
];

const links: FuzzedReader = {
  make: async (random) => {
    const link = pick(random, LINKS);
    const bytes = encode(link);
    return halfAndHalf(
      random,
      () => bytes,
      (r) => {
        const query = [...new URLSearchParams(link)];
        const one = pick(r, query);
        one[1] = mutatedText(one[1], r);
        return encode(new URLSearchParams(query).toString());
      },
    );
  },
  read(input) {
    const text = decode(input);
    readRunLink(text);
    readStudyLink(text);
    readSetLink(text);
    readView(text);
  },
};

const PATTERNS = ['#(.+)$', '(\\d+,?)+;', '(a|b|ab)*c', '= ?(-?\\d+(?:\\.\\d+)?)', '(.*)(.*)=(.*)'];

const patterns: FuzzedReader = {
  make: async (random) => encode(mutatedText(pick(random, PATTERNS), random)),
  read(input) {
    const read = lastMatch(decode(input));
    for (const text of ['a'.repeat(255), '1,'.repeat(127), '='.repeat(255), 'x = 42']) read(text);
  },
};

export const READERS: Readonly<Record<ReaderName, FuzzedReader>> = {
  ...{ rows: trajectories, parquet, curves, studies, results },
  ...{ bundles, safetensors, links, patterns },
};
