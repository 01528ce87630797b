#!/usr/bin/env bash
# Values in a chat template: @huggingface/jinja 0.5.11 (Node 20.20) against Jinja2 3.1 (Python).
#
# Guess: a template that ships with a model renders to the same prompt in a page as in TRL or vLLM,
# which use Jinja2.
# Seen: values print as JavaScript would: `true` for True, nothing for None, `1` for 1.0 in a
# concatenation or in tojson, and a list is JSON instead of a repr. "Jinja2" below is what Jinja2 3.1.6
# with the sandbox and tojson of transformers gives. A prompt that says "thinking: True" in training
# says "thinking: true" in the browser.
source "$(dirname "$0")/lib/run-node.sh" @huggingface/jinja@0.5.11 <<'JS'
import assert from 'node:assert/strict';
import { Template } from '@huggingface/jinja';

/** template: what it gives here, and what Jinja2 gives */
const seen = {
  'thinking: {{ true }}': ['thinking: true', 'thinking: True'],
  'budget: {{ none }}': ['budget: ', 'budget: None'],
  "{{ 'x' ~ 1.0 }}": ['x1', 'x1.0'],
  '{{ [1.0]|tojson }}': ['[1]', '[1.0]'],
  "{{ ['a', true] }}": ['["a", true]', "['a', True]"],
  "{{ \"it's john\"|title }}": ["It'S John", "It's John"],
};
for (const [template, [here, python]] of Object.entries(seen)) {
  const rendered = new Template(template).render({});
  console.log(template.padEnd(28), JSON.stringify(rendered).padEnd(20), 'Jinja2:', python);
  assert.equal(rendered, here);
}
JS
