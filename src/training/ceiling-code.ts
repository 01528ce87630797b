/**
 * The fitting of ceilings and its solver: code that no run needs before RL has been evaluated some
 * times, and that a page therefore does not load with the rest.
 */
export async function ceilingCode() {
  const [{ fitCeilingOrReason }, { ceilingIsKnown, DEFAULT_CEILING_RULE }] = await Promise.all([
    import('../theory/ceilings/fit'),
    import('../theory/ceiling-rule'),
  ]);
  return { fitCeilingOrReason, ceilingIsKnown, DEFAULT_CEILING_RULE };
}

/** Has it loaded ahead of time. Where that fails, whoever needs it asks again. */
export function expectCeilingCode(): void {
  ceilingCode().catch(() => undefined);
}
