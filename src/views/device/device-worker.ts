/** The device worker as the page holds it. */
import * as Comlink from '../../runtime/remote';
import type { DeviceApi } from '../../runtime/device/api';

export interface DeviceWorker extends DeviceApi {
  /** Ends it in the middle of whatever it does; what was asked for is never answered. */
  end(): void;
}

export function openDeviceWorker(): DeviceWorker {
  const worker = new Worker(new URL('../../../workers/device.ts', import.meta.url), {
    type: 'module',
    name: 'device',
  });
  const api = Comlink.wrap<DeviceApi>(worker);
  const failure = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => {
      reject(new Error(`The device worker could not be loaded (${message || 'no reason'}).`));
    });
  });
  // Where nothing waits for an answer, nothing is lost.
  failure.catch(() => undefined);
  return {
    describeAdapter: () => Promise.race([api.describeAdapter(), failure]),
    testGpu: (listener) => Promise.race([api.testGpu(Comlink.proxy(listener)), failure]),
    bench: (request, listener) =>
      Promise.race([api.bench(request, Comlink.proxy(listener)), failure]),
    end: () => worker.terminate(),
  };
}
