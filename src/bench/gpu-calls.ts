/** Counts what a device is asked to do, whoever asks: this engine or TensorFlow.js. */

export interface GpuCalls {
  dispatches: number;
  submits: number;
  /** Bytes of buffers that live: made and not yet destroyed. */
  bufferBytes: number;
  /** The most that lived at once. */
  peakBytes: number;
  buffers: number;
}

/**
 * Counts calls on `device` from now on, by wrapping its methods.
 * @returns the counts, which go on changing
 */
export function countGpuCalls(device: GPUDevice): GpuCalls {
  const calls: GpuCalls = { dispatches: 0, submits: 0, bufferBytes: 0, peakBytes: 0, buffers: 0 };
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    calls.buffers += 1;
    calls.bufferBytes += descriptor.size;
    calls.peakBytes = Math.max(calls.peakBytes, calls.bufferBytes);
    const destroy = buffer.destroy.bind(buffer);
    let live = true;
    buffer.destroy = () => {
      if (live) {
        calls.buffers -= 1;
        calls.bufferBytes -= descriptor.size;
      }
      live = false;
      return destroy();
    };
    return buffer;
  };
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor);
    const beginComputePass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (passDescriptor) => {
      const pass = beginComputePass(passDescriptor);
      const dispatch = pass.dispatchWorkgroups.bind(pass);
      pass.dispatchWorkgroups = (x, y, z) => {
        calls.dispatches += 1;
        return dispatch(x, y, z);
      };
      return pass;
    };
    return encoder;
  };
  const submit = device.queue.submit.bind(device.queue);
  device.queue.submit = (buffers) => {
    calls.submits += 1;
    return submit(buffers);
  };
  return calls;
}
