#!/usr/bin/env bash
# A .gz file of several members, such as `cat monday.jsonl.gz tuesday.jsonl.gz`: fflate 0.8.3, Node 20.20.
#
# Guess: RFC 1952 allows it and gzip, zlib and DecompressionStream read all members, so gunzipSync does.
# Seen: gunzipSync returns the first member alone, without an error; the streaming Gunzip of the same
# library returns all of them. A log that was compressed day by day ends after its first day.
source "$(dirname "$0")/lib/run-node.sh" fflate@0.8.3 <<'JS'
import assert from 'node:assert/strict';
import { Gunzip, gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate';

const file = Buffer.concat([gzipSync(strToU8('{"step":1}\n')), gzipSync(strToU8('{"step":2}\n'))]);
const whole = strFromU8(gunzipSync(file));
let streamed = '';
new Gunzip((chunk) => (streamed += strFromU8(chunk))).push(new Uint8Array(file), true);
console.log({ whole, streamed });
assert.equal(whole, '{"step":1}\n');
assert.equal(streamed, '{"step":1}\n{"step":2}\n');
JS
