/** The drills of the terminal: kills at any moment, two at once, sleep. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  freshTally,
  noteMemory,
  tryEach,
  type Drill,
  type DrillOptions,
  type Tally,
} from '../drill';
import type { Random } from '../../src/random';
import { outcomeIn, removeFolder, residentBytes, studyFolder, terminal } from './terminal';

/** Milliseconds that a terminal may take for the whole small study. */
const LONGEST = 60_000;

let known: Promise<string> | null = null;

/** What the small study comes to when nothing disturbs it; throws where it does not end well. */
function undisturbed(study: string, folder: string): Promise<string> {
  return (known ??= outcomeOf(study, folder));
}

async function outcomeOf(study: string, folder: string): Promise<string> {
  const out = path.join(folder, 'undisturbed');
  const { code, stderr } = await terminal('study', study, '--out', out).ended;
  const outcome = await outcomeIn(out);
  if (code !== 0 || outcome === null) throw new Error(`The undisturbed study failed: ${stderr}`);
  return outcome;
}

interface Scene {
  readonly tally: Tally;
  readonly study: string;
  readonly wanted: string;
  /** A fresh folder for each try. */
  readonly out: (index: number) => string;
}

function studyDrill(
  options: DrillOptions,
  attempt: (scene: Scene, random: Random, index: number) => Promise<void>,
): Promise<Tally> {
  return withScene(async (scene) => {
    await tryEach(scene.tally, options, async (random, index) => {
      await attempt(scene, random, index);
      await removeFolder(scene.out(index));
    });
    return scene.tally;
  });
}

async function withScene(work: (scene: Scene) => Promise<Tally>): Promise<Tally> {
  const { folder, study } = await studyFolder();
  try {
    const wanted = await undisturbed(study, folder);
    const out = (index: number): string => path.join(folder, String(index));
    return await work({ tally: freshTally(), study, wanted, out });
  } finally {
    await removeFolder(folder);
  }
}

/** Runs the study to its end after whatever was done to it, and compares. */
async function compare({ tally, study, wanted, out }: Scene, index: number): Promise<void> {
  const { child, ended } = terminal('study', study, '--out', out(index), '--workers', '2');
  const end = await Promise.race([ended, sleep(LONGEST, null, { ref: false })]);
  if (end === null) {
    child.kill('SIGKILL');
    tally.hung += 1;
    tally.failures.push(`try ${index}: no end after ${LONGEST / 1000} s`);
    return;
  }
  if (end.code !== 0) throw new Error(`exit code ${end.code}: ${end.stderr.slice(-200)}`);
  if ((await outcomeIn(out(index))) === wanted) return;
  tally.lost += 1;
  tally.failures.push(`try ${index}: the results are others`);
}

/** Each kill is a try: one to three in a study, which then goes on to its end. */
async function killed(scene: Scene, random: Random, index: number): Promise<void> {
  const { tally, study, out } = scene;
  for (let kills = random.integer(3); kills >= 0; kills--) {
    const { child, ended } = terminal('study', study, '--out', out(index), '--workers', '2');
    // Half of them while it starts or ends, when files are written close together.
    const delay = 250 + random.integer(random.integer(2) === 0 ? 500 : 3000);
    await Promise.race([sleep(delay), ended]);
    noteMemory(tally, await residentBytes(child));
    child.kill('SIGKILL');
    await ended;
    if (kills > 0) tally.tries += 1;
  }
  await compare(scene, index);
}

/** Two terminals in one folder, of which the first is killed half of the time. */
async function together(scene: Scene, random: Random, index: number): Promise<void> {
  const { study, out } = scene;
  const args = ['study', study, '--out', out(index), '--workers', '1'];
  const first = terminal(...args);
  await sleep(random.integer(600));
  const second = terminal(...args);
  await sleep(300 + random.integer(1500));
  const isKilled = random.integer(2) === 0;
  if (isKilled) first.child.kill('SIGKILL');
  const [one, other] = await Promise.all([first.ended, second.ended]);
  const wrong = [...(isKilled ? [] : [one]), other].find(({ code }) => code !== 0);
  if (wrong) throw new Error(`exit code ${wrong.code}: ${wrong.stderr.slice(-200)}`);
  await compare(scene, index);
}

/** A stopped process, as by Ctrl+Z or a lid that is closed, goes on and ends as ever. */
async function stopped(scene: Scene, random: Random, index: number): Promise<void> {
  const { study, out } = scene;
  const { child, ended } = terminal('study', study, '--out', out(index), '--workers', '2');
  await Promise.race([sleep(400 + random.integer(1200)), ended]);
  child.kill('SIGSTOP');
  await sleep(500 + random.integer(2500));
  child.kill('SIGCONT');
  const { code, stderr } = await ended;
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr.slice(-200)}`);
  await compare(scene, index);
}

export const TERMINAL: readonly Drill[] = [
  {
    name: 'terminal-kills',
    title: 'terminal killed in a study',
    share: 7,
    run: (options) => studyDrill(options, killed),
  },
  {
    name: 'terminal-two',
    title: 'two terminals in one folder',
    share: 1,
    run: (options) => studyDrill(options, together),
  },
  {
    name: 'terminal-sleep',
    title: 'terminal stopped and continued',
    share: 1,
    run: (options) => studyDrill(options, stopped),
  },
];
