// Where `npm start` keeps its data between starts.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeDataFolder } from '../kit/embedded-postgres/data-folder.ts';

export const DATA_FOLDER = fileURLToPath(new URL('../../.freshet/', import.meta.url));

export const postgresFolder = (dataFolder: string): string => join(dataFolder, 'postgres');

/** For `--fresh`. The database must not run. */
export async function removeData(dataFolder: string): Promise<void> {
  await removeDataFolder(postgresFolder(dataFolder));
}
