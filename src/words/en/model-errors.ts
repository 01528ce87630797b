import type { Spelled } from '../../schema/pieces';
import { counted } from './counted';

/** What a step measured that is not a finite number. */
interface LostNumbers {
  loss: Spelled;
  gradNorm: Spelled;
}

/** That training has diverged, in a few sentences. */
export function lostNumbers({ loss, gradNorm }: LostNumbers): string {
  return `The loss is ${loss} and the gradient norm ${gradNorm}: training has diverged. A lower learning rate usually helps. The last good parameters are kept.`;
}

/** What is wrong with a model, its vocabulary, a file of weights, or a base. */
export const MODEL_ERRORS = {
  'weights/no-config': () =>
    'The file has no "config" in its __metadata__, so its sizes are unknown. Only checkpoints written by the lab can be read.',
  'weights/metadata-json': ({ key }: { key: string }) => `__metadata__ "${key}" is not JSON.`,
  'weights/no-tensor': ({ tensor }: { tensor: string }) => `The file lacks the tensor "${tensor}".`,
  'weights/other-shape': ({
    tensor,
    has,
    wanted,
  }: {
    tensor: string;
    has: readonly number[];
    wanted: readonly number[];
  }) =>
    `Tensor "${tensor}" has shape [${has.join(', ')}]; the configuration asks for [${wanted.join(', ')}].`,
  'model/size': ({
    key,
    value,
    low,
    high,
  }: {
    key: string;
    value: string;
    low: number;
    high: number;
  }) => `Model size ${key} is ${value}; it must be an integer from ${low} to ${high}.`,
  'model/width': ({
    dModel,
    heads,
    multiple,
  }: {
    dModel: number;
    heads: number;
    multiple: number;
  }) =>
    `Model width dModel is ${dModel} with ${heads} heads; it must be a multiple of 4 × heads (${multiple}), so that vectors of four fill a head.`,
  'weights/short': ({ bytes, least }: { bytes: number; least: number }) =>
    `The file has ${counted(bytes, 'byte')}; a safetensors file has at least ${least}. It may be empty or cut off.`,
  'weights/header-length': ({ length, room }: { length: string; room: number }) =>
    `The header says it is ${length} bytes long, but at most ${room} follow. The file is cut off or is not a safetensors file.`,
  'weights/header-json': () =>
    'The header is not JSON. The file is damaged or is not a safetensors file.',
  'weights/header-object': () => 'The header is not a JSON object.',
  'weights/entry': ({ tensor }: { tensor: string }) =>
    `The entry of tensor "${tensor}" is not an object.`,
  'weights/dtype': ({ tensor, dtype }: { tensor: string; dtype: string }) =>
    `Tensor "${tensor}" has dtype ${dtype}; only F32 is read.`,
  'weights/shape': ({ tensor, shape }: { tensor: string; shape: string }) =>
    `Tensor "${tensor}" has shape ${shape}; expected integers from 0.`,
  'weights/offsets': ({ tensor, offsets }: { tensor: string; offsets: string }) =>
    `Tensor "${tensor}" has data_offsets ${offsets}; expected [start, end].`,
  'weights/cut-off': ({ tensor, end, length }: { tensor: string; end: number; length: number }) =>
    `Tensor "${tensor}" ends at byte ${end}, but the data has ${length}. The file is cut off.`,
  'weights/byte-count': ({
    tensor,
    shape,
    wanted,
    start,
    end,
    given,
  }: {
    tensor: string;
    shape: readonly number[];
    wanted: number;
    start: number;
    end: number;
    given: number;
  }) =>
    `Tensor "${tensor}" of shape [${shape.join(', ')}] needs ${counted(wanted, 'byte')}; its offsets [${start}, ${end}] give ${given}.`,
  'weights/overlap': ({
    tensor,
    start,
    what,
    covered,
  }: {
    tensor: string;
    start: number;
    what: string;
    covered: number;
  }) => `Tensor "${tensor}" starts at byte ${start} and ${what}, which ends at ${covered}.`,
  'weights/trailing': ({ bytes }: { bytes: number }) =>
    `${bytes} bytes follow the last tensor; none should.`,
  'weights/metadata-object': () => '__metadata__ is not an object.',
  'weights/metadata-value': ({ key, type }: { key: string; type: string }) =>
    `__metadata__ "${key}" is ${type}; every value must be a string.`,
  'weights/not-finite': ({
    tensor,
    value,
    index,
  }: {
    tensor: string;
    value: number;
    index: number;
  }) => `Tensor "${tensor}" holds ${value} at index ${index}; weights must be finite numbers.`,
  'vocabulary/twice': () => 'The vocabulary lists a symbol twice; each needs one id.',
  'vocabulary/unknown': ({ symbol, vocabulary }: { symbol: string; vocabulary: string }) =>
    `"${symbol}" is not in the vocabulary (${vocabulary}).`,
  'base/other-model': ({ base, has, wanted }: { base: string; has: string; wanted: string }) =>
    `The base "${base}" is a model of ${has}, but the run asks for ${wanted}. Choose the base that belongs to the preset.`,
  'base/no-flops': ({ base, flops }: { base: string; flops: string }) =>
    `The base "${base}" does not say how many FLOPs it cost ("flops" in its metadata is ${flops}).`,
  'base/http': ({ address, status }: { address: string; status: number }) =>
    `The base checkpoint ${address} could not be loaded (HTTP ${status}). Is the lab served in full?`,
  'base/missing': ({ file, preset }: { file: string; preset: string }) =>
    `The base checkpoint ${file} is missing. Make it with \`npm run -s lab -- base ${preset}\`.`,
  'base/diverged': ({ base, ...facts }: { base: string } & LostNumbers) =>
    `Pre-training of ${base}: ${lostNumbers(facts)}`,
};
