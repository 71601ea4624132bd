// The command line as a whole: commands are mounted on it by whoever has them.

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { complainOf, type Terminal } from './terminal.ts';

/** Adds one command to the program. */
export type Mount = (program: Command) => void;

/** A wrong flag or command names the nearest right one and ends with 1; `--help` of each command has an example. */
export function createProgram(mounts: readonly Mount[]): Command {
  const program = new Command('freshet')
    .description('A GraphQL data layer with a caching federation gateway that is provably fresh')
    .version(version(), '-v, --version')
    .showHelpAfterError('(add --help for options and an example)')
    .addHelpText('after', '\nExample:\n  $ freshet start --supergraph supergraph.graphql\n');
  for (const mount of mounts) mount(program);
  return program;
}

/** Runs a command line. @returns the exit code; commander ends the process itself for help, version and wrong usage */
export async function runProgram(program: Command, argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    complainOf(error, terminal);
    return 1;
  }
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
