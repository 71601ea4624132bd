// Where `npm start` keeps its data between starts.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const DATA_FOLDER = fileURLToPath(new URL('../../.freshet/', import.meta.url));

export const postgresFolder = (dataFolder: string): string => join(dataFolder, 'postgres');

/** For `--fresh`. The database must not run. */
export async function removeData(dataFolder: string): Promise<void> {
  await rm(postgresFolder(dataFolder), { recursive: true, force: true });
}
