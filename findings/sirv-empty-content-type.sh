#!/usr/bin/env bash
# A static server and a weight file: sirv 3.0.2 (Node 20.20).
#
# Guess: a file of a kind that the server does not know is sent as application/octet-stream, or without
# a Content-Type, which says "unknown".
# Seen: it is sent with a Content-Type that is there and empty, for .safetensors as for any unknown ending.
source "$(dirname "$0")/lib/run-node.sh" sirv@3.0.2 <<'JS'
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import sirv from 'sirv';

mkdirSync('served');
for (const name of ['base.safetensors', 'base.json']) writeFileSync(`served/${name}`, '{}');
const server = createServer(sirv('served')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const typeOf = async (name) => {
  const { headers } = await fetch(`http://127.0.0.1:${server.address().port}/${name}`);
  return headers.get('content-type');
};
const [weights, json] = [await typeOf('base.safetensors'), await typeOf('base.json')];
server.close();
console.log(JSON.stringify({ weights, json }));
assert.equal(json, 'application/json');
assert.equal(weights, '');
JS
