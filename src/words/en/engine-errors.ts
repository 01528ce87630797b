import type { Failure } from '../../schema/pieces';
import { failureSentence } from '../../sentences';
import { counted } from './counted';

/** The numbers of a self-test that was not passed. */
interface WrongNumbers {
  gradientError: number;
  sampledLogProbError: number;
  tolerance: number;
  worstTensor: string;
  repeats: boolean;
}

/** What is wrong with a GPU's numbers, without a full stop. */
export function wrongNumbers(facts: WrongNumbers): string {
  const { worstTensor, tolerance, repeats } = facts;
  const [gradient, logProb] = [facts.gradientError, facts.sampledLogProbError].map((error) =>
    error.toExponential(1),
  );
  return `This GPU computes wrong numbers: gradient error ${gradient} in ${worstTensor}, log-probability error ${logProb} (at most ${tolerance} is allowed), ${repeats ? 'repeatable' : 'not repeatable'}`;
}

/** What an engine or its device cannot do. */
export const ENGINE_ERRORS = {
  'engine/jax-type': () => 'jax-js returned numbers of a type that the benchmark does not know.',
  'engine/jax-backend': ({ backend }: { backend: string }) =>
    `jax-js could not start its backend ${backend} on this device.`,
  'engine/jax-empty': () => 'The model of jax-js has no parameters yet: load them first.',
  'engine/tfjs-webgpu': () => 'TensorFlow.js could not start its WebGPU backend on this device.',
  'engine/token-id': ({
    what,
    index,
    id,
    largest,
  }: {
    what: string;
    index: number;
    id: number;
    largest: number;
  }) =>
    `${what} ${index} is id ${id}; the vocabulary has ids 0 to ${largest}. Encode the text with the model's own tokenizer.`,
  'engine/length': ({ what, has, expected }: { what: string; has: number; expected: number }) =>
    `${what} has ${counted(has, 'entry', 'entries')}; ${expected} were expected.`,
  'engine/batch-rows': ({ rows }: { rows: number }) =>
    `The batch has ${counted(rows, 'row')}; it needs at least 1.`,
  'engine/batch-length': ({ length, context }: { length: number; context: number }) =>
    `The batch is ${counted(length, 'token')} long; the model's context allows 1 to ${context}.`,
  'engine/shaping': ({ gamma }: { gamma: number }) =>
    `The shaping constant γ is ${gamma}; it must be above 0 (LUFFY uses 0.1).`,
  'engine/no-prompts': ({ rows }: { rows: number }) =>
    `The request has ${counted(rows, 'prompt')}; it needs at least 1.`,
  'engine/sample-length': ({
    promptLength,
    maxNewTokens,
    context,
  }: {
    promptLength: number;
    maxNewTokens: number;
    context: number;
  }) =>
    `${counted(promptLength, 'prompt token')} and ${maxNewTokens} new ones were asked for; both must be at least 1 and together at most the context of ${context}.`,
  'engine/temperature': ({ temperature }: { temperature: number }) =>
    `The temperature is ${temperature}; it must be 0 (greedy) or above.`,
  'engine/policy-temperature': ({ temperature }: { temperature: number }) =>
    `The policy’s temperature is ${temperature}; it must be above 0, such as 1.`,
  'engine/prompt-length': ({ length, most }: { length: number; most: number }) =>
    `A prompt is ${counted(length, 'token')} long; 1 to ${most} are allowed.`,
  'engine/not-finite': ({ what, value, index }: { what: string; value: number; index: number }) =>
    `${what} holds ${value} at index ${index}.`,
  'engine/optimizer-step': ({ step }: { step: number }) =>
    `The optimizer's step is ${step}; it must be 0 or above.`,
  'engine/no-start': ({ engine, seconds }: { engine: string; seconds: number }) =>
    `The engine ${engine} did not start: it gave no sign for ${counted(seconds, 'second')}. Choose another engine, or load the page again.`,
  'engine/tfjs-backend': ({ backend }: { backend: string }) =>
    `TensorFlow.js could not start its backend ${backend} on this device. Choose another backend (webgpu, wasm or cpu), or the engine wasm.`,
  'engine/tfjs-node': () =>
    'The engine tfjs was asked for on webgpu, which Node does not have. Choose wasm or cpu, or run in a browser.',
  'engine/disposed': () => 'The engine has been disposed of; create a new one.',
  'engine/wasm-memory': ({ mebibytes, more }: { mebibytes: number; more: number }) =>
    `The step needs ${mebibytes} MiB of memory (${more} MiB more than there is). WebAssembly allows at most 4096 MiB, and this device may allow less. Use a smaller batch, context or model.`,
  'engine/kernels-http': ({ address, status }: { address: string; status: number }) =>
    `The kernels ${address} could not be loaded (HTTP ${status}). Is the lab served in full?`,
  'engine/kernels-missing': ({ file }: { file: string }) =>
    `${file} is missing. Run \`node scripts/build-wasm.mjs\` in the repository.`,
  'engine/gpu-limits': ({
    name,
    offered,
    needed,
  }: {
    name: string;
    offered: number;
    needed: number;
  }) =>
    `The GPU allows ${name} = ${offered}; the engine needs ${needed}. Use the wasm engine on this device.`,
  'engine/gpu-lost': ({ message }: { message: string }) =>
    `The GPU was lost${message ? ` (${message})` : ''}.`,
  'engine/gpu-error': ({ message }: { message: string }) => `The GPU reported an error: ${message}`,
  'engine/gpu-silent': ({ message }: { message: string }) => `The GPU did not answer: ${message}`,
  'engine/gpu-memory': ({ detail }: { detail: string }) =>
    `The GPU has no room for the buffers (${detail}). Use a smaller batch, context or model.`,
  'engine/dawn': ({ reason }: { reason: string }) =>
    `The package "webgpu" (Dawn for Node) cannot be loaded: ${reason}. Use the wasm engine.`,
  'engine/gpu-buffer': ({ label, needs, limit }: { label: string; needs: string; limit: string }) =>
    `The GPU buffer "${label}" needs ${needs}; this device allows ${limit}. Use a smaller batch, context or model.`,
  'engine/tuning-incomplete': ({ text }: { text: string }) =>
    `${text} is incomplete: forward, backward and weights each need a tile of 32 or 64 and shared (true with half or matrix), and weightWorkgroups an integer from 1. Leave it out to measure it again.`,
  'engine/tuning-unavailable': ({ text }: { text: string }) =>
    `${text} needs 16-bit floats or matrix units that this device does not offer. Leave it out to measure it again.`,
  'engine/gpu-kernel': ({ kernel, reason }: { kernel: string; reason: string }) =>
    `The GPU kernel "${kernel}" does not compile here: ${reason}`,
  'engine/gpu-wrong': (facts: WrongNumbers) => `${wrongNumbers(facts)}. Use the wasm engine.`,
  'engine/gpu-given-up': ({ times, why }: { times: number; why: Failure }) =>
    `The GPU failed ${times} times without reaching a checkpoint in between: ${failureSentence(why)} Choose the engine wasm, or leave the choice to the lab.`,
  'engine/no-adapter': () =>
    'WebGPU finds no adapter on this device: its graphics driver may be missing or blocked. Use the wasm engine.',
  'engine/no-webgpu': () =>
    'This browser has no WebGPU. Use the wasm engine, or a current Chrome, Edge, Safari or Firefox.',
  'engine/asked-tfjs-webgpu': () =>
    'The engine tfjs was asked for on webgpu, but this device offers no WebGPU adapter. Choose tfjs on wasm or cpu, or the engine wasm.',
  'engine/asked-webgpu': () =>
    'The engine webgpu was asked for, but this device offers no WebGPU adapter. Choose the engine wasm.',
  'engine/asked-wasm': () =>
    'The engine wasm was asked for, but this device has no WebAssembly SIMD. Choose tfjs, or a browser of 2023 or later.',
};
