// Closes what was opened, the last first, all of it whatever happens.

export type Closer = () => Promise<unknown> | unknown;

/** Empties the list: a second call closes nothing twice. @throws {AggregateError} after all were tried, for those that failed */
export async function closeInReverse(closers: Closer[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `expected to close everything, ${failures.length} parts failed`);
}
