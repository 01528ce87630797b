/**
 * What the lab uses of TensorFlow.js. A build for browsers has it in place of `@tensorflow/tfjs`,
 * which brings layers, a model converter, data pipelines and WebGL along (see vite.config.ts).
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-backend-cpu';
import { version_core } from '@tensorflow/tfjs-core';

export * from '@tensorflow/tfjs-core';
/** All packages of a release have one version. */
export const version = { tfjs: version_core };
