// `freshet config`: check the config, show what is in force, or describe the file for editors.

import type { Command } from 'commander';
import { printConfig } from '../config/print.ts';
import { configJsonSchema } from '../config/schema.ts';
import { type ConfigOptions, configOf, withConfigOptions } from './config-options.ts';
import type { Terminal } from './terminal.ts';

const EXAMPLE = `
Example:
  $ freshet config --config freshet.yaml --print
  $ freshet config --json-schema > freshet.schema.json

In freshet.yaml the first line then may be:
  # yaml-language-server: $schema=./freshet.schema.json
`;

interface ConfigCommandOptions extends ConfigOptions {
  readonly print?: true;
  readonly jsonSchema?: true;
}

export function configCommand(program: Command, terminal: Terminal): void {
  withConfigOptions(program.command('config'))
    .description('check the config; print what is in force, or the JSON Schema of freshet.yaml')
    .option('--print', 'print the whole config as it is in force, without secrets')
    .option('--json-schema', 'print the JSON Schema of freshet.yaml')
    .addHelpText('after', EXAMPLE)
    .action(async ({ print, jsonSchema, ...options }: ConfigCommandOptions) => {
      if (jsonSchema) return terminal.say(JSON.stringify(configJsonSchema(), null, 2));
      const config = await configOf(options, terminal);
      terminal.say(
        print
          ? printConfig(config).trimEnd()
          : `The config is valid${options.config === undefined ? '' : `: ${options.config}`}`,
      );
    });
}
