/** The exports of the WebAssembly module: kernels on addresses in one linear memory. */
export { attentionForward, attentionBackward, attentionDecode, cacheKeysValues } from './attention';
export { drawTokens } from './draw';
export { embed, embedBackward } from './embedding';
export { gelu, geluBackward } from './gelu';
export { headBackward, headForward } from './head';
export { add, gatherRows, matmul, matmulTransposedA, scatterRows } from './linear';
export { adamW, sumOfSquares } from './optimizer';
export { packColumns, packRows } from './pack';
export { rmsNorm, rmsNormBackward } from './rms-norm';
