/**
 * `npm run bench:runs -- --against DIR [--rounds N] [--threads N,N] [--runs NAME,NAME]`: whole runs on
 * `wasm` in this checkout and in another one, in turn, as a table of medians and ratios. What else the
 * machine does meets both.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { ROOT } from './lib/process.mjs';

/** @type {ReadonlyMap<string, readonly string[]>} */
const RUNS = new Map([
  ['micro', ['micro']],
  ['ladder', ['ladder', '--rl-steps', '300']],
  ['laptop', ['laptop']],
]);

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1,2' },
    runs: { type: 'string', default: [...RUNS.keys()].join() },
  },
});

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  refuse(`--rounds is "${values.rounds}"; it must be an integer from 1.`);
}
const chosen = values.runs.split(',').map((name) => {
  const args = RUNS.get(name);
  if (!args)
    return refuse(`There is no run "${name}"; choose from: ${[...RUNS.keys()].join(', ')}.`);
  return /** @type {const} */ ([name, args]);
});
const against = values.against === undefined ? null : path.resolve(values.against);
const hasLab = (/** @type {string} */ folder) =>
  readFile(path.join(folder, 'scripts/lab.mjs')).then(
    () => true,
    () => false,
  );
if (against !== null && !(await hasLab(against))) {
  refuse(`There is no checkout of the lab at ${against}.`);
}

/**
 * Seconds of training and measuring; the start of the engine is left out.
 * @param {string} folder
 * @param {readonly string[]} args
 */
async function run(folder, args) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['scripts/lab.mjs', 'run', ...args, '--seed', '0', '--engine', 'wasm', '--json'],
    { cwd: folder, maxBuffer: 2 ** 26 },
  );
  const { seconds } = JSON.parse(stdout);
  return /** @type {number} */ (seconds);
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  const middle = sorted.slice(Math.floor(half), Math.ceil(half) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

const columns = [
  ...(against === null
    ? []
    : [{ title: 'other', folder: against, extra: /** @type {string[]} */ ([]) }]),
  ...values.threads.split(',').map((threads) => ({
    title: `${threads} thread${threads === '1' ? '' : 's'}`,
    folder: ROOT,
    extra: ['--threads', threads],
  })),
];
const lines = [
  `| run | ${columns.map(({ title }) => `${title}, s`).join(' | ')} | ratios to the first |`,
  `| --- | ${columns.map(() => '---:').join(' | ')} | ---: |`,
];
for (const [name, args] of chosen) {
  const measured = columns.map((column) => ({ ...column, seconds: /** @type {number[]} */ ([]) }));
  for (let round = 1; round <= rounds; round++) {
    for (const { title, folder, extra, seconds } of measured) {
      const took = await run(folder, [...args, ...extra]);
      seconds.push(took);
      process.stderr.write(`${name}, round ${round}, ${title}: ${took.toFixed(1)} s\n`);
    }
  }
  const medians = measured.map(({ seconds }) => median(seconds));
  const [first = NaN, ...others] = medians;
  const cells = medians.map((value) => value.toFixed(1));
  const ratios = others.map((value) => (value / first).toFixed(2));
  lines.push(`| ${name} | ${cells.join(' | ')} | ${ratios.join(', ')} |`);
}
process.stdout.write(`${lines.join('\n')}\n`);
