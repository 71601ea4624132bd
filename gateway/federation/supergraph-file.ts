// The supergraph in a file: read at start, read again when it changes.

import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { GatewayError } from '../errors.ts';

/** @throws {GatewayError} SUPERGRAPH_UNREADABLE */
export async function readSupergraphFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new GatewayError('SUPERGRAPH_UNREADABLE', `expected a supergraph in ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Ms. An editor and a mounted config map write a file in several steps. */
const SETTLE_MS = 100;

/**
 * Calls `changed` after the file was written or replaced. Watches its folder, since a replaced file is another file.
 * @returns how to stop
 */
export function watchSupergraphFile(path: string, changed: () => void, failed: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher;
  const name = basename(path);
  try {
    watcher = watch(dirname(path), { persistent: false }, (_event, file) => {
      // A mounted config map changes a link beside the file, under another name.
      if (file !== null && file !== name && !file.startsWith('..')) return;
      clearTimeout(timer);
      timer = setTimeout(changed, SETTLE_MS);
      timer.unref();
    });
  } catch (error) {
    failed(error);
    return () => undefined;
  }
  watcher.on('error', failed);
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
