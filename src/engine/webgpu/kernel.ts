/** What a kernel is to the rest of the engine: WGSL text, the buffers it binds, and its workgroups. */

/** How a kernel touches a buffer. */
export type Access = 'read' | 'write' | 'uniform';

/** A struct of WGSL, declared in every kernel that binds a buffer of it. */
export interface Struct {
  readonly name: string;
  /** WGSL of its members. */
  readonly members: string;
}

/** One buffer of a kernel. Storage buffers are arrays of `type`; a uniform is one `type`. */
interface Binding {
  readonly name: string;
  readonly type: string | Struct;
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

type Type = Binding['type'];
export const read = (name: string, type: Type = 'vec4f'): Binding => ({
  name,
  type,
  access: 'read',
});
export const write = (name: string, type: Type = 'vec4f'): Binding => ({
  name,
  type,
  access: 'write',
});
export const uniform = (name: string, type: Type): Binding => ({ name, type, access: 'uniform' });

function declaration({ name, type, access }: Binding, index: number): string {
  const place = `@group(0) @binding(${index})`;
  const typeName = typeof type === 'string' ? type : type.name;
  if (access === 'uniform') return `${place} var<uniform> ${name}: ${typeName};`;
  const mode = access === 'read' ? 'read' : 'read_write';
  return `${place} var<storage, ${mode}> ${name}: array<${typeName}>;`;
}

/** An extension of WGSL that a device has to have been made with. */
export type Extension = 'f16' | 'subgroups' | 'chromium_experimental_subgroup_matrix';

/** The structs that the bindings are of, each once. */
function structs(bindings: readonly Binding[]): string[] {
  const used = bindings.flatMap(({ type }) => (typeof type === 'string' ? [] : type));
  return [...new Set(used)].map(({ name, members }) => `struct ${name} {\n  ${members}\n}`);
}

/**
 * Puts extensions and the declarations of the bindings and their structs before the body. Bindings
 * are numbered in their order.
 */
export function makeKernel(
  label: string,
  bindings: readonly Binding[],
  body: string,
  extensions: readonly Extension[] = [],
): Kernel {
  const enables = extensions.map((extension) => `enable ${extension};`);
  const code = [...enables, ...structs(bindings), ...bindings.map(declaration), body].join('\n');
  return { label, bindings, code };
}

/**
 * Opens the entry point: `group` is the workgroup's place in the grid, `thread` its own in that;
 * `more` declares further parameters.
 */
export function entry(threads: number, more = ''): string {
  return `@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  ${more}
) {`;
}

/** The same for a grid of {@link rowOfGroups}: `item` is the workgroup's index in the row. */
function entryInRow(threads: number): string {
  return `@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let item = group.x + group.y * groups.x;`;
}

/**
 * A kernel with a grid of {@link rowOfGroups}, of which {@link entryInRow} opens the entry point:
 * `body` goes on from there, `before` is declared ahead of it.
 */
export function rowKernel(
  label: string,
  bindings: readonly Binding[],
  { threads, before = '', body }: { threads: number; before?: string; body: string },
): Kernel {
  return makeKernel(label, bindings, `${before}${entryInRow(threads)}\n${body}\n}`);
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
