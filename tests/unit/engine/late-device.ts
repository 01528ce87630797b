/**
 * A device as Firefox shows it, by the calls that reading back needs: it looks whether work is done
 * when something is submitted after the question, and never by itself, so that a wait for it hangs.
 */

interface LateDevice {
  readonly device: GPUDevice;
  /** Lists of commands that were submitted: 0 for an empty submit. */
  readonly submits: number[];
}

/** @param stamps nanoseconds that its timestamp queries hold; absent where it has none */
export function lateDevice(stamps?: readonly [bigint, bigint]): LateDevice {
  const submits: number[] = [];
  const asked = new Set<() => void>();
  const done = (): Promise<undefined> =>
    new Promise((resolve) => asked.add(() => resolve(undefined)));
  const queue = {
    submit: (commands: readonly unknown[]) => {
      submits.push(commands.length);
      for (const answer of asked) answer();
      asked.clear();
    },
    onSubmittedWorkDone: done,
  };
  const buffer = ({ size }: { size: number }) => ({
    size,
    mapAsync: done,
    getMappedRange: (_: number, length: number) =>
      stamps ? new BigInt64Array(stamps).buffer : new ArrayBuffer(length),
    unmap: () => undefined,
    destroy: () => undefined,
  });
  const nothing = (): undefined => undefined;
  const device = {
    features: new Set(stamps ? ['timestamp-query'] : []),
    limits: {},
    lost: new Promise(nothing),
    queue,
    addEventListener: nothing,
    removeEventListener: nothing,
    createBuffer: buffer,
    createQuerySet: () => ({ destroy: nothing }),
    createCommandEncoder: () => ({
      beginComputePass: () => ({ end: nothing }),
      copyBufferToBuffer: nothing,
      resolveQuerySet: nothing,
      finish: () => ({}),
    }),
  };
  return { device: device as unknown as GPUDevice, submits };
}
