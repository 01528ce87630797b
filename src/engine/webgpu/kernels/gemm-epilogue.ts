/** What happens to a tile of a product before it is stored. */
import { RMS_NORM_EPSILON } from '../../../model/config';
import { repeat } from '../kernel';
import { type Context, eachRow, isNormBackward, sumsName } from './gemm-context';

/** Runs `code` with row, column4 and index = row · N/4 + column4 of each vector of C in range. */
function eachVector(c: Context, code: (value: string, i: number) => string): string {
  return repeat(c.vectorsN, (j) => {
    const rows = eachRow(
      c,
      (i) => `{
      let row = (firstRow4 + ty + ${(i >> 2) * c.threadsY}u) * 4u + ${i & 3}u;
      if (row < rows) {
        let index = row * ${c.N4}u + column4;
        ${code(`c${i}_${j}`, i)}
      }
    }`,
    );
    return `{
    let column4 = firstColumn4 + tx + ${j * c.threadsX}u;
    if (column4 < ${c.N4}u) {
      ${rows}
    }
  }`;
  });
}

export function epilogue(c: Context): string {
  const { o } = c;
  if (isNormBackward(o)) return normBackward(c);
  const partial = (o.splits ?? 1) > 1 ? `group.z * ${o.partialStride! / 4}u + ` : '';
  const store = eachVector(c, (value, i) => {
    const scaled = o.norm === 'forward' ? `${value} * scale${i >> 2}[${i & 3}]` : value;
    switch (o.epilogue ?? 'none') {
      case 'residual':
        return `c[index] = ${scaled} + residual[index];`;
      case 'slopes':
        return `c[index] = ${scaled} * slopes[index];`;
      case 'gelu':
        return `let h = gelu(${scaled}); c[index] = h.value; slopes[index] = h.slope;`;
      default:
        return `c[${partial}index] = ${scaled};`;
    }
  });
  return `${o.norm === 'forward' ? normScales(c) : ''}
  ${store}`;
}

/** 1/rms of the thread's rows; the first column of threads of the first tile stores them. */
function normScales(c: Context): string {
  const scale = (m: number): string =>
    `let scale${m} = inverseSqrt(squares${m} / ${c.o.inner}.0 + ${RMS_NORM_EPSILON});`;
  return `${repeat(c.vectorsM, scale)}
  if (group.x == 0u && tx == 0u) {
    ${eachRow(
      c,
      (i) => `{
      let row = (firstRow4 + ty + ${(i >> 2) * c.threadsY}u) * 4u + ${i & 3}u;
      if (row < rows) { scales[row] = scale${i >> 2}[${i & 3}]; }
    }`,
    )}
  }`;
}

/**
 * With x̂ = x · scale and dy in C: dx = scale · (g·dy − x̂ · mean(g·dy·x̂)), dGain = Σ dy·x̂.
 * One workgroup has whole rows: the mean over a row and the sum over its rows go through its memory.
 */
function normBackward(c: Context): string {
  const sums = sumsName(c);
  const residual = c.o.epilogue === 'norm-backward-residual' ? 'residual[index] + ' : '';
  const load = (i: number): string => `var x${i} = vec4f(0);
  var s${i} = 0.0;
  {
    let row = (firstRow4 + ty) * 4u + ${i}u;
    if (row < rows) {
      s${i} = scales[row];
      x${i} = x[row * ${c.N4}u + tx] * s${i};
    }
  }`;
  return `${repeat(4, load)}
  let gain4 = gain[tx];
  ${sums}[thread] = ${repeat(4, (i) => `c${i}_0 * x${i}`, ' + ')};
  ${repeat(4, (i) => `c${i}_0 *= gain4;`, ' ')}
  ${sums}[${c.threads}u + thread] = vec4f(${repeat(4, (i) => `dot(c${i}_0, x${i})`, ', ')});
  workgroupBarrier();
  var mean = vec4f(0);
  for (var t = 0u; t < ${c.threadsX}u; t++) {
    mean += ${sums}[${c.threads}u + ty * ${c.threadsX}u + t];
  }
  mean /= ${c.o.columns}.0;
  ${eachVector(c, (value, i) => `c[index] = ${residual}s${i} * (${value} - x${i} * mean[${i}]);`)}
  if (ty == 0u) {
    var sum = vec4f(0);
    for (var t = 0u; t < ${c.threadsY}u; t++) { sum += ${sums}[t * ${c.threadsX}u + tx]; }
    gainPartials[group.y * ${c.N4}u + tx] = sum;
  }`;
}
