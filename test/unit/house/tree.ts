// Reads a checkout: its files that git knows or would know, their text and what they import of each other.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Import, importsOf, whyUnreadable } from './imports.ts';

export interface SourceFile {
  /** From the top of the checkout, with slashes: `gateway/cache/ring.ts`. */
  readonly path: string;
  readonly text: string;
  /** Of TypeScript files only. */
  readonly imports: readonly ResolvedImport[];
  /** Why it cannot be parsed; then its imports are not known. */
  readonly broken?: string;
}

export interface ResolvedImport extends Import {
  readonly target:
    | { readonly kind: 'ours'; readonly path: string }
    | { readonly kind: 'package'; readonly name: string }
    | { readonly kind: 'node' };
}

/** One broken rule: which file, where in it, what it did, and what the rule says. */
export interface Offence {
  readonly path: string;
  readonly line?: number;
  readonly did: string;
  readonly rule: string;
}

const ROOMS = ['gateway', 'subgraphs', 'schema', 'test'];
const TEXT_FILE = /(\.(ts|sql|graphql|ya?ml|md|sh|json)|Dockerfile)$/;

/** Every text file of the rooms. @param top folder of the checkout. */
export function readTree(top: string): SourceFile[] {
  return listFiles(top)
    .filter((path) => ROOMS.includes(path.split('/')[0] ?? '') && path.includes('/') && TEXT_FILE.test(path))
    .map((path) => readSource(top, path));
}

/** Names at the top of the checkout, without what git ignores. */
export function topLevelNames(top: string): string[] {
  return [...new Set(listFiles(top).map((path) => path.split('/')[0] ?? ''))].sort();
}

/** `gateway/a.ts:3 imports gateway/b.ts: why not`. */
export function describeOffence(offence: Offence): string {
  const where = offence.line === undefined ? offence.path : `${offence.path}:${offence.line}`;
  return `${where} ${offence.did}: ${offence.rule}`;
}

function readSource(top: string, path: string): SourceFile {
  const text = readFileSync(join(top, path), 'utf8');
  if (!path.endsWith('.ts')) return { path, text, imports: [] };
  const broken = whyUnreadable(text, path);
  if (broken !== undefined) return { path, text, imports: [], broken };
  return { path, text, imports: importsOf(text, path).map((found) => resolveImport(path, found)) };
}

function resolveImport(from: string, found: Import): ResolvedImport {
  const { specifier } = found;
  if (specifier.startsWith('.')) {
    return { ...found, target: { kind: 'ours', path: posix.join(posix.dirname(from), specifier) } };
  }
  if (specifier.startsWith('node:')) return { ...found, target: { kind: 'node' } };
  const parts = specifier.split('/');
  return { ...found, target: { kind: 'package', name: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') } };
}

function listFiles(top: string): string[] {
  if (!existsSync(join(top, '.git'))) return walk(top, '');
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: top,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  // A file may be deleted and not yet committed so.
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(top, path)));
}

function walk(top: string, folder: string): string[] {
  return readdirSync(join(top, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.name === 'node_modules' || entry.name === '.git') return [];
    return entry.isDirectory() ? walk(top, path) : [path];
  });
}
