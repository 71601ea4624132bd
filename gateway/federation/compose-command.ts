// `freshet compose`: subgraph schemas from files into one supergraph file, or a check that the file is up to date.

import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { wordsOf } from '../errors.ts';
import { composeSupergraph, type SubgraphSource } from './compose.ts';

interface ComposeFlags {
  readonly out?: string;
  readonly check?: true;
}

/** Exit codes of commands for CI. */
const WRONG = 1;
const COULD_NOT_RUN = 2;

type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly exitCode: typeof WRONG | typeof COULD_NOT_RUN; readonly message: string };

const DONE: Outcome = { kind: 'done' };
const wrong = (message: string): Outcome => ({ kind: 'failed', exitCode: WRONG, message });
const couldNotRun = (message: string): Outcome => ({ kind: 'failed', exitCode: COULD_NOT_RUN, message });

/** Adds the command to a program. It exits with 1 for schemas that do not compose or a file out of date, with 2 for a wrong call. */
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
    .action((subgraphs: readonly string[], flags: ComposeFlags, command: Command) => {
      const outcome = compose(subgraphs, flags);
      if (outcome.kind === 'failed') command.error(`error: ${outcome.message}`, { exitCode: outcome.exitCode });
    });
}

function compose(subgraphs: readonly string[], { out, check }: ComposeFlags): Outcome {
  if (check && out === undefined) return couldNotRun('--check needs --out FILE, the supergraph to be checked');
  const sources: SubgraphSource[] = [];
  for (const text of subgraphs) {
    const source = readSource(text);
    if (typeof source === 'string') return couldNotRun(source);
    if (sources.some(({ name }) => name === source.name)) {
      return couldNotRun(`expected each name once, got ${source.name} twice`);
    }
    sources.push(source);
  }
  const composed = composeSupergraph(sources);
  if (composed.errors !== undefined) {
    const lines = composed.errors.map(({ code, message }) => `  ${code}: ${message}`);
    return wrong(`the subgraphs do not compose:\n${lines.join('\n')}`);
  }
  if (out === undefined) {
    process.stdout.write(composed.supergraphSdl);
    return DONE;
  }
  if (check) return compare(out, composed.supergraphSdl);
  return write(out, composed.supergraphSdl);
}

function compare(file: string, expected: string): Outcome {
  const found = readIfThere(file);
  if (found === expected) return DONE;
  const state = found === null ? 'is not there' : 'is out of date';
  return wrong(`${file} ${state}: compose it again (the same command without --check) and commit it`);
}

function write(file: string, text: string): Outcome {
  try {
    writeFileSync(file, text);
    return DONE;
  } catch (error) {
    return couldNotRun(`cannot write ${file}: ${wordsOf(error)}`);
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
    return `${name}: cannot read ${file}: ${wordsOf(error)}`;
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
