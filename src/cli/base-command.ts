/** `lab base PRESET`: pre-trains a base model and writes it as a safetensors file. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeCheckpoint } from '../model/checkpoint';
import { nodeEngine } from '../runtime/engines/engine-node';
import { pretrainBase } from '../training/base';
import { presetNamed } from '../training/configuration/presets';
import { onlyArgument, textOptions } from './usage';
import { toDecimals } from '../rounding';

/** Progress is printed this often, in steps. */
const REPORT_EVERY = 50;

export async function baseCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: textOptions('out'),
  });
  const preset = presetNamed(onlyArgument('base', 'one preset', positionals));
  const out = values.out ?? `public/base/${preset.base.name}.safetensors`;
  const { engine } = await nodeEngine(preset.config.model, { name: 'wasm', backend: null });
  const training = pretrainBase(preset, engine);
  let next = await training.next();
  for (; !next.done; next = await training.next()) {
    const { step, steps, loss } = next.value;
    if (step % REPORT_EVERY === 0) {
      process.stderr.write(`step ${step}/${steps}, loss ${toDecimals(loss, 4)}\n`);
    }
  }
  const { parameters, flops, benchmark } = next.value;
  const bytes = encodeCheckpoint({
    config: preset.config.model,
    parameters,
    extra: [],
    info: { recipe: preset.base, task: preset.config.task, flops, benchmark },
  });
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, bytes);
  const levels = benchmark.perLevel.map((p) => toDecimals(p, 1)).join(' / ');
  process.stdout.write(
    `${out}: ${parameters.length} parameters, ${flops.toExponential(2)} FLOPs, benchmark ${toDecimals(benchmark.score, 1)} (${levels})\n`,
  );
  engine.dispose();
}
