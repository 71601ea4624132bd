// Installs Debian packages of real servers, when some are missing and apt-get can be used.
import { findProgram } from '../support/service-paths.ts';
import { runCommand } from './run-command.ts';

const APT_TIMEOUT_MS = 600_000;

/**
 * Installs the packages.
 * Some start a service of their own after the install: it is left as it is; the tests start servers of their own on free ports.
 * @throws {Error} with the command to run by hand, when we are not root or there is no apt-get.
 */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  const byHand = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (findProgram('apt-get') === undefined) {
    throw new Error(
      `there is no apt-get here (needed: Debian's ${packages.join(', ')}). Install them with your package manager, so that the programs are on PATH`,
    );
  }
  if (process.getuid?.() !== 0) throw new Error(`installing needs root. Run: sudo sh -c '${byHand}'`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-qq'], { env, timeoutMs: APT_TIMEOUT_MS });
  await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    env,
    timeoutMs: APT_TIMEOUT_MS,
  });
}
