/**
 * What the link of a chapter carries: its settings and how it is shown, as
 * `#/learn/guess?samples=64&seed=3&controls=hidden`. Only what differs from the usual is in it.
 */
import * as v from 'valibot';
import { LabError, messageOf } from '../../errors';
import { assigned } from '../../settings/assign';

const SWITCH = v.picklist(['shown', 'hidden']);

const view = v.object({
  /** Hidden for a lesson in which only the lecturer changes anything. */
  controls: SWITCH,
  /** What a lecturer says and asks; hidden from everybody else. */
  notes: SWITCH,
});

export type LearnView = Readonly<v.InferOutput<typeof view>>;

const USUAL_VIEW: LearnView = { controls: 'shown', notes: 'hidden' };
/** What the lecturer sees. */
export const LECTURER_VIEW: LearnView = { controls: 'shown', notes: 'shown' };
/** A chapter in which only its live part can be started. */
export const PLAIN_VIEW: LearnView = { controls: 'hidden', notes: 'hidden' };

/** Settings by their names; each is a number or a word. */
type Plain = Readonly<Record<string, unknown>>;

export type SettingsSchema<Settings> = v.ObjectSchema<v.ObjectEntries, undefined> &
  v.GenericSchema<unknown, Settings>;

export interface LearnLink<Settings> {
  readonly settings: Settings;
  readonly view: LearnView;
  /** A sentence for each thing that could not be used and was left at its usual value. */
  readonly problems: readonly string[];
}

/** Reads the query of a chapter's address. */
export function readLearnLink<Settings extends object>(
  queryText: string,
  schema: SettingsSchema<Settings>,
  usual: Settings,
): LearnLink<Settings> {
  const target = {
    schema: v.object({ ...schema.entries, ...view.entries }),
    what: 'chapter',
    by: 'The link',
  };
  const query = new URLSearchParams(queryText);
  const problems: string[] = [];
  let values: Plain = { ...usual, ...USUAL_VIEW };
  for (const name of new Set(query.keys())) {
    const [first, ...more] = query.getAll(name);
    if (more.length > 0) {
      const given = new LabError('page/flag-twice', { name, values: [first!, ...more] });
      problems.push(given.message);
    }
    try {
      values = assigned(values, name, first!, target);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const { controls, notes, ...settings } = values;
  return {
    settings: settings as Settings,
    view: { controls, notes } as LearnView,
    problems,
  };
}

/** How a link asks for pages to be shown; what is wrong in it, the page itself says. */
export function readView(queryText: string): LearnView {
  const query = new URLSearchParams(queryText);
  const given = (name: keyof LearnView): string => query.get(name) ?? USUAL_VIEW[name];
  const { success, output } = v.safeParse(view, {
    controls: given('controls'),
    notes: given('notes'),
  });
  return success ? output : USUAL_VIEW;
}

function pairs(values: object, usual: object): [string, string][] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === (usual as Plain)[name] ? [] : [[name, String(value)]],
  );
}

/** The part of a query that says how a chapter is shown; empty where that is as usual. */
export function viewQuery(shown: LearnView): string {
  return new URLSearchParams(pairs(shown, USUAL_VIEW)).toString();
}

/** The query that {@link readLearnLink} reads back. */
export function writeLearnLink<Settings extends object>(
  { settings, view: shown }: Pick<LearnLink<Settings>, 'settings' | 'view'>,
  usual: Settings,
): string {
  const all = [...pairs(settings, usual), ...pairs(shown, USUAL_VIEW)];
  return new URLSearchParams(all).toString();
}
