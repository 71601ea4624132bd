// Brings the peers from npm into a folder of their own, once: the product's own packages stay as they are.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../../.freshet/bench-peers', import.meta.url));
/** They say what is installed. */
const PACKAGE_FILES = ['package.json', 'package-lock.json', '.npmrc'];
/** They import the peers' packages, so they run where those are. */
const PROGRAMS = ['apollo.mjs', 'entity-cache.mjs', 'hive.config.mjs'];
/** Holds the digest of what was installed whole. */
const STAMP = 'installed';

/** @returns the folder. With the same lock as the last time nothing is asked of npm. @throws {Error} when npm fails */
export async function installPeers(say: (step: string) => void): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of [...PACKAGE_FILES, ...PROGRAMS]) copyFileSync(join(HERE, name), join(FOLDER, name));
  const digest = createHash('sha256');
  for (const name of PACKAGE_FILES) digest.update(readFileSync(join(HERE, name)));
  const wanted = digest.digest('hex');
  const stamp = join(FOLDER, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return FOLDER;
  say('installing the peers from npm into .freshet/bench-peers (1,000 packages, one to three minutes, once)');
  writeFileSync(stamp, 'not whole');
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'], FOLDER);
  writeFileSync(stamp, wanted);
  return FOLDER;
}

/** The npm that runs us, else the one on the PATH. */
function npm(args: readonly string[], cwd: string): Promise<void> {
  const program = process.env.npm_execpath;
  const [command, first] = program === undefined ? ['npm', []] : [process.execPath, [program]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', (cause) => reject(new Error('Expected npm, to install the peers of the benchmark', { cause })));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Expected npm to install the peers of the benchmark, it ended with ${code}`));
    });
  });
}
