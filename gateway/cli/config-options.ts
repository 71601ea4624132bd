// The options by which a command is told its config, the same wherever one is needed.

import type { Command } from 'commander';
import { type Config, loadConfig } from '../config.ts';
import type { Terminal } from './terminal.ts';

export interface ConfigOptions {
  readonly supergraph?: string;
  readonly config?: string;
  readonly port?: string;
  readonly managementPort?: string;
  readonly logLevel?: string;
}

/** Adds them to a command. */
export function withConfigOptions(command: Command): Command {
  return command
    .option('-s, --supergraph <file>', 'the supergraph, as composed by any federation 2 composer')
    .option('-c, --config <file>', 'freshet.yaml; its settings are listed by: freshet config --json-schema')
    .option('-p, --port <n>', 'public port, 0 picks a free one (default: 4000)')
    .option('--management-port <n>', 'port of metrics, health and invalidation (default: 4001)')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent (default: info)');
}

/** @throws {GatewayError} CONFIG_UNREADABLE, CONFIG_INVALID */
export function configOf({ config, ...flags }: ConfigOptions, { env, cwd }: Terminal): Promise<Config> {
  return loadConfig(config ?? null, { env, flags, cwd });
}
