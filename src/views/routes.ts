/** Which page stands at which address. A visit begins at the run page; the others are loaded when asked for. */
import type { RouteDefinition } from 'svelte-spa-router';
import wrap, { type AsyncSvelteComponent } from 'svelte-spa-router/wrap';
import LazyPage from './frame/lazy-page.svelte';
import NotFound from './frame/not-found.svelte';
import RunPage from './run/run-page.svelte';

function lazy(load: AsyncSvelteComponent) {
  return wrap({ component: LazyPage, props: { load } });
}

export const routes: RouteDefinition = {
  '/': RunPage,
  '/run/:id?': RunPage,
  '/learn/:chapter?': lazy(() => import('./learn/learn-page.svelte')),
  '/trajectories': lazy(() => import('./trajectories/library-page.svelte')),
  '/trajectories/compare/:first/:second': lazy(
    () => import('./trajectories/compare/compare-page.svelte'),
  ),
  '/trajectories/:id': lazy(() => import('./trajectories/set/set-page.svelte')),
  '/studies': lazy(() => import('./studies/studies-page.svelte')),
  '/ceilings': lazy(() => import('./ceilings/ceilings-page.svelte')),
  '/device': lazy(() => import('./device/device-page.svelte')),
  '/about': lazy(() => import('./about/about-page.svelte')),
  '*': NotFound,
};
