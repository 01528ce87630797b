#!/usr/bin/env bash
# Negative numbers in a chat template: @huggingface/jinja 0.5.11 (Node 20.20) against Jinja2 3.1 (Python).
#
# Guess: arithmetic is that of Python, as floor division is here (-7 // 2 is -4).
# Seen: the remainder has the sign of the dividend (-7 % 3 is -1, in Jinja2 2), so // and % do not fit
# each other, and int rounds down instead of toward zero (-1.5 becomes -2, in Jinja2 -1).
source "$(dirname "$0")/lib/run-node.sh" @huggingface/jinja@0.5.11 <<'JS'
import assert from 'node:assert/strict';
import { Template } from '@huggingface/jinja';

const seen = { '{{ -7 // 2 }}': ['-4', '-4'], '{{ -7 % 3 }}': ['-1', '2'], '{{ -1.5|int }}': ['-2', '-1'] };
for (const [template, [here, python]] of Object.entries(seen)) {
  const rendered = new Template(template).render({});
  console.log(template.padEnd(16), rendered.padEnd(4), 'Jinja2:', python);
  assert.equal(rendered, here);
}
JS
