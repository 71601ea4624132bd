// Where `npm start` keeps its data between starts.

import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeDataFolder } from '../kit/embedded-postgres/data-folder.ts';
import { holderOf } from '../kit/embedded-postgres/lock-file.ts';

export const DATA_FOLDER = fileURLToPath(new URL('../../.freshet/', import.meta.url));

export const postgresFolder = (dataFolder: string): string => join(dataFolder, 'postgres');

/** For `--fresh`. @throws {Error} while a database runs on it */
export async function removeData(dataFolder: string): Promise<void> {
  const folder = postgresFolder(dataFolder);
  const holder = existsSync(folder) ? holderOf(realpathSync(folder)) : null;
  if (holder !== null && holder.kind !== 'nobody') {
    throw new Error(
      `Expected the data folder ${folder} to be free before it is removed, it is in use by a running PostgreSQL (pid ${holder.pid}). Is freshet running already? Stop that one first, or give this one another folder with --data.`,
    );
  }
  await removeDataFolder(folder);
}
