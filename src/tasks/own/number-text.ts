/** Numbers as people and models write them in answers. */

/** "1,234", "$5", "45.3%", "−2", "3/4", "\frac{3}{4}"; null for what is not a number. */
export function numberOf(text: string): number | null {
  const plain = text
    .trim()
    .replace(/^\\\((.*)\\\)$|^\$(.*)\$$/, '$1$2')
    .replaceAll('−', '-')
    .replace(/\\(?:[dt])?frac\{([^{}]*)\}\{([^{}]*)\}/, '$1/$2')
    .replace(/^([-+]?)\s*\\?[$€£]\s*/, '$1')
    .replace(/\s*\\?%$/, '')
    .replace(/\.$/, '');
  const [numerator, denominator, ...rest] = plain.split('/').map(plainNumber);
  if (numerator === undefined || numerator === null || rest.length > 0) return null;
  if (denominator === undefined) return numerator;
  return denominator === null || denominator === 0 ? null : numerator / denominator;
}

function plainNumber(text: string): number | null {
  const digits = text.trim();
  const isGrouped = /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits);
  const isPlain = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(digits);
  return isGrouped || isPlain ? Number(digits.replaceAll(',', '')) : null;
}
