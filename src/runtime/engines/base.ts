/** The base checkpoint that a run starts from. */
import { LabError } from '../../errors';
import { decodeCheckpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import { initialParameters } from '../../model/init';
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

/** Reads a base file; throws an error of `weights` where it is damaged or of another model. */
export function readBase(bytes: Uint8Array, { base, model }: RunConfig): Base {
  const checkpoint = decodeCheckpoint(bytes);
  const sizes = (config: ModelConfig): string => JSON.stringify(Object.entries(config).sort());
  const [has, wanted] = [sizes(checkpoint.config), sizes(model)];
  if (has !== wanted) {
    throw new LabError('base/other-model', { base, has, wanted });
  }
  const { flops } = checkpoint.info;
  if (typeof flops !== 'number' || !(flops >= 0)) {
    throw new LabError('base/no-flops', { base, flops: JSON.stringify(flops) });
  }
  return { parameters: checkpoint.parameters, flops };
}
