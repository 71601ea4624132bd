// `freshet purge`: purges by hand, through the management port of any gateway that reads the same purge log.

import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { GatewayError } from '../errors.ts';
import type { Terminal } from './terminal.ts';

interface PurgeOptions {
  readonly url?: string;
  readonly dryRun?: true;
}

type PurgeElement = Readonly<Record<string, unknown>>;

const DEFAULT_PORT = 4001;
/** Ms. The log may be slow to acknowledge. */
const TIMEOUT_MS = 15_000;

const EXAMPLE = `
The key is read from INVALIDATION_KEY.

Example:
  $ freshet purge entity reviews Product '{"upc":"1"}'
  $ freshet purge type accounts User --dry-run
  $ freshet purge tag profile --url http://10.0.0.1:4001
`;

export function purgeCommand(program: Command, terminal: Terminal): void {
  const purge = program
    .command('purge')
    .description('purge entities, types, tags or subgraphs in every gateway, by way of the purge log')
    .addHelpText('after', EXAMPLE);
  const ask = (element: PurgeElement, options: PurgeOptions): Promise<void> => post(element, options, terminal);

  withPurgeOptions(purge.command('subgraph <subgraph>'), 'everything of a subgraph').action(
    (subgraph: string, options: PurgeOptions) => ask({ kind: 'subgraph', subgraph }, options),
  );
  withPurgeOptions(purge.command('type <subgraph> <type>'), 'all entities of a type').action(
    (subgraph: string, type: string, options: PurgeOptions) => ask({ kind: 'type', subgraph, type }, options),
  );
  withPurgeOptions(
    purge.command('tag <tag> [subgraphs...]'),
    'what bears a cache tag, in some subgraphs or in all',
  ).action((tag: string, subgraphs: readonly string[], options: PurgeOptions) =>
    ask({ kind: 'cache_tag', cache_tag: tag, ...(subgraphs.length === 0 ? {} : { subgraphs }) }, options),
  );
  withPurgeOptions(
    purge.command('entity <subgraph> <type>').argument('<key>', 'the key fields as JSON', readKey),
    'one entity',
  ).action((subgraph: string, type: string, key: PurgeElement, options: PurgeOptions) =>
    ask({ kind: 'entity', subgraph, type, key }, options),
  );
}

function withPurgeOptions(command: Command, description: string): Command {
  return command
    .description(description)
    .option(
      '--url <url>',
      `a gateway's management port (default: http://127.0.0.1:${DEFAULT_PORT}, or MANAGEMENT_PORT)`,
    )
    .option('--dry-run', 'tell what that gateway holds of it, purge nothing')
    .addHelpText('after', EXAMPLE);
}

async function post(element: PurgeElement, { url, dryRun }: PurgeOptions, terminal: Terminal): Promise<void> {
  const { INVALIDATION_KEY: key = '', MANAGEMENT_PORT: port = String(DEFAULT_PORT) } = terminal.env;
  if (key === '') throw new GatewayError('CONFIG_INVALID', 'Expected the shared key in INVALIDATION_KEY, got nothing');
  const target = new URL(`/invalidation${dryRun ? '?dry_run=1' : ''}`, url ?? `http://127.0.0.1:${port}`);
  let response: Response;
  try {
    response = await fetch(target, {
      method: 'POST',
      headers: { authorization: key, 'content-type': 'application/json' },
      body: JSON.stringify([element]),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new GatewayError(
      'MANAGEMENT_UNREACHABLE',
      `Expected a gateway's management port at ${target.origin}, it did not answer`,
      { cause },
    );
  }
  const text = await response.text();
  if (!response.ok) {
    throw new GatewayError(
      'PURGE_REFUSED',
      `Expected ${target.origin} to take the purge, got ${response.status}: ${reasonIn(text)}`,
    );
  }
  terminal.say(dryRun ? text.trimEnd() : 'Purged: every gateway on this purge log refuses what is older');
}

function readKey(text: string): PurgeElement {
  const read = z.record(z.string(), z.unknown()).safeParse(parsed(text));
  if (read.success) return read.data;
  throw new InvalidArgumentError('Expected the key fields as a JSON object, such as {"upc":"1"}.');
}

const failure = z.object({ errors: z.array(z.object({ message: z.string() })).min(1) });

function reasonIn(text: string): string {
  const read = failure.safeParse(parsed(text));
  return read.success ? read.data.errors.map(({ message }) => message).join('; ') : text.slice(0, 200);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
