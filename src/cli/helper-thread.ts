/** Entry point of a thread that helps the engine of `lab run`. */
import '../words/en/speak';
import { createWasmEngine } from '../engine/wasm/engine';
import { loadWasmModule } from '../engine/wasm/load-node';
import { HelperHost } from '../runtime/engines/helper-host';
import { serveThread } from '../runtime/workers/thread-node';

serveThread(new HelperHost(async (config) => createWasmEngine(config, await loadWasmModule())));
