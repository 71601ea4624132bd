// `freshet watch --print-sql`: the SQL that makes tables emit purge events, for one's own migrations.

import type { Command } from 'commander';
import { type WatchCall, watchCallSql, watchInstallSql } from './watch.ts';

interface WatchFlags {
  readonly printSql?: true;
  readonly type?: string;
  readonly key?: readonly string[];
  readonly lists?: string;
  readonly also?: readonly string[];
  readonly tag?: readonly string[];
  readonly subgraph?: string;
  readonly subscriber?: true;
}

const EXAMPLE = `
Example:
  $ freshet watch --print-sql catalog.product --type Product --key upc --lists price,name > 042-watch.sql
  $ freshet watch --print-sql reviews.review --type Review --key id --also 'User id=author_id' --tag 'reviews-{upc}'

The SQL can be run again: what is installed stays, what is watched in the same way stays.
`;

export function watchCommand(program: Command): void {
  program
    .command('watch')
    .description('print the SQL that makes tables emit purge events; nothing is connected to')
    .argument('<tables...>', 'tables as SQL takes them, such as catalog.product')
    .option('--print-sql', 'print it to stdout')
    .option('--type <name>', 'the entity type that a row is; with --key')
    .option('--key <fields>', "a @key: 'upc', or 'sku organization.id=organization_id'; once for each", collect)
    .option('--lists <columns>', "columns that order or filter its lists, commas between; '' for none (default: all)")
    .option('--also <entity>', "another entity that a row touches: 'User id=author_id'; once for each", collect)
    .option('--tag <template>', "a cache tag that a row bears: 'brand-{brand}'; once for each", collect)
    .option('--subgraph <name>', 'the only subgraph that reads the tables (default: all of the source)')
    .option('--subscriber', 'logical replication writes the tables')
    .addHelpText('after', EXAMPLE)
    .action((tables: readonly string[], flags: WatchFlags, command: Command) => {
      const wrong = whatIsWrong(flags);
      if (wrong !== null) command.error(`error: ${wrong}`, { exitCode: 1 });
      process.stdout.write(watchSql(tables, flags));
    });
}

function whatIsWrong({ printSql, type, key, also, tag }: WatchFlags): string | null {
  if (printSql !== true) return 'expected --print-sql: this command prints, and runs nothing itself';
  if ((type === undefined) !== (key === undefined)) return 'expected --type and --key together';
  if (type === undefined && also === undefined && tag === undefined) {
    return 'expected --type with --key, --also or --tag: else a change names nothing';
  }
  return null;
}

function watchSql(
  tables: readonly string[],
  { type, key, lists, also, tag, subgraph, subscriber }: WatchFlags,
): string {
  const calls = tables.map((table) => {
    const call: WatchCall = {
      table,
      type,
      keys: key,
      lists: lists?.split(',').filter((column) => column !== ''),
      also,
      tags: tag,
      subgraph,
      tableIs: subscriber ? "a subscriber's" : 'written here',
    };
    return watchCallSql(call);
  });
  return `-- Purge events for Freshet, printed by freshet watch. As the owner of the tables; it can be run again.
-- A relay of another role needs: grant usage on schema freshet to ROLE; grant all on all tables in schema freshet to ROLE;

${watchInstallSql()}
${calls.join('\n')}
`;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
