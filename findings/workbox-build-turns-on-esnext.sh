#!/usr/bin/env bash
# Types of a build tool: workbox-build 7.4.1 (with type-fest 0.16) under typescript 6.0.3.
#
# Guess: to import a function's types changes nothing for the rest of a project: with "lib": ["ES2022"]
# an API of a later year, such as Iterator.prototype.map, stays an error.
# Seen: type-fest's declarations ask for the library "esnext", and that holds for the whole program: the
# same line in another file is an error without the import and passes with it.
source "$(dirname "$0")/lib/run-node.sh" workbox-build@7.4.1 typescript@6.0.3 <<'JS'
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const options = { lib: ['ES2022'], module: 'nodenext', noEmit: true, skipLibCheck: true, strict: true, types: [] };
writeFileSync('tsconfig.json', JSON.stringify({ compilerOptions: options, files: ['other.ts', 'tool.ts'] }));
writeFileSync('other.ts', 'export const doubled = [1, 2].values().map((n: number) => 2 * n);\n');

const complains = (tool) => {
  writeFileSync('tool.ts', tool);
  const { stdout } = spawnSync('npx', ['tsc', '-p', '.'], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.startsWith('other.ts'));
};
const without = complains('export {};\n');
const withTypes = complains("import type { GenerateSWOptions } from 'workbox-build';\nexport type Options = GenerateSWOptions;\n");
console.log('without the import:', without.join(' '));
console.log('with it:', withTypes.join(' ') || 'no error');
assert.equal(without.length, 1);
assert.equal(withTypes.length, 0);
JS
