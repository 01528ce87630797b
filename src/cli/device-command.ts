/** `lab device`: what the GPU of this machine is, and whether it computes what the CPU does. */
import { parseArgs } from 'node:util';
import { endure, type Footprint } from '../runtime/device/endurance-node';
import { reportDevice, type DeviceTest } from '../runtime/device/report-node';
import { Progress } from './progress';
import { integerOption } from './usage';

export async function deviceCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, endurance: { type: 'string' } },
  });
  const progress = new Progress(process.stderr);
  if (values.endurance !== undefined) {
    const steps = integerOption('endurance', values.endurance, 1);
    const readings = await endure(steps, (reading) => progress.print(footprintText(reading)));
    if (values.json) process.stdout.write(`${JSON.stringify(readings)}\n`);
    return;
  }
  const report = await reportDevice((text) => progress.print(text));
  process.stdout.write(
    values.json
      ? `${JSON.stringify(report)}\n`
      : `${report.adapter}\n${report.tests.map(asText).join('\n')}\n`,
  );
  if (!report.passed) process.exitCode = 1;
}

function footprintText({ steps, buffers, bufferBytes, heapBytes }: Footprint): string {
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  return `${steps} steps: ${buffers} GPU buffers of ${mebibytes(bufferBytes)}, heap ${mebibytes(heapBytes)}`;
}

function asText({
  name,
  passed,
  gradientError,
  tolerance,
  worstTensor,
  sampledLogProbError,
  repeats,
}: DeviceTest) {
  const errors = `gradient error ${gradientError.toExponential(1)} (${worstTensor}), log-probability error ${sampledLogProbError.toExponential(1)}, at most ${tolerance} allowed`;
  return `${passed ? 'passed' : 'FAILED'}  ${name}: ${errors}, ${repeats ? 'repeats to the bit' : 'does not repeat'}`;
}
