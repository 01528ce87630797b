/** Entry point of `npm run lab`. */
import '../words/en/speak';
import { isMainThread } from 'node:worker_threads';
import { beGuarded, guarded } from './guarded';
import { knownNames } from './known-names';
import { runCommand } from './run-command';
import { baseCommand } from './base-command';
import { paradigmsCommand } from './paradigms-command';
import { benchCommand } from './bench-command';
import { deviceCommand } from './device-command';
import { backtestCommand } from './backtest-command';
import { exportCommand } from './export-command';
import { fitCommand } from './fit-command';
import { importCommand } from './import-command';
import { refitCommand } from './refit-command';
import { studyCommand } from './study-command';
import { workerCommand } from './worker-command';
import { isLabError } from '../errors';
import { USAGE } from './help';
import { UsageError } from './usage';

type Command = (args: string[]) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = {
  run: runCommand,
  paradigms: paradigmsCommand,
  study: studyCommand,
  worker: workerCommand,
  base: baseCommand,
  bench: benchCommand,
  device: deviceCommand,
  fit: fitCommand,
  import: importCommand,
  export: exportCommand,
  backtest: backtestCommand,
  refit: refitCommand,
  help: () => {
    process.stdout.write(`${USAGE}\n\n${knownNames()}\n`);
    return Promise.resolve();
  },
};

/** What runs in a thread that is watched, since it decodes files from elsewhere. */
const GUARDED: readonly string[] = ['import', 'fit', 'backtest'];

/** What `parseArgs` throws for an unknown flag or a missing value. */
function isArgumentError(error: Error): boolean {
  return 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

async function main([name, ...args]: string[]): Promise<void> {
  const wanted = name === undefined || name === '--help' || name === '-h' ? 'help' : name;
  const command = COMMANDS[wanted];
  if (!command) {
    const known = Object.keys(COMMANDS).join(', ');
    throw new UsageError(`There is no command "${wanted}"; choose one of: ${known}.`);
  }
  if (isMainThread && GUARDED.includes(wanted)) {
    await guarded(new URL(import.meta.url), [wanted, ...args]);
  } else {
    await command(args);
  }
}

if (!isMainThread) beGuarded();

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof Error)) throw error;
  const isUsage =
    error instanceof UsageError || isLabError(error, 'setting') || isArgumentError(error);
  process.stderr.write(`${error.message}\n`);
  if (isUsage) process.stderr.write('`npm run -s lab -- help` lists the commands and options.\n');
  process.exitCode = isUsage ? 2 : 1;
});
