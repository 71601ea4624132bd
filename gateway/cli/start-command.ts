// `freshet start`: the gateway alone, in front of any federation 2 subgraphs.

import type { Command } from 'commander';
import type { Config } from '../config.ts';
import { createLog, type Logger } from '../telemetry/logs.ts';
import { type ConfigOptions, configOf, withConfigOptions } from './config-options.ts';
import { type SignalSource, stopSignal } from './stop-signals.ts';
import type { Terminal } from './terminal.ts';

export interface RunningGateway {
  /** Such as `http://127.0.0.1:4000`. */
  readonly publicOrigin: string;
  readonly managementOrigin: string;
  /** Rejects when the gateway cannot go on: the process ends, to be started anew. Never resolves. */
  readonly failed: Promise<never>;
  /** Drains and closes everything within the limits of the config. */
  stop(): Promise<void>;
}

export interface StartDeps {
  readonly terminal: Terminal;
  readonly signals: SignalSource;
  /** Rejects with nothing left running. */
  readonly startGateway: (config: Config, log: Logger) => Promise<RunningGateway>;
}

const EXAMPLE = `
Example:
  $ freshet start --supergraph supergraph.graphql --port 4000
  $ freshet start --config freshet.yaml
`;

export function startCommand(program: Command, deps: StartDeps): void {
  withConfigOptions(program.command('start'))
    .description('run the gateway in front of the subgraphs that a supergraph names')
    .addHelpText('after', EXAMPLE)
    .action((options: ConfigOptions) => start(options, deps));
}

async function start(options: ConfigOptions, { terminal, signals, startGateway }: StartDeps): Promise<void> {
  const config = await configOf(options, terminal);
  const log = createLog({ level: config.logLevel, stream: process.stderr, colours: terminal.colours });
  const stopped = stopSignal(signals);
  const gateway = await startGateway(config, log);
  terminal.say(`management at ${gateway.managementOrigin} (/metrics, /readyz)`);
  terminal.say(`freshet ready at ${gateway.publicOrigin}/graphql`);
  try {
    const signal = await Promise.race([stopped, gateway.failed]);
    log.info({ signal }, 'stopping: requests that are running may end');
  } finally {
    await gateway.stop();
  }
}
