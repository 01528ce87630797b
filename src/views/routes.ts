/** The pages of the lab and their addresses. */
import type { RouteDefinition } from 'svelte-spa-router';
import AboutPage from './about/about-page.svelte';
import NotFound from './not-found.svelte';
import RunPage from './run/run-page.svelte';

/** What the navigation lists. */
export const PAGES = [
  { path: '/run', title: 'Run' },
  { path: '/about', title: 'About' },
] as const;

export const routes: RouteDefinition = {
  '/': RunPage,
  '/run': RunPage,
  '/about': AboutPage,
  '*': NotFound,
};

/** Whether a page of the navigation is the one at `location`; the start page is the run page. */
export function isAt(path: string, location: string): boolean {
  return location === path || (path === '/run' && location === '/');
}

export function titleOf(location: string): string {
  const page = PAGES.find(({ path }) => isAt(path, location));
  return page ? `${page.title} · Plasticity Lab` : 'Plasticity Lab';
}
