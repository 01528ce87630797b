/** A chapter's settings, which its address carries. */
import { router } from 'svelte-spa-router';
import { untrack } from 'svelte';
import { readLearnLink, writeLearnLink, type LearnView, type SettingsSchema } from './learn-link';

/** What the frame around a chapter needs of its link, whatever its settings are. */
export interface FrameLink {
  readonly view: LearnView;
  readonly query: string;
  readonly problems: readonly string[];
  /** null where nothing in the chapter is drawn. */
  readonly seed: number | null;
  /** Draws with the next seed. */
  takeNextSeed(): void;
}

export class ChapterLink<Settings extends object> implements FrameLink {
  readonly #usual: Settings;
  readonly view: LearnView;
  #settings: Settings;
  #problems: readonly string[];
  readonly query: string = $derived.by(() => {
    const { settings, view } = this;
    return writeLearnLink({ settings, view }, this.#usual);
  });

  /** Reads the address as it is: a page builds its chapter anew for every link that is followed. */
  constructor(schema: SettingsSchema<Settings>, usual: Settings) {
    this.#usual = usual;
    const query = untrack(() => router.querystring) ?? '';
    const { settings, view, problems } = readLearnLink(query, schema, usual);
    this.view = view;
    this.#settings = $state.raw(settings);
    this.#problems = $state.raw(problems);
  }

  get settings(): Settings {
    return this.#settings;
  }

  get seed(): number | null {
    const { seed }: { readonly seed?: unknown } = this.#settings;
    return typeof seed === 'number' ? seed : null;
  }

  takeNextSeed(): void {
    if (this.seed === null) return;
    this.#settings = { ...this.#settings, seed: this.seed + 1 };
    this.#problems = [];
  }

  /** What is wrong in the link, until something is chosen. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  change(patch: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...patch };
    this.#problems = [];
  }
}
