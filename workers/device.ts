/** The device worker: describes, tests and measures this device; ended by the page to cancel. */
import * as Comlink from '../src/runtime/remote';
import { deviceApi } from '../src/runtime/device/device-browser';

Comlink.expose(deviceApi);
