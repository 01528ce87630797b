/** The code of chapters and pages of the lesson, loaded with the first look at each. */
import type { Component } from 'svelte';
import type { ChapterName, ChapterProps, SidePageName } from './chapters';

type Loader<Props extends object> = () => Promise<{ readonly default: Component<Props> }>;

export const CHAPTER_LOADERS: Readonly<Record<ChapterName, Loader<ChapterProps>>> = {
  ceiling: () => import('./chapters/ceiling.svelte'),
  guess: () => import('./chapters/guess.svelte'),
  imitate: () => import('./chapters/imitate.svelte'),
  phases: () => import('./chapters/phases.svelte'),
  reward: () => import('./chapters/reward.svelte'),
  rivals: () => import('./chapters/rivals.svelte'),
  scale: () => import('./chapters/scale.svelte'),
  switch: () => import('./chapters/switch.svelte'),
};

export const SIDE_PAGE_LOADERS: Readonly<Record<SidePageName, Loader<Record<string, never>>>> = {
  words: () => import('./words-page.svelte'),
  worksheet: () => import('./worksheet-page.svelte'),
  exercises: () => import('./exercises-page.svelte'),
  lecturer: () => import('./plan-page.svelte'),
};
