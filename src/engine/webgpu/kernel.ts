/** What a kernel is to the rest of the engine: WGSL text, the buffers it binds, and its workgroups. */

/** How a kernel touches a buffer. */
export type Access = 'read' | 'write' | 'uniform';

/** One buffer of a kernel. Storage buffers are arrays of `type`; a uniform is one `type`. */
export interface Binding {
  readonly name: string;
  readonly type: string;
  readonly access: Access;
}

/** Workgroups along x, y and z. */
export type Grid = readonly [x: number, y: number, z: number];

/** A compute shader, complete but for its buffers. Its entry point is `main`. */
export interface Kernel {
  /** For error messages and profilers. */
  readonly label: string;
  readonly code: string;
  readonly bindings: readonly Binding[];
}

export const read = (name: string, type = 'vec4f'): Binding => ({ name, type, access: 'read' });
export const write = (name: string, type = 'vec4f'): Binding => ({ name, type, access: 'write' });
export const uniform = (name: string, type: string): Binding => ({ name, type, access: 'uniform' });

function declaration({ name, type, access }: Binding, index: number): string {
  const place = `@group(0) @binding(${index})`;
  if (access === 'uniform') return `${place} var<uniform> ${name}: ${type};`;
  const mode = access === 'read' ? 'read' : 'read_write';
  return `${place} var<storage, ${mode}> ${name}: array<${type}>;`;
}

/** Puts the bindings' declarations before the body. Bindings are numbered in their order. */
export function makeKernel(label: string, bindings: readonly Binding[], body: string): Kernel {
  return { label, bindings, code: `${bindings.map(declaration).join('\n')}\n${body}` };
}

/** `count` pieces of code, one after the other: loops that must be unrolled to stay in registers. */
export function repeat(count: number, code: (index: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, i) => code(i)).join(separator);
}

/** Workgroups for `count` of them in a row: WebGPU allows 65,535 along one axis. */
export function rowOfGroups(count: number): Grid {
  const x = Math.min(count, 32768);
  return [x, Math.ceil(count / x), 1];
}

/** WGSL for the index of this workgroup in a grid of {@link rowOfGroups}. */
export const GROUP_IN_ROW = 'group.x + group.y * groups.x';
