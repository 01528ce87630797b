/** Why a run has its engine, and the GPU its kernels. */
import type { GpuReport } from '../../../engine/gpu-report';
import {
  describeTuning,
  precisionOf,
  usesHalf,
  type GpuTuning,
  type KnownTuning,
} from '../../../engine/gpu-tuning';
import type {
  ChoiceReason,
  EngineReason,
  MadeTuning,
  MatrixFault,
  TuningReason,
} from '../../../engine/reasons';
import { wrongNumbers } from '../engine-errors';
import { failureSentence } from '../../../sentences';

/** Why a run has its engine, in a few sentences. */
export function engineSentences(report: {
  readonly reason: EngineReason;
  readonly gpu?: GpuReport;
}): string {
  const { reason, gpu } = report;
  const chosen = choiceSentences(reason.choice);
  if (!gpu || !reason.tuning) return chosen;
  const { gradientError, sampledLogProbError } = gpu.selfTest;
  const passed = `It passed its self-test (gradient error ${gradientError.toExponential(0)}, log-probability error ${sampledLogProbError.toExponential(0)}).`;
  return `${chosen} ${passed} ${tuningSentences(gpu, reason.tuning)}`;
}

/** Why an engine was chosen. */
export function choiceSentences(choice: readonly ChoiceReason[]): string {
  return choice.map(choiceSentence).join(' ');
}

function choiceSentence(reason: ChoiceReason): string {
  switch (reason.because) {
    case 'asked':
      return 'Chosen by hand.';
    case 'begun':
      return 'The run continues with the engine it started with.';
    case 'lost':
      return `The run began with the engine ${reason.engine}, which is not available here.`;
    case 'refused':
      return `The engine ${reason.engine} was refused: ${failureSentence(reason.problem)}`;
    case 'given-up':
      return `The GPU failed ${reason.times} times without reaching a checkpoint in between: ${failureSentence(reason.problem)}`;
    case 'gpu':
      return `Chosen automatically: ${reason.adapter} is a GPU.`;
    case 'software':
      return `Chosen automatically: the WebGPU adapter ${reason.adapter} is a software adapter, which is slower.`;
    case 'no-adapter':
      return 'Chosen automatically: this device offers no WebGPU adapter.';
    case 'no-simd':
      return 'Chosen automatically: this device has no WebAssembly SIMD, which the engine wasm needs.';
    case 'self-test':
      return 'This GPU failed its self-test.';
    case 'next':
      return 'Chosen automatically.';
    case 'told':
      return reason.text;
    default:
      return reason satisfies never;
  }
}

const KEPT: Readonly<Record<KnownTuning['source'], string>> = {
  run: 'as in the run so far',
  configuration: 'as the configuration says',
  earlier: 'as timed on this adapter before',
};

/** Which code makes the products, why that one, and what that changes. */
export function tuningSentences(
  { adapter, tuning }: GpuTuning,
  { origin, missed }: TuningReason,
): string {
  const from = typeof origin === 'string' ? KEPT[origin] : madeWords(origin);
  const sentence = `Matrix products: ${describeTuning(tuning)}, ${from}.`;
  if (!missed) return sentence;
  const expects = missed.source === 'run' ? 'The run so far had' : 'The configuration names';
  const whose =
    missed.adapter !== adapter
      ? `those of another adapter, ${missed.adapter}`
      : precisionOf(missed.tuning) === precisionOf(tuning)
        ? 'others, which this device does not offer now'
        : `those of another precision, ${precisionOf(missed.tuning)}`;
  const digits = usesHalf(tuning) === usesHalf(missed.tuning) ? 'last bits' : 'later digits';
  return `${sentence} ${expects} ${whose} (${describeTuning(missed.tuning)}): the ${digits} of all numbers may differ.`;
}

function madeWords({ timed, lacksHalf, withoutMatrix }: MadeTuning): string {
  const how =
    timed === null
      ? 'the usual ones of a software adapter'
      : `the fastest of ${timed} variants, timed just now`;
  const half = lacksHalf ? ' (this GPU has no 16-bit floats)' : '';
  return `${how}${half}${withoutMatrix ? `, without the matrix units: ${faultWords(withoutMatrix)}` : ''}`;
}

function faultWords(fault: MatrixFault): string {
  return fault.because === 'wrong'
    ? wrongNumbers(fault)
    : failureSentence(fault.problem).replace(/\.$/, '');
}
