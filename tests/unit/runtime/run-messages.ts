import type { TimedEvent } from '../../../src/runtime/stores/runs';
import type { TrainerMessage } from '../../../src/runtime/runs/api';

/** The run's log as a page would put it together from the messages. */
export function logOf(messages: readonly TrainerMessage[]): TimedEvent[] {
  const log: TimedEvent[] = [];
  for (const message of messages) {
    if (message.type !== 'events') continue;
    log.length = message.first;
    log.push(...message.events);
  }
  return log;
}
