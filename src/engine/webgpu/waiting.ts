/** Waiting for a device: promises of its queue, in every browser as soon as the work is done. */

/** Milliseconds between two looks; browsers make it four after a few. */
const LOOK_EVERY = 1;

/**
 * Waits for `promise`, which a device settles when its work is done: `mapAsync` or
 * `onSubmittedWorkDone`. Firefox looks whether work is done when something is submitted, and else
 * about every 100 ms: empty submits while the promise is pending make it look.
 */
export async function whenDone<T>({ queue }: GPUDevice, promise: Promise<T>): Promise<T> {
  const look = setInterval(() => queue.submit([]), LOOK_EVERY);
  try {
    return await promise;
  } finally {
    clearInterval(look);
  }
}
