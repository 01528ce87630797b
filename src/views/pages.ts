/** The pages that work, as the navigation names them. */

export const PAGES = [
  { path: '/learn', title: 'Learn' },
  { path: '/run', title: 'Run' },
  { path: '/trajectories', title: 'Trajectories' },
  { path: '/studies', title: 'Studies' },
  { path: '/ceilings', title: 'Ceilings' },
  { path: '/device', title: 'Device' },
  { path: '/about', title: 'About' },
] as const;

/** Whether a page of the navigation, or one below it, is at `location`; the start page is the run page. */
export function isAt(path: string, location: string): boolean {
  return (
    location === path || location.startsWith(`${path}/`) || (path === '/run' && location === '/')
  );
}

export function titleOf(location: string): string {
  const page = PAGES.find(({ path }) => isAt(path, location));
  return page ? `${page.title} · Plasticity Lab` : 'Plasticity Lab';
}
