/** What chance explains. */
import { toDecimals } from '../../rounding';

/** Of a miss that is no larger than `luck`, in points. */
export function withinLuck(luck: number): string {
  return `That is within the ${toDecimals(luck, 1)} points that luck explains.`;
}
