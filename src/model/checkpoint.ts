/** Model weights as a safetensors file: tensors by name, the configuration as JSON beside them. */
import { LabError } from '../errors';
import { checkModelConfig, type ModelConfig } from './config';
import { parameterLayout } from './layout';
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type TensorFile,
} from './safetensors';

interface ModelCheckpoint {
  readonly config: ModelConfig;
  /** In layout order. */
  readonly parameters: Float32Array;
  /** Further tensors, such as optimizer moments. */
  readonly extra: readonly NamedTensor[];
  /** Further entries of the file's metadata, as JSON values. */
  readonly info: Readonly<Record<string, unknown>>;
}

const CONFIG_KEY = 'config';

/** Writes a checkpoint; `info` goes into `__metadata__` beside the model's configuration. */
export function encodeCheckpoint({
  config,
  parameters,
  extra,
  info,
}: ModelCheckpoint): Uint8Array<ArrayBuffer> {
  const { slots } = parameterLayout(config);
  const tensors: NamedTensor[] = slots.map(({ name, shape, offset, size }) => ({
    name,
    shape,
    values: parameters.subarray(offset, offset + size),
  }));
  const metadata = Object.fromEntries(
    Object.entries({ ...info, [CONFIG_KEY]: config }).map(([key, value]) => [
      key,
      JSON.stringify(value),
    ]),
  );
  return encodeSafetensors({ tensors: [...tensors, ...extra], metadata });
}

function readConfig(file: TensorFile): ModelConfig {
  const json = file.metadata[CONFIG_KEY];
  if (json === undefined) {
    throw new LabError('weights/no-config');
  }
  const value = parseJson(CONFIG_KEY, json) as Partial<ModelConfig> | null;
  const { vocabSize, contextLength, layers, dModel, heads } = value ?? {};
  return checkModelConfig({ vocabSize, contextLength, layers, dModel, heads } as ModelConfig);
}

function parseJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LabError('weights/metadata-json', { key });
  }
}

/** Reads a checkpoint and checks that it holds exactly the tensors its configuration asks for. */
export function decodeCheckpoint(bytes: Uint8Array): ModelCheckpoint {
  const file = decodeSafetensors(bytes);
  const config = readConfig(file);
  const { slots, size } = parameterLayout(config);
  const byName = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
  const parameters = new Float32Array(size);
  for (const { name, shape, offset } of slots) {
    const tensor = byName.get(name);
    if (!tensor) throw new LabError('weights/no-tensor', { tensor: name });
    if (tensor.shape.join() !== shape.join()) {
      throw new LabError('weights/other-shape', { tensor: name, has: tensor.shape, wanted: shape });
    }
    parameters.set(tensor.values, offset);
    byName.delete(name);
  }
  const info = Object.fromEntries(
    Object.entries(file.metadata)
      .filter(([key]) => key !== CONFIG_KEY)
      .map(([key, text]) => [key, parseJson(key, text)]),
  );
  return { config, parameters, extra: [...byName.values()], info };
}
