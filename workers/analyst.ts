/** Reads files of curves and fits their ceilings, off the page's thread. */
import '../src/words/en/speak';
import type { AnalystApi } from '../src/runtime/ceilings/api';
import { Analyst } from '../src/runtime/ceilings/analyst';

export function open(): AnalystApi {
  return new Analyst();
}
