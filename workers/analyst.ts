/** The analyst worker: reads files of curves and fits their ceilings, off the page's thread. */
import * as Comlink from '../src/runtime/remote';
import type { AnalystApi } from '../src/runtime/ceilings/api';
import { Analyst } from '../src/runtime/ceilings/analyst';

const analyst: AnalystApi = new Analyst();

Comlink.expose(analyst);
