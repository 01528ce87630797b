/** Kernels compiled for a device, and the dispatches made of them. */
import { LabError, messageOf } from '../../errors';
import type { Access, Grid, Kernel } from './kernel';
import type { BufferRange } from './memory';
import type { Shape } from './step-uniform';

/** A kernel and its workgroups for a batch. */
export interface Operation {
  readonly kernel: Kernel;
  readonly grid: (shape: Shape) => Grid;
}

/** Compiled, ready to be bound. */
export interface Pipeline {
  readonly kernel: Kernel;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

export type Buffers = Readonly<Record<string, GPUBuffer | BufferRange>>;

/** One entry of a plan. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly grid: (shape: Shape) => Grid;
}

const BUFFER_TYPES = {
  read: 'read-only-storage',
  write: 'storage',
  uniform: 'uniform',
} as const satisfies Record<Access, GPUBufferBindingType>;

const COMPUTE_STAGE = 0x4;

/** Compiles kernels, each text once, without blocking the thread. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, Promise<Pipeline>>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  get(kernel: Kernel): Promise<Pipeline> {
    const known = this.#pipelines.get(kernel.code);
    if (known) return known;
    const made = this.#compile(kernel);
    this.#pipelines.set(kernel.code, made);
    return made;
  }

  async #compile(kernel: Kernel): Promise<Pipeline> {
    const device = this.#device;
    const layout = device.createBindGroupLayout({
      label: kernel.label,
      entries: kernel.bindings.map(({ access }, binding) => ({
        binding,
        visibility: COMPUTE_STAGE,
        buffer: { type: BUFFER_TYPES[access] },
      })),
    });
    const module = device.createShaderModule({ label: kernel.label, code: kernel.code });
    try {
      const pipeline = await device.createComputePipelineAsync({
        label: kernel.label,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      });
      return { kernel, pipeline, layout };
    } catch (error) {
      const reason = (await compilerText(module)) ?? messageOf(error);
      throw new LabError('engine/gpu-kernel', { kernel: kernel.label, reason });
    }
  }
}

/**
 * What the compiler says is wrong, "line:column message" each: the pipeline's own error says no more
 * than that the module is invalid. Null where the code is fine, or the device is gone.
 */
async function compilerText(module: GPUShaderModule): Promise<string | null> {
  const info = await module.getCompilationInfo().catch(() => null);
  const errors = info?.messages.filter(({ type }) => type === 'error') ?? [];
  const lines = errors.map((m) => `${m.lineNum}:${m.linePos} ${m.message.trim()}`);
  return lines.join('; ') || null;
}

/** Binds a pipeline to buffers, by the names of the kernel's bindings. */
export function bind(
  device: GPUDevice,
  { kernel, pipeline, layout }: Pipeline,
  grid: (shape: Shape) => Grid,
  buffers: Buffers,
): Dispatch {
  const entries = kernel.bindings.map(({ name }, binding) => {
    const buffer = buffers[name];
    if (!buffer) throw new LabError('fault/no-buffer', { kernel: kernel.label, buffer: name });
    return { binding, resource: 'buffer' in buffer ? buffer : { buffer } };
  });
  const bindGroup = device.createBindGroup({ label: kernel.label, layout, entries });
  return { pipeline, bindGroup, grid };
}

/** A list of dispatches that is replayed in one compute pass, its grids computed once per shape. */
export class Plan {
  readonly #dispatches: readonly Dispatch[];
  #shape: Shape | null = null;
  #grids: readonly Grid[] = [];

  constructor(dispatches: readonly Dispatch[]) {
    this.#dispatches = dispatches;
  }

  get length(): number {
    return this.#dispatches.length;
  }

  /** Encodes all dispatches for a batch of the given shape. */
  encode(pass: GPUComputePassEncoder, shape: Shape): void {
    const known = this.#shape;
    if (!known || known.rows !== shape.rows || known.length !== shape.length) {
      this.#shape = shape;
      this.#grids = this.#dispatches.map(({ grid }) => grid(shape));
    }
    let current: GPUComputePipeline | null = null;
    for (let i = 0; i < this.#dispatches.length; i++) {
      const { pipeline, bindGroup } = this.#dispatches[i]!;
      const [x, y, z] = this.#grids[i]!;
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(x, y, z);
    }
  }
}
