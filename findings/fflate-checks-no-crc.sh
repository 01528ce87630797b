#!/usr/bin/env bash
# A byte that has changed inside a .zip or .gz: fflate 0.8.3, Node 20.20.
#
# Guess: both formats carry a CRC-32 of the content, so unzipSync and gunzipSync refuse, as unzip and
# gzip do.
# Seen: neither looks at it: a stored score of 95.1 that became 15.1 is returned as if nothing had
# happened. (The lab checks the CRC itself: src/files/crc32.ts.)
source "$(dirname "$0")/lib/run-node.sh" fflate@0.8.3 <<'JS'
import assert from 'node:assert/strict';
import { gunzipSync, gzipSync, strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

const text = strToU8('{"score": 95.1}');
const damage = (bytes) => {
  bytes[Buffer.from(bytes).indexOf('95.1')] = '1'.charCodeAt(0);
  return bytes;
};
const zip = damage(zipSync({ 'results.json': [text, { level: 0 }] }));
const gzip = damage(gzipSync(text, { level: 0 }));
const seen = [strFromU8(unzipSync(zip)['results.json']), strFromU8(gunzipSync(gzip))];
console.log(seen);
assert.deepEqual(seen, ['{"score": 15.1}', '{"score": 15.1}']);
JS
