// Counts what a test worker holds open outside itself, so that a test file that forgets to stop a server fails by the server's name.

const open = new Map<symbol, string>();

/** Notes a server or process as open. @returns call it when that has ended. */
export function noteOpen(name: string): () => void {
  const key = Symbol(name);
  open.set(key, name);
  return () => void open.delete(key);
}

/** Names of what is open now. */
export function openResources(): readonly string[] {
  return [...open.values()];
}
