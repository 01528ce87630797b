import { readFile } from 'node:fs/promises';
import { zipSync, unzipSync, strToU8, type Zippable } from 'fflate';
import { describe, expect, it } from 'vitest';
import { initialParameters } from '../../../src/model/init';
import { packArchive, readArchive, type BundleLimits } from '../../../src/studies/bundle/archive';
import { crc32 } from '../../../src/files/crc32';
import { trackCsv } from '../../../src/studies/bundle/metrics';
import { packBundle, readBundle, type StudyBundle } from '../../../src/studies/bundle/study-bundle';
import { fitsOf, StudyAnalyst } from '../../../src/studies/analysis';
import { KnownFits } from '../../../src/studies/known-fits';
import { lastOf } from '../../../src/theory';
import { parseStudyText } from '../../../src/studies/parse-study';
import { planStudy } from '../../../src/studies/plan';
import type { StudyConfig } from '../../../src/studies/study-config';
import { studyPresetNamed } from '../../../src/studies/presets';
import { exampleStudy } from '../figures/study-example';

const RESULTS = exampleStudy({ seeds: 1, sets: ['uniform'], paradigms: [], heldOut: true });
const ANALYSED = new KnownFits();
lastOf(new StudyAnalyst(ANALYSED).steps(RESULTS));
const MODEL = RESULTS.config.run.model;
const FITS = fitsOf(RESULTS, ANALYSED);
const MADE_AT = Date.UTC(2026, 10, 24, 12);

function bundle(changes: Partial<StudyBundle> = {}): StudyBundle {
  return {
    origin: { lab: '0.1.0', engine: 'WebAssembly SIMD, 1 thread', madeAt: MADE_AT },
    results: RESULTS,
    base: initialParameters(MODEL, 1),
    branchWeights: new Map([['uniform/mild/0', initialParameters(MODEL, 2)]]),
    finalWeights: new Map([['uniform/mild/0', initialParameters(MODEL, 3)]]),
    sets: new Map(),
    fits: FITS,
    figures: new Map([['decomposition', '<svg xmlns="http://www.w3.org/2000/svg"/>']]),
    ...changes,
  };
}

/** To the bit; the test runner's own comparison takes seconds for a million numbers. */
function isSame(a: Float32Array | Uint8Array, b: Float32Array | Uint8Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(
    Buffer.from(b.buffer, b.byteOffset, b.byteLength),
  );
}

const PACKED = packBundle(bundle());

/** The bundle's files, changed and zipped again without a new manifest. */
function tampered(change: (files: Record<string, Uint8Array>) => Zippable): Uint8Array {
  return zipSync(change(unzipSync(PACKED)));
}

/** The bundle with another manifest. */
function withManifest(change: (manifest: { version: number; files: unknown[] }) => object) {
  return tampered((files) => {
    const manifest: unknown = JSON.parse(new TextDecoder().decode(files['bundle.json']));
    const changed = change(manifest as { version: number; files: unknown[] });
    return { ...files, 'bundle.json': strToU8(JSON.stringify(changed)) };
  });
}

/** Writes a size into every header of the file that begins with `name`, as a bomb does. */
function lieAboutSize(zip: Uint8Array, name: string, size: number): Uint8Array {
  const lie = zip.slice();
  const view = new DataView(lie.buffer);
  for (let at = 0; at + 46 < lie.length; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    const length = view.getUint16(at + 28, true);
    const path = new TextDecoder().decode(lie.subarray(at + 46, at + 46 + length));
    if (path === name) view.setUint32(at + 24, size, true);
  }
  return lie;
}

/** A bundle whose list of files names one of its entries once more, and whose manifest does so too. */
function listedTwice(zip: Uint8Array, name: string, other: string): Uint8Array {
  const files = unzipSync(zip);
  const manifest = JSON.parse(new TextDecoder().decode(files['bundle.json'])) as {
    files: { path: string }[];
  };
  const [entry] = manifest.files;
  const both = { ...manifest, files: [entry, { ...entry, path: other }] };
  const packed = zipSync({
    'bundle.json': strToU8(JSON.stringify(both)),
    [name]: [files[name]!, { level: 0 }],
  });
  const view = new DataView(packed.buffer);
  const end = packed.length - 22;
  const directory = view.getUint32(end + 16, true);
  const last = findEntry(view, directory, name.length);
  const twin = packed.slice(last, end);
  twin.set(strToU8(other), 46);
  const grown = new Uint8Array(packed.length + twin.length);
  grown.set(packed.subarray(0, end));
  grown.set(twin, end);
  grown.set(packed.subarray(end), end + twin.length);
  const tail = new DataView(grown.buffer, end + twin.length);
  tail.setUint16(8, 3, true);
  tail.setUint16(10, 3, true);
  tail.setUint32(12, end - directory + twin.length, true);
  return grown;
}

/** Where the record of the directory stands whose name has so many letters. */
function findEntry(view: DataView, from: number, letters: number): number {
  let at = from;
  while (view.getUint16(at + 28, true) !== letters) {
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true);
  }
  return at;
}

describe('a bundle', () => {
  it('gives back the study, its weights to the bit, its figures and what made it', () => {
    const { base, branchWeights, finalWeights, ...read } = readBundle(PACKED);
    const { base: _base, branchWeights: _branch, finalWeights: _final, ...written } = bundle();
    expect(read).toEqual(written);
    const [branch, final] = [branchWeights, finalWeights].map((map) => map.get('uniform/mild/0'));
    [base, branch, final].forEach((weights, i) => {
      expect(isSame(weights!, initialParameters(MODEL, i + 1))).toBe(true);
    });
  });

  it('holds recipes, metrics and findings for people and other programs', () => {
    const files = unzipSync(PACKED);
    const text = (path: string): string => new TextDecoder().decode(files[path]);
    expect(JSON.parse(text('sets.json'))).toMatchObject({ sets: [{ name: 'uniform' }] });
    const [head, first] = text('metrics/track.csv').split('\n');
    const levels = [1, 2, 3, 4, 5, 6].flatMap((level) =>
      ['successes', 'samples', 'problems'].map((count) => `level_${level}_${count}`),
    );
    expect(head).toBe(`run,paradigm,set,seed,stage,step,flops,score,samples,${levels.join(',')}`);
    const counted = bundle().results.cells[0]!.track[0]!.levels!;
    const values = counted.flatMap(({ successes, samples, problems }) => [
      successes,
      samples,
      problems,
    ]);
    expect(first!.endsWith(`,1200,${values.join(',')}`)).toBe(true);
    expect(text('metrics/validation.csv')).toMatch(/uniform,0,\d+,/);
    expect(text('findings.md')).toMatch(/\| Claim \|/);
  });

  it('is the same file when it is made again', () => {
    expect(isSame(packBundle(bundle()), PACKED)).toBe(true);
  });
});

describe('a bundle is refused, with the place and the reason,', () => {
  it('from a newer version', () => {
    const newer = withManifest((manifest) => ({ ...manifest, version: 2 }));
    expect(() => readBundle(newer)).toThrow(/version 2; this lab reads up to 1/);
  });

  it('when it is cut short, or no zip at all', () => {
    expect(() => readBundle(PACKED.slice(0, PACKED.length / 2))).toThrow(
      /not a zip file, or is damaged/,
    );
    expect(() => readBundle(strToU8('hello'))).toThrow(/not a zip file, or is damaged/);
  });

  it('when a byte of a file has changed', () => {
    const damaged = tampered((files) => {
      const weights = files['checkpoints/base.safetensors']!.slice();
      weights[weights.length - 2]! ^= 1;
      return { ...files, 'checkpoints/base.safetensors': weights };
    });
    expect(() => readBundle(damaged)).toThrow(/"checkpoints\/base.safetensors".*is damaged/);
  });

  it.each(['../outside.txt', '/etc/passwd', 'figures/../../up.svg', 'a\\b', 'C:/x', 'a//b'])(
    'with a path that climbs out: %s',
    (path) => {
      const climbing = tampered((files) => ({ ...files, [path]: strToU8('x') }));
      expect(() => readBundle(climbing)).toThrow(/lead out of its folder/);
    },
  );

  it('when it unpacks to more than the lab opens', () => {
    const limits: BundleLimits = {
      fileBytes: 1e6,
      files: 10,
      bytesPerEntry: 1e5,
      bytesInAll: 1.5e5,
    };
    const packed = (files: Record<string, Uint8Array>): Uint8Array =>
      packArchive({ about: null, files: new Map(Object.entries(files)) }, MADE_AT);
    const zeros = new Uint8Array(200_000);
    // 200,000 zeros are some hundred bytes in the file.
    expect(packed({ zeros }).length).toBeLessThan(1500);
    expect(() => readArchive(packed({ zeros }), limits)).toThrow(/"zeros".*more than 0\.1 MB/);
    const half = zeros.subarray(0, 90_000);
    expect(() => readArchive(packed({ a: half, b: half }), limits)).toThrow(
      /bundle unpacks to more than/,
    );
    const few = new Uint8Array(9);
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}`, few]));
    expect(() => readArchive(packed(many), limits)).toThrow(/11 files; the lab opens up to 10/);
    expect(() => readArchive(new Uint8Array(2e6), limits)).toThrow(/bundle has 1\.9 MB/);
  });

  it('when it unpacks to more than the lab opens, whatever it says', () => {
    const bomb = new Uint8Array(2_000_000);
    const packed = packArchive({ about: null, files: new Map([['bomb', bomb]]) }, MADE_AT);
    const limits = { fileBytes: 1e6, files: 10, bytesPerEntry: 1e5, bytesInAll: 1e6 };
    expect(() => readArchive(lieAboutSize(packed, 'bomb', 1000), limits)).toThrow(
      /"bomb".*more than 0\.1 MB/,
    );
  });

  it('when several of its files are the same bytes of it', () => {
    const content = new Uint8Array(50_000).map((_, i) => i);
    const packed = packArchive({ about: null, files: new Map([['a', content]]) }, MADE_AT);
    expect(() => readArchive(listedTwice(packed, 'a', 'b'))).toThrow(/"b".*not in/);
  });

  it('with files that its manifest does not name, or without some that it does', () => {
    const extra = tampered((files) => ({ ...files, 'notes.txt': strToU8('x') }));
    expect(() => readBundle(extra)).toThrow(
      /"notes.txt" is in the bundle, but not in its manifest/,
    );
    const less = tampered(({ 'findings.md': _gone, ...files }) => files);
    expect(() => readBundle(less)).toThrow(/"findings.md" is in the bundle's manifest, but not in/);
    const other = zipSync({ 'a.txt': strToU8('x') });
    expect(() => readBundle(other)).toThrow(
      /no bundle.json: it is not one of the lab’s study bundles/,
    );
  });

  it('with weights of another model', () => {
    const [model] = [{ ...MODEL, dModel: MODEL.dModel / 2 }];
    const config = { ...RESULTS.config, run: { ...RESULTS.config.run, model } };
    const small = packBundle(
      bundle({
        results: { ...RESULTS, config },
        base: initialParameters(model, 1),
        branchWeights: new Map(),
        finalWeights: new Map(),
      }),
    );
    const mixed = tampered((files) => {
      const path = 'checkpoints/base.safetensors';
      const content = unzipSync(small)[path]!;
      const manifest = JSON.parse(new TextDecoder().decode(files['bundle.json'])) as {
        files: { path: string; bytes: number; crc32: number }[];
      };
      const listed = manifest.files.map((file) =>
        file.path === path ? { path, bytes: content.length, crc32: crc32(content) } : file,
      );
      const changed = strToU8(JSON.stringify({ ...manifest, files: listed }));
      return { ...files, [path]: content, 'bundle.json': changed };
    });
    expect(() => readBundle(mixed)).toThrow(/base.safetensors.*of a model of/);
  });

  it('with results of another study', () => {
    const { config } = RESULTS;
    const other = { ...RESULTS, config: { ...config, seeds: [5] } };
    const packed = packBundle(bundle({ results: other }));
    expect(() => readBundle(packed)).toThrow(/"uniform\/0".*belong to another study/);
  });

  it('with results that are none', () => {
    const files = new Map([['results.json', strToU8('{"version":1}')]]);
    const about = { lab: '', engine: '', madeAt: 0 };
    expect(() => readBundle(packArchive({ about, files }, MADE_AT))).toThrow(
      /"results.json" in the bundle is refused.*config|trunks/,
    );
  });
});

describe('the checksum', () => {
  it('is that of ISO 3309', () => {
    expect(crc32(strToU8('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});

/** A study without the settings that format 13 brought, as it is read: it goes on as it ran. */
function asBeforeFormat13(study: StudyConfig): StudyConfig {
  const { deviation, ...rl } = study.run.rl;
  const { validationExpert, ...evaluation } = study.run.evaluation;
  expect(deviation).toBe('unbiased');
  expect(validationExpert).toEqual(study.run.trajectories.expert);
  return parseStudyText(JSON.stringify({ ...study, run: { ...study.run, rl, evaluation } }));
}

describe('the bundle that comes with the app', () => {
  it('opens, is whole and small', async () => {
    const bytes = await readFile('public/studies/scale-difficulty.zip');
    expect(bytes.length).toBeLessThan(15e6);
    const { results, base, finalWeights, figures } = readBundle(bytes);
    const { cells, missing, config } = results;
    expect(cells.length + missing.length).toBe(planStudy(config).cells.length);
    expect(missing.every(({ status }) => status === 'not-reached')).toBe(true);
    expect(config).toEqual(asBeforeFormat13(studyPresetNamed('scale-difficulty')));
    expect(cells.every(({ heldOut }) => heldOut !== null)).toBe(true);
    expect(cells.every(({ track }) => track.every(({ levels }) => levels?.length === 6))).toBe(
      true,
    );
    expect(trackCsv(results).split('\n')[1]).toMatch(/,3600(,\d+,600,150){6}$/);
    expect(base).not.toBeNull();
    expect(finalWeights.size).toBeGreaterThan(0);
    expect(figures.has('decomposition')).toBe(true);
  });
});
