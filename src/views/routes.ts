/** Which page stands at which address. */
import type { RouteDefinition } from 'svelte-spa-router';
import AboutPage from './about/about-page.svelte';
import CeilingsPage from './ceilings/ceilings-page.svelte';
import DevicePage from './device/device-page.svelte';
import NotFound from './not-found.svelte';
import ComparePage from './trajectories/compare/compare-page.svelte';
import LibraryPage from './trajectories/library-page.svelte';
import SetPage from './trajectories/set/set-page.svelte';
import RunPage from './run/run-page.svelte';
import StudiesPage from './studies/studies-page.svelte';

export const routes: RouteDefinition = {
  '/': RunPage,
  '/run': RunPage,
  '/trajectories': LibraryPage,
  '/trajectories/compare/:first/:second': ComparePage,
  '/trajectories/:id': SetPage,
  '/studies': StudiesPage,
  '/ceilings': CeilingsPage,
  '/device': DevicePage,
  '/about': AboutPage,
  '*': NotFound,
};
