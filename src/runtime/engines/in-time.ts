/** Engines that do not come up: a start that neither ends nor tells of a next step is not waited for. */
import { LabError } from '../../errors';

/** Seconds without a word after which a start is given up; a GPU's kernels are told of one by one. */
const MOST_SECONDS = 60;

/**
 * Starts an engine.
 * @param engine its name, for people
 * @param start calls what it is given at each step of the start
 * @throws LabError `engine/no-start` where it is not there in time, and whatever the start throws
 */
export async function startInTime<T>(
  engine: string,
  start: (heard: () => void) => Promise<T>,
): Promise<T> {
  // Seconds are counted one by one: a machine that sleeps, or a start that blocks, loses one at most.
  let silent = 0;
  let timer: ReturnType<typeof setInterval>;
  const late = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      silent += 1;
      if (silent < MOST_SECONDS) return;
      reject(new LabError('engine/no-start', { engine, seconds: MOST_SECONDS }));
    }, 1000);
  });
  try {
    return await Promise.race([start(() => (silent = 0)), late]);
  } finally {
    clearInterval(timer!);
  }
}
