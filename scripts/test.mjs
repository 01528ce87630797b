/**
 * `npm test [-- STAGE…]`: installs what is missing, runs every check and test, and ends with
 * `N passed, N failed`. Nothing is skipped: a stage or test that does not run counts as failed, but for
 * Firefox and WebKit where they are not installed; the lines before the last one say so.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runInstalled } from './lib/process.mjs';

/** @typedef {{ passed: number, failed: number }} Outcome */
/** @typedef {{ name: string, title: string, run: () => Promise<Outcome> }} Stage */

const REPORTS = path.join(ROOT, 'build/reports');

/** Says what went wrong, and counts it as one failure. */
function failure(/** @type {string} */ message) {
  process.stdout.write(`${message}\n`);
  return { passed: 0, failed: 1 };
}

/**
 * A check that passes or fails as a whole.
 * @param {string} program path below node_modules
 * @param {...string} args
 */
function check(program, ...args) {
  return async () => {
    const { code } = await runInstalled(program, args);
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  };
}

/**
 * Counts what a test runner's report says.
 * @param {string} file in the reports' folder
 * @param {string} program path below node_modules
 * @param {string[]} args
 * @param {(report: any) => { passed: number, failed: number, skipped: number }} read
 * @returns {Promise<Outcome>}
 */
async function counted(file, program, args, read) {
  const report = path.join(REPORTS, file);
  await rm(report, { force: true });
  await mkdir(REPORTS, { recursive: true });
  const { code } = await runInstalled(program, args);
  const text = await readFile(report, 'utf8').catch(() => null);
  if (text === null) return failure(`${program} ended with exit code ${code} and no report.`);
  const { passed, failed, skipped } = read(JSON.parse(text));
  if (skipped > 0) process.stdout.write(`${skipped} skipped: they count as failed.\n`);
  // A file that cannot be loaded and an error outside a test show in the exit code alone.
  const other = code !== 0 && failed + skipped === 0 ? 1 : 0;
  return { passed, failed: failed + skipped + other };
}

/**
 * @param {string} file of its report
 * @param {readonly string[]} options
 */
function vitest(file, options) {
  const output = `--outputFile.json=${path.join(REPORTS, file)}`;
  const args = ['run', ...options, '--reporter=json', output];
  return counted(file, 'vitest/vitest.mjs', args, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }));
}

function browserTests() {
  return counted('browser.json', '@playwright/test/cli.js', ['test'], ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }));
}

/** What did not run on this machine, a sentence each. */
const notRun = /** @type {string[]} */ ([]);

/**
 * Firefox and WebKit side by side, those of them that are there; with CI=true both must be.
 * @returns {Promise<Outcome>}
 */
async function otherBrowserTests() {
  const { missingBrowser, OTHER_BROWSERS } = await import('./lib/other-browsers.mjs');
  const found = [];
  const missing = [];
  for (const name of OTHER_BROWSERS) {
    const problem = await missingBrowser(name);
    if (problem === null) found.push(name);
    else missing.push(problem);
  }
  if (!process.env.CI) notRun.push(...missing.splice(0));
  const total = { passed: 0, failed: 0 };
  for (const problem of missing) total.failed += failure(problem).failed;
  if (found.length === 0) return total;
  const projects = found.map((name) => `--project=${name}`);
  const args = ['--config', 'vitest.webdriver.config.ts', '--reporter=verbose', ...projects];
  const { passed, failed } = await vitest('other-browsers.json', args);
  return { passed: total.passed + passed, failed: total.failed + failed };
}

/** Finds the browser first: on a machine without one the reader learns it at once. */
async function findBrowser() {
  const { requireBrowser } = await import('./lib/browser.mjs');
  try {
    process.stdout.write(`${await requireBrowser()}\n`);
    return { passed: 1, failed: 0 };
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

/** @type {Stage[]} */
const STAGES = [
  { name: 'chrome', title: 'Chrome or Chromium', run: findBrowser },
  {
    name: 'format',
    title: 'Format (Prettier)',
    run: check('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
  },
  { name: 'types', title: 'Types (tsc)', run: check('typescript/bin/tsc') },
  {
    name: 'svelte',
    title: 'Components (svelte-check)',
    run: check('svelte-check/bin/svelte-check', '--fail-on-warnings', '--output=human'),
  },
  {
    name: 'lint',
    title: 'Lint (ESLint)',
    run: check('eslint/bin/eslint.js', '.', '--max-warnings=0', '--concurrency=auto'),
  },
  {
    name: 'imports',
    title: 'Imports (dependency-cruiser)',
    run: check(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', '.dependency-cruiser.cjs'],
      ...['src', 'workers', 'tests', 'drills', 'scripts'],
    ),
  },
  {
    name: 'unit',
    title: 'Unit and numeric tests (Vitest)',
    run: () => vitest('unit.json', ['--reporter=default']),
  },
  {
    name: 'build',
    title: 'Build (Vite)',
    run: check('vite/bin/vite.js', 'build', '--logLevel=warn'),
  },
  { name: 'browser', title: 'Tests in Chromium (Playwright)', run: browserTests },
  { name: 'others', title: 'Tests in Firefox and WebKit (WebDriver)', run: otherBrowserTests },
];

/** @param {string[]} names */
function chosenStages(names) {
  const unknown = names.find((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    const known = STAGES.map(({ name }) => name).join(', ');
    throw new Error(`There is no test stage "${unknown}"; choose from: ${known}.`);
  }
  return names.length === 0 ? STAGES : STAGES.filter(({ name }) => names.includes(name));
}

/** @param {Stage} stage */
async function runStage({ title, run }) {
  process.stdout.write(`\n── ${title}\n`);
  const begun = performance.now();
  const { passed, failed } = await run().catch((error) => failure(String(error)));
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`── ${title}: ${passed} passed, ${failed} failed (${seconds} s)\n`);
  return { passed, failed };
}

const total = { passed: 0, failed: 0 };
try {
  const stages = chosenStages(process.argv.slice(2));
  await installIfNeeded();
  for (const stage of stages) {
    const { passed, failed } = await runStage(stage);
    total.passed += passed;
    total.failed += failed;
  }
} catch (error) {
  total.failed += failure(error instanceof Error ? error.message : String(error)).failed;
}
for (const sentence of notRun) process.stdout.write(`\nNot tested: ${sentence}`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
