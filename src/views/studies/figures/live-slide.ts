/** The picture of a study that trains, on its page and on the stage. */
import { liveFigure, type Figure, type FigureOptions } from '../../../figures';
import type { OpenStudy } from '../open-study.svelte';

/** Its name among the slides. */
export const LIVE_SLIDE = 'live';

/** What anyone sees in it, in at most fifteen words. */
export const LIVE_SENTENCE = 'Each line is one run as it trains: success over the compute spent.';

export function drawLive({ results, progress }: OpenStudy): (options: FigureOptions) => Figure {
  const begun = (progress?.jobs ?? []).filter(({ track }) => track.length > 0);
  return (options) => liveFigure(results, begun, options);
}
