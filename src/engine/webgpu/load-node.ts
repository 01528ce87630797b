/** Dawn's WebGPU in Node. Browsers have `navigator.gpu`. */
import { LabError } from '../../errors';

/** Dawn crashes when its instance is collected while a device lives, so instances are kept. */
const instances: GPU[] = [];

/** Matrix units are an experiment of Dawn's, which it offers to those who ask for unsafe features. */
const EXPERIMENTS = 'enable-dawn-features=allow_unsafe_apis';

/**
 * Dawn's GPU object.
 * @param options Dawn's own, such as `backend=null` for a device that checks and computes nothing
 */
export async function loadNodeGpu(options: string[] = []): Promise<GPU> {
  // A dev dependency with a native library: loaded only where it is wanted.
  const { create } = await import('webgpu').catch((error: unknown) => {
    throw new LabError('engine/dawn', { reason: String(error) });
  });
  const gpu = create([EXPERIMENTS, ...options]);
  instances.push(gpu);
  return gpu;
}
