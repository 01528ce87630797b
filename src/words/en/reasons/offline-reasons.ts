/** Why the lab is not kept for use without a network. */
import type { OfflineFault } from '../../../offline/protocol';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Why a version could not be kept, what is lost, and what helps. */
export function offlineSentence(fault: OfflineFault): string {
  switch (fault.because) {
    case 'quota':
      return `The lab’s files have ${megabytes(fault.needed)}, and this browser ${
        // What browsers tell of their room is an estimate, and may deny what has just happened.
        fault.room === null || fault.room >= fault.needed
          ? 'has no room for them'
          : `gives ${megabytes(fault.room)}`
      }. Delete runs or sets that are not needed, or free space on the disk, then try again.`;
    case 'file':
      return `${fault.path} could not be fetched: ${
        fault.status === null ? 'the host did not answer' : `the host answers ${fault.status}`
      }. What was fetched before it is kept; try again when the host can be reached.`;
    case 'refused':
      return `This browser does not keep the lab: ${fault.reason}`;
    case 'evicted':
      return `The browser has deleted ${fault.files} of the lab’s files. Try again to fetch them while the host can be reached.`;
    default:
      return fault satisfies never;
  }
}
