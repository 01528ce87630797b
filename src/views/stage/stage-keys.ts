/** What the keys do on a stage; clickers send arrows, page keys, a full stop and F5 or B. */
export type StageAction = 'next' | 'previous' | 'first' | 'last' | 'black' | 'numbers' | 'end';

const ACTIONS: Readonly<Record<string, StageAction>> = {
  ArrowRight: 'next',
  ArrowDown: 'next',
  PageDown: 'next',
  ' ': 'next',
  ArrowLeft: 'previous',
  ArrowUp: 'previous',
  PageUp: 'previous',
  Home: 'first',
  End: 'last',
  b: 'black',
  '.': 'black',
  n: 'numbers',
  f: 'end',
};

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** The action of a key; null where it has none, or belongs to the browser. */
export function stageAction({ key, ctrlKey, metaKey, altKey }: Key): StageAction | null {
  if (ctrlKey || metaKey || altKey) return null;
  return ACTIONS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

/** Where people type, letters are letters. */
const TYPED = 'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select';

/** Whether a key asks for the stage: F, unless it is typed into a field or a dialog is open. */
export function opensStage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || stageAction(event) !== 'end') return false;
  const { target } = event;
  const isTyped =
    target instanceof HTMLElement && (target.matches(TYPED) || target.isContentEditable);
  return !isTyped && document.querySelector('[role="dialog"], [role="alertdialog"]') === null;
}
