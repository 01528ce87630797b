/** How much the browser lets the lab keep, and for how long. */

/** Absent in insecure contexts, whatever the types say. */
function storageManager(): StorageManager | undefined {
  return globalThis.navigator?.storage;
}

/** Bytes used and allowed; null where the browser does not tell. */
export async function storageUsage(): Promise<{ used: number; quota: number } | null> {
  const { usage, quota } = (await storageManager()?.estimate?.()) ?? {};
  return usage === undefined || quota === undefined ? null : { used: usage, quota };
}

/**
 * Asks the browser to keep what is stored even when disk space runs low; resolves to its answer.
 * Call it on the page (workers lack it), after an action of the user: some browsers ask them.
 */
export async function persistStorage(): Promise<boolean> {
  return (await storageManager()?.persist?.()) ?? false;
}
