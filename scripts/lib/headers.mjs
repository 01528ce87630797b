/**
 * What every answer of the lab's servers carries, and whom they answer. `scripts/pack/serve.py` has the
 * same in Python; a test compares the two.
 */

/** The page runs its own scripts and kernels, draws pictures that it has made, and talks to nobody else. */
export const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; '),
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/**
 * Isolation, which shared memory needs. A browser has it on a secure origin alone, and complains on its
 * console where it is asked for elsewhere.
 */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Names of this machine to itself. */
export const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The name in a request's Host header, without its port; empty where there is none.
 * @param {string | undefined} header
 */
export function hostName(header) {
  return (header ?? '').toLowerCase().replace(/:\d+$/, '');
}
