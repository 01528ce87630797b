/**
 * GELU in its tanh form, value and slope at once: the forward pass stores both, so that the
 * backward pass needs no second tanh. tanh is 1 − 2 / (e^{2z} + 1) with z bounded, since the
 * built-in overflows to NaN on some drivers.
 */
export const GELU_FUNCTION = `struct Gelu { value: vec4f, slope: vec4f }
fn gelu(x: vec4f) -> Gelu {
  let square = x * x;
  let z = clamp(0.7978845608 * x * (1.0 + 0.044715 * square), vec4f(-10), vec4f(10));
  let t = 1.0 - 2.0 / (exp(2.0 * z) + 1.0);
  let curved = x * (1.0 - t * t) * 0.7978845608 * (1.0 + 0.134145 * square);
  return Gelu(0.5 * x * (1.0 + t), 0.5 * (1.0 + t + curved));
}`;

/** The value alone, for sampling. */
export const GELU_VALUE_FUNCTION = `fn geluValue(x: vec4f) -> vec4f {
  let z = clamp(0.7978845608 * x * (1.0 + 0.044715 * x * x), vec4f(-10), vec4f(10));
  return x - x / (exp(2.0 * z) + 1.0);
}`;
