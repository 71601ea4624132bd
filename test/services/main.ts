// `npm run services`: brings the real servers that the tests use, without Docker, and sees each of them start.
import { Command, CommanderError } from 'commander';
import { SERVICE_NAMES } from '../support/service-paths.ts';
import { aptInstall } from './apt.ts';
import { INSTALLERS, type Installer } from './installers.ts';

const AFTER_HELP = `
Names: ${SERVICE_NAMES.join(', ')}

Examples:
  npm run services                     all of them
  npm run services -- redis kafka      only these
  npm run services -- --check          install nothing, only look and start

Exit code: 0 all work, 1 one does not, 2 wrong arguments.`;

process.exitCode = await main(process.argv);

async function main(argv: readonly string[]): Promise<number> {
  const command = new Command('npm run services --')
    .description(
      'Installs the real servers that the tests use and sees each of them start and stop.\n' +
        'Does only what is missing; works without a network after the first time; keeps its files in ~/.cache/freshet.',
    )
    .argument('[names...]', 'only these')
    .option('--check', 'install nothing, only look and start', false)
    .addHelpText('after', AFTER_HELP)
    .exitOverride();
  try {
    command.parse([...argv]);
    const unknown = command.args.filter((name) => !INSTALLERS.some((installer) => installer.name === name));
    if (unknown.length > 0) {
      command.error(`error: expected names out of ${SERVICE_NAMES.join(', ')}; got ${unknown.join(', ')}`);
    }
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2;
    throw cause;
  }
  const installers = INSTALLERS.filter(({ name }) => command.args.length === 0 || command.args.includes(name));
  return await bring(installers, command.opts<{ check: boolean }>().check ? 'check' : 'install');
}

async function bring(installers: readonly Installer[], mode: 'check' | 'install'): Promise<number> {
  const failures = new Map<string, string>();
  if (mode === 'install') await installMissing(installers, failures);
  for (const installer of installers) {
    if (failures.has(installer.name)) continue;
    await step(installer, 'works', failures, async () =>
      installer.isInstalled()
        ? await installer.verify()
        : Promise.reject(new Error('not installed. Run: npm run services')),
    );
  }
  if (failures.size === 0) {
    console.log('All of them are here and work.');
    return 0;
  }
  console.error(`\n${failures.size} of ${installers.length} do not work:`);
  for (const [name, why] of failures) console.error(`  ${name}: ${why}`);
  return 1;
}

async function installMissing(installers: readonly Installer[], failures: Map<string, string>): Promise<void> {
  const missing = installers.filter((installer) => !installer.isInstalled());
  const debian = missing.filter((installer) => installer.from.kind === 'apt');
  const packages = debian.flatMap(({ from }) => (from.kind === 'apt' ? from.packages : []));
  if (packages.length > 0) {
    // One run for all: apt-get update is most of the time.
    let why = 'unknown';
    const done = await timed(
      `apt-get install ${packages.join(' ')}`,
      () => aptInstall(packages),
      (said) => {
        why = said;
      },
    );
    if (!done) for (const { name } of debian) failures.set(name, why);
  }
  for (const installer of missing) {
    const { from } = installer;
    if (from.kind === 'own') await step(installer, 'installs', failures, () => from.install());
  }
}

async function step(
  installer: Installer,
  verb: string,
  failures: Map<string, string>,
  work: () => Promise<unknown>,
): Promise<void> {
  await timed(`${installer.title} ${verb}`, work, (why) => failures.set(installer.name, why));
}

/** Prints the line before the work and its end after it, so that a person sees what is waited for. */
async function timed(title: string, work: () => Promise<unknown>, failed: (why: string) => void): Promise<boolean> {
  const beganAt = performance.now();
  const seconds = (): string => `${((performance.now() - beganAt) / 1000).toFixed(1)} s`;
  process.stdout.write(`${title} … `);
  try {
    const seen = await work();
    process.stdout.write(`ok, ${seconds()}${typeof seen === 'string' ? ` (${seen})` : ''}\n`);
    return true;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    process.stdout.write(`FAILED after ${seconds()}\n`);
    failed(why);
    return false;
  }
}
