/** The WebAssembly kernels as TypeScript sees them: numbers are addresses, sizes and factors. */

/** Address in the module's memory, in bytes. */
export type Address = number;

/** Sizes of attention: rows, tokens of a row, heads, width. */
type AttentionSizes = [B: number, T: number, H: number, D: number];
/** Where tokens are looked up, and how many of which width. */
type Lookup = [ids: Address, places: Address, x: Address, N: number, D: number];
/** Rows of the cache of keys and values, and the places in them. */
type CacheRows = [keys: Address, values: Address, rows: Address, places: Address];
/** Tokens, symbols, and columns of a row of logits. */
type LogitSizes = [N: number, V: number, stride: number];

/** Signatures of `assembly/index.ts`; shapes are documented there. */
export interface Kernels {
  packRows(x: Address, out: Address, K: number, N: number, step: number): void;
  packColumns(x: Address, out: Address, K: number, N: number, step: number): void;
  matmul(a: Address, panels: Address, c: Address, M: number, N: number, K: number): void;
  matmulTransposedA(
    a: Address,
    b: Address,
    c: Address,
    scratch: Address,
    M: number,
    N: number,
    R: number,
  ): void;
  add(x: Address, y: Address, n: number): void;
  gatherRows(x: Address, rows: Address, out: Address, count: number, D: number): void;
  scatterRows(x: Address, rows: Address, out: Address, count: number, D: number): void;
  rmsNorm(x: Address, gain: Address, y: Address, scales: Address, N: number, D: number): void;
  rmsNormBackward(
    dy: Address,
    x: Address,
    gain: Address,
    scales: Address,
    dx: Address,
    dGain: Address,
    N: number,
    D: number,
  ): void;
  gelu(x: Address, y: Address, n: number): void;
  geluBackward(x: Address, y: Address, d: Address, n: number): void;
  embed(tokens: Address, positions: Address, ...lookup: Lookup): void;
  embedBackward(dTokens: Address, dPositions: Address, ...lookup: Lookup): void;
  attentionForward(
    qkv: Address,
    out: Address,
    lse: Address,
    scratch: Address,
    ...sizes: AttentionSizes
  ): void;
  attentionBackward(
    qkv: Address,
    out: Address,
    lse: Address,
    dOut: Address,
    dQkv: Address,
    scratch: Address,
    ...sizes: AttentionSizes
  ): void;
  cacheKeysValues(
    qkv: Address,
    ...rest: [...CacheRows, N: number, context: number, D: number]
  ): void;
  attentionDecode(
    qkv: Address,
    ...rest: [
      ...CacheRows,
      out: Address,
      scores: Address,
      N: number,
      context: number,
      H: number,
      D: number,
    ]
  ): void;
  headForward(
    logits: Address,
    targets: Address,
    targetLogProbs: Address,
    entropies: Address,
    scratch: Address,
    ...sizes: LogitSizes
  ): void;
  headBackward(
    logProbs: Address,
    targets: Address,
    slopes: Address,
    entropyWeights: Address,
    entropies: Address,
    scratch: Address,
    ...sizes: LogitSizes
  ): void;
  drawTokens(
    logits: Address,
    streams: Address,
    places: Address,
    tokens: Address,
    logProbs: Address,
    ...sizes: [...LogitSizes, temperature: number]
  ): void;
  sumOfSquares(x: Address, n: number): number;
  adamW(
    parameters: Address,
    gradient: Address,
    m: Address,
    v: Address,
    n: number,
    clip: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    rate: number,
    correction: number,
    decay: number,
  ): void;
}

/** Instantiates the module on a memory of its own. */
export async function instantiateKernels(
  module: WebAssembly.Module,
): Promise<{ kernels: Kernels; memory: WebAssembly.Memory }> {
  const memory = new WebAssembly.Memory({ initial: 16 });
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  // The one place where the compiler cannot check: WebAssembly exports carry no signatures.
  const kernels = instance.exports as unknown as Kernels;
  return { kernels, memory };
}
