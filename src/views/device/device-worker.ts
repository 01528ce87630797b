/** The device worker as the page holds it. */
import * as Comlink from '../../runtime/remote';
import type { DeviceApi } from '../../runtime/device/api';
import { openWorker } from '../open-worker';

export interface DeviceWorker extends DeviceApi {
  /** Ends it in the middle of whatever it does; what was asked for is never answered. */
  end(): void;
}

export function openDeviceWorker(): DeviceWorker {
  const { api, lost, end } = openWorker('device');
  return {
    describeAdapter: () => Promise.race([api.describeAdapter(), lost]),
    testGpu: (listener) => Promise.race([api.testGpu(Comlink.proxy(listener)), lost]),
    bench: (request, listener) => Promise.race([api.bench(request, Comlink.proxy(listener)), lost]),
    end,
  };
}
