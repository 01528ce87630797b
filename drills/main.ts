/** Entry point of `npm run drills`: all drills, one table, exit code 1 where anything went wrong. */
import { parseArgs } from 'node:util';
import '../src/words/en/speak';
import { isClean, type Drill } from './drill';
import { FUZZ } from './fuzz/fuzz';
import { PAGE } from './page/drills';
import { pulseCost } from './page/pulse-cost';
import { tableOf, type Row } from './table';
import { TERMINAL } from './terminal/drills';

const ALL: readonly Drill[] = [...TERMINAL, ...PAGE, ...FUZZ];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
});

/** Of each drill in the short form, which needs no browser. */
const SHORT = { fuzz: 200, others: 1 };

function chosen(): readonly Drill[] {
  const only = values.only?.split(',');
  if (only) return ALL.filter(({ name }) => only.some((one) => name.startsWith(one)));
  return values.short ? [...TERMINAL, ...FUZZ] : ALL;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const drills = chosen();
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (drills.length === 0 || !(minutes > 0) || !Number.isInteger(seed)) {
  say(
    `--minutes and --seed are numbers; --only names some of: ${ALL.map((d) => d.name).join(', ')}`,
  );
  process.exit(2);
}

const ends = performance.now() + 60_000 * minutes;
const rows: Row[] = [];
for (const [i, { name, title, share, run }] of drills.entries()) {
  const shares = drills.slice(i).reduce((sum, drill) => sum + drill.share, 0);
  const begun = performance.now();
  const until = begun + ((ends - begun) * share) / shares;
  const most = !values.short ? Infinity : name.startsWith('fuzz') ? SHORT.fuzz : SHORT.others;
  const tally = await run({ seed, until, most });
  rows.push({ title, tally });
  const seconds = Math.round((performance.now() - begun) / 1000);
  say(`${title}: ${tally.tries} tries in ${seconds} s${isClean(tally) ? '' : ', with failures'}`);
  for (const failure of tally.failures) say(`  ${failure}`);
}
process.stdout.write(`${tableOf(rows)}\n`);
if (drills.some(({ name }) => name.startsWith('page'))) {
  process.stdout.write(`\n${await pulseCost()}\n`);
}
process.exit(rows.every(({ tally }) => isClean(tally)) ? 0 : 1);
