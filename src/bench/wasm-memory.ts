/** Finds the WebAssembly memories that a piece of code makes, whosever code it is. */

/** Memories found so far; they only grow, so their size is the most that was ever used. */
export type WasmMemories = Set<WebAssembly.Memory>;

/** Of a module or of its bytes: the second form has the module too. */
type Instantiated = WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource;

export function memoryBytes(memories: WasmMemories): number {
  let bytes = 0;
  for (const { buffer } of memories) bytes += buffer.byteLength;
  return bytes;
}

/**
 * Runs `make` and adds the memories that it makes or that its modules export to `memories`. It wraps
 * WebAssembly's entry points meanwhile, so only one may run at a time.
 */
export async function noteMemories<T>(memories: WasmMemories, make: () => Promise<T>): Promise<T> {
  const { Memory, Instance } = WebAssembly;
  const noteExports = ({ exports }: WebAssembly.Instance): void => {
    for (const value of Object.values(exports)) if (value instanceof Memory) memories.add(value);
  };
  const instantiate = WebAssembly.instantiate.bind(WebAssembly);
  const note = async (...args: Parameters<typeof instantiate>) => {
    const result = (await instantiate(...args)) as Instantiated;
    noteExports('instance' in result ? result.instance : result);
    return result;
  };
  const stream = WebAssembly.instantiateStreaming.bind(WebAssembly);
  const noteStream = async (...args: Parameters<typeof stream>) => {
    const result = await stream(...args);
    noteExports(result.instance);
    return result;
  };
  Object.assign(WebAssembly, {
    instantiate: note,
    instantiateStreaming: noteStream,
    Memory: new Proxy(Memory, {
      construct(target, args: [WebAssembly.MemoryDescriptor]) {
        const memory = new target(...args);
        memories.add(memory);
        return memory;
      },
    }),
    Instance: new Proxy(Instance, {
      construct(target, args: [WebAssembly.Module, WebAssembly.Imports?]) {
        const instance = new target(...args);
        noteExports(instance);
        return instance;
      },
    }),
  });
  try {
    return await make();
  } finally {
    Object.assign(WebAssembly, { instantiate, instantiateStreaming: stream, Memory, Instance });
  }
}
