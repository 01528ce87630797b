/** The base checkpoint that a run starts from. */
import { decodeCheckpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import { initialParameters } from '../../model/init';
import { SafetensorsError } from '../../model/safetensors';
import type { RunConfig } from '../../training/configuration/run-config';

export interface Base {
  readonly parameters: Float32Array;
  /** FLOPs that its pre-training cost. */
  readonly flops: number;
}

/** A model of random weights, for a task that no base was trained on; the same in every run. */
export function untrainedBase(model: ModelConfig): Base {
  return { parameters: initialParameters(model, 0), flops: 0 };
}

/** Where base checkpoints lie, beside the page and in the repository's public folder. */
export function basePath(name: string): string {
  return `base/${name}.safetensors`;
}

/** Reads a base file; throws {@link SafetensorsError} where it is damaged or of another model. */
export function readBase(bytes: Uint8Array, { base, model }: RunConfig): Base {
  const checkpoint = decodeCheckpoint(bytes);
  const [has, wanted] = [checkpoint.config, model].map((config) =>
    JSON.stringify(Object.entries(config).sort()),
  );
  if (has !== wanted) {
    throw new SafetensorsError(
      `The base "${base}" is a model of ${has}, but the run asks for ${wanted}. Choose the base that belongs to the preset.`,
    );
  }
  const { flops } = checkpoint.info;
  if (typeof flops !== 'number' || !(flops >= 0)) {
    throw new SafetensorsError(
      `The base "${base}" does not say how many FLOPs it cost ("flops" in its metadata is ${JSON.stringify(flops)}).`,
    );
  }
  return { parameters: checkpoint.parameters, flops };
}
