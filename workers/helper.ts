/** One of an engine's other threads: draws and scores the rows, and computes the parts of steps, that it is given. */
import { browserWasm, longestPiece } from '../src/runtime/engines/engine-browser';
import { HelperHost, type HelperApi } from '../src/runtime/engines/helper-host';
import { allowSilence } from '../src/runtime/workers/pulse';

export function open(): HelperApi {
  return new HelperHost((config) => {
    allowSilence(longestPiece(config, 'wasm'));
    return browserWasm(config);
  });
}
