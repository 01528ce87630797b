/** Keys that a schema let pass and dropped. */
import { isObject } from './path';

/**
 * The path of the first key of `input` that is not in `output`, which a schema made of it; null where
 * all are. A typing error in the name of an optional setting would otherwise leave the default.
 */
export function unknownKey(input: unknown, output: unknown, path = ''): string | null {
  if (Array.isArray(input) && Array.isArray(output)) {
    for (const [i, value] of input.entries()) {
      const found = unknownKey(value, output[i], `${path}[${i}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (!isObject(input) || !isObject(output)) return null;
  for (const [key, value] of Object.entries(input)) {
    const place = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(output, key)) return place;
    const found = unknownKey(value, output[key], place);
    if (found !== null) return found;
  }
  return null;
}
