#!/usr/bin/env node
// The command line of Freshet: every command of gateway, kit and federation, mounted on one program.

import { nodeTooOld } from './cli/node-version.ts';
import type { Mount } from './cli/program.ts';
import type { StartDeps } from './cli/start-command.ts';

/** Ms. What still holds the process after its work is done is a defect, but no reason to stay. */
const LINGER_MS = 5_000;

/** Commands that need none of the others' packages. */
const LOADED_ALONE = new Set(['start', 'config', 'purge']);

const tooOld = nodeTooOld(process.versions.node);
if (tooOld === null) await main();
else {
  process.stderr.write(`error NODE_TOO_OLD: ${tooOld}\n`);
  process.exitCode = 1;
}

/** Loads the rest only now: it would fail in some other way on an old Node.js. */
async function main(): Promise<void> {
  const { createProgram, runProgram } = await import('./cli/program.ts');
  const { processTerminal } = await import('./cli/terminal.ts');
  const { startCommand } = await import('./cli/start-command.ts');
  const { configCommand } = await import('./cli/config-command.ts');
  const { purgeCommand } = await import('./cli/purge-command.ts');
  const terminal = processTerminal();
  // The gateway itself takes most of the time to load: no other command waits for it.
  const startGateway: StartDeps['startGateway'] = async (config, log) => {
    const gateway = await import('./gateway.ts');
    return gateway.startGateway(config, log);
  };
  const program = createProgram([
    (on) => startCommand(on, { terminal, signals: process, startGateway }),
    (on) => configCommand(on, terminal),
    (on) => purgeCommand(on, terminal),
    ...(await databaseCommands(process.argv[2])),
    ...(await composerCommands(process.argv[2])),
  ]);
  process.exitCode = await runProgram(program, process.argv, terminal);
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** The commands of the subgraph kit, with PostgreSQL's client and Kafka's. */
async function databaseCommands(command: string | undefined): Promise<readonly Mount[]> {
  if (command !== undefined && LOADED_ALONE.has(command)) return [];
  const { relayCommand } = await import('../subgraphs/kit/relay-command.ts');
  const { watchCommand } = await import('../subgraphs/kit/watch-command.ts');
  return [relayCommand, watchCommand];
}

/** Apollo's composer takes 0.2 s to load and is Elastic-licensed: commands that need none do not load it. */
async function composerCommands(command: string | undefined): Promise<readonly Mount[]> {
  if (command !== undefined && (LOADED_ALONE.has(command) || command === 'relay' || command === 'watch')) return [];
  const { composeCommand } = await import('./federation/compose-command.ts');
  return [composeCommand];
}
