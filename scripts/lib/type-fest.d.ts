/**
 * Stands for type-fest, of which workbox-build's types name one. The package itself would give the
 * whole project the newest JavaScript's types, and browsers of 2023 do not have what they promise.
 */
export type PackageJson = Record<string, unknown>;
