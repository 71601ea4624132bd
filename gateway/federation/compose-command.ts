// `freshet compose`: subgraph schemas from files into one supergraph file, or a check that the file is up to date.

import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { composeSupergraph, type SubgraphSource } from './compose.ts';

interface ComposeFlags {
  readonly out?: string;
  readonly check?: true;
}

/** Exit codes of commands for CI. */
const WRONG = 1;
const COULD_NOT_RUN = 2;

/** Adds the command to a program. */
export function composeCommand(program: Command): void {
  program
    .command('compose')
    .description('Composes the schemas of subgraphs into a supergraph.')
    .argument('<subgraphs...>', 'each as NAME=FILE@URL: its name, its schema, where the gateway reaches it')
    .option('--out <file>', 'write the supergraph there; without it, to stdout')
    .option('--check', 'write nothing: exit with 1 when the file of --out is not what the schemas compose to')
    .addHelpText(
      'after',
      '\nExample: freshet compose catalog=schema/catalog.graphql@http://127.0.0.1:4102/graphql --out schema/supergraph.graphql',
    )
    .action((subgraphs: readonly string[], flags: ComposeFlags, command: Command) =>
      compose(subgraphs, flags, command),
    );
}

function compose(subgraphs: readonly string[], flags: ComposeFlags, command: Command): void {
  if (flags.check && flags.out === undefined) {
    command.error('error: --check needs --out FILE, the supergraph to be checked', { exitCode: COULD_NOT_RUN });
  }
  const sources: SubgraphSource[] = [];
  const seen = new Set<string>();
  for (const text of subgraphs) {
    const source = readSource(text);
    if (typeof source === 'string') command.error(`error: ${source}`, { exitCode: COULD_NOT_RUN });
    if (seen.has(source.name))
      command.error(`error: expected each name once, got ${source.name} twice`, { exitCode: COULD_NOT_RUN });
    seen.add(source.name);
    sources.push(source);
  }
  const composed = composeSupergraph(sources);
  if (composed.errors !== undefined) {
    const lines = composed.errors.map(({ code, message }) => `  ${code}: ${message}`);
    command.error(`error: the subgraphs do not compose:\n${lines.join('\n')}`, { exitCode: WRONG });
  }
  if (flags.out === undefined) {
    process.stdout.write(composed.supergraphSdl);
  } else if (flags.check) {
    const found = readIfThere(flags.out);
    if (found === composed.supergraphSdl) return;
    command.error(
      `error: ${flags.out} ${found === null ? 'is not there' : 'is out of date'}: compose it again (the same command without --check) and commit it`,
      { exitCode: WRONG },
    );
  } else {
    writeFileSync(flags.out, composed.supergraphSdl);
  }
}

/** @returns the subgraph, or what is wrong with the argument */
function readSource(text: string): SubgraphSource | string {
  const parts = /^([A-Za-z][\w-]*)=(.+?)@(https?:\/\/.+)$/.exec(text);
  const [, name, file, url] = parts ?? [];
  if (name === undefined || file === undefined || url === undefined) {
    return `expected NAME=FILE@URL as in catalog=schema/catalog.graphql@http://127.0.0.1:4102/graphql, got ${text}`;
  }
  try {
    return { name, url, sdl: readFileSync(file, 'utf8') };
  } catch (error) {
    return `${name}: cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
