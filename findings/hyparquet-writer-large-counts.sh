#!/usr/bin/env bash
# A column of whole numbers beyond 32 bits (tokens, FLOPs): hyparquet-writer 0.17.0, Node 20.20.
#
# Guess: without a named type the writer looks at the values and takes INT64 or DOUBLE where INT32 is
# too small; [1, 2, 3.5] does become DOUBLE.
# Seen: whole numbers are always INT32 and the write fails: "parquet expected int32 value, got
# 40000000000". The same numbers with one fraction among them, or with type DOUBLE, are written.
source "$(dirname "$0")/lib/run-node.sh" hyparquet-writer@0.17.0 <<'JS'
import assert from 'node:assert/strict';
import { parquetWriteBuffer } from 'hyparquet-writer';

const write = (data, type) => parquetWriteBuffer({ columnData: [{ name: 'tokens', data, type }] });
assert.throws(() => write([1, 2, 4e10]), /expected int32 value, got 40000000000/);
assert.ok(write([1, 2.5, 4e10]).byteLength > 0);
assert.ok(write([1, 2, 4e10], 'DOUBLE').byteLength > 0);
console.log('whole numbers beyond 32 bits are refused unless a type is named');
JS
