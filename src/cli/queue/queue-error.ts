/** A queue that cannot be used as asked. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
}
