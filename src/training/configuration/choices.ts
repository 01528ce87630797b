/** Engines by the names that links and the terminal use. */
import { LabError } from '../../errors';
import { ENGINE_NAMES, TFJS_BACKENDS } from '../../engine/engine';
import { type EngineChoice } from './run-config';

/**
 * `auto`, each engine, `webgpu:f16` with products of 16-bit floats, and TensorFlow.js on each of its
 * backends as `tfjs:BACKEND`.
 */
export const ENGINE_CHOICES: Readonly<Record<string, EngineChoice>> = {
  auto: { name: null, backend: null },
  ...Object.fromEntries(ENGINE_NAMES.map((name) => [name, { name, backend: null }])),
  'webgpu:f16': { name: 'webgpu', backend: null, precision: 'f16' },
  ...Object.fromEntries(
    TFJS_BACKENDS.map((backend) => [`tfjs:${backend}`, { name: 'tfjs', backend }]),
  ),
};

/** The engine called `name`; throws an error of `config` listing the known ones. */
export function engineNamed(name: string): EngineChoice {
  const engine = Object.hasOwn(ENGINE_CHOICES, name) ? ENGINE_CHOICES[name] : undefined;
  if (engine) return engine;
  const known = Object.keys(ENGINE_CHOICES).join(', ');
  throw new LabError('config/no-engine', { name, known });
}

/** The engine called `name` in place of `engine`, whose GPU tuning stays. */
export function replaceEngine({ gpu }: EngineChoice, name: string): EngineChoice {
  return gpu ? { ...engineNamed(name), gpu } : engineNamed(name);
}

/** The name of an engine choice. A precision is the GPU's: other engines have none to be called by. */
export function nameOfEngine({ name, backend, precision }: EngineChoice): string {
  if (name === null) return 'auto';
  if (name === 'webgpu' && precision) return `${name}:${precision}`;
  return backend === null ? name : `${name}:${backend}`;
}
