/** Describes, tests and measures this device; ended by the page to cancel. */
import '../src/words/en/speak';
import type { DeviceApi } from '../src/runtime/device/api';
import { deviceApi } from '../src/runtime/device/device-browser';

export function open(): DeviceApi {
  return deviceApi;
}
