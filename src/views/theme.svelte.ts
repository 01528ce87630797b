/** Light or dark: as the system has it, until a person chooses; paper is light. */
import { createContext } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';
import type { ThemeName } from '../palette';
import type { Printing } from './printing.svelte';

const KEY = 'theme';

/** What was chosen on an earlier visit; browsers may refuse to tell. */
function storedChoice(): ThemeName | null {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : null;
  } catch {
    return null;
  }
}

export class Theme {
  readonly #systemIsDark = new MediaQuery('(prefers-color-scheme: dark)');
  #choice = $state<ThemeName | null>(storedChoice());
  readonly #printing: Printing;
  readonly shown: ThemeName = $derived.by(() => {
    if (this.#printing.isOn) return 'light';
    return this.#choice ?? (this.#systemIsDark.current ? 'dark' : 'light');
  });

  constructor(printing: Printing) {
    this.#printing = printing;
  }

  /** Turns to the other one and remembers it; the system's own needs no remembering. */
  toggle(): void {
    const wanted: ThemeName = this.shown === 'dark' ? 'light' : 'dark';
    const system: ThemeName = this.#systemIsDark.current ? 'dark' : 'light';
    this.#choice = wanted === system ? null : wanted;
    try {
      if (this.#choice === null) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, this.#choice);
    } catch {
      // The choice then holds until the page is closed.
    }
  }
}

export const [useTheme, provideTheme] = createContext<Theme>();
