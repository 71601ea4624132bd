// `freshet relay`: the outbox relay beside a subgraph in any language.

import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { databaseOf } from './database-url.ts';
import { kafkaPurgeLog } from './kafka-log.ts';
import { LOG_LEVELS, type LogLevel, openLog } from './log.ts';
import { openSessions } from './postgres-sessions.ts';
import { PurgeLogError } from './purge-log.ts';
import { startRelay } from './relay.ts';
import { systemRelayClock } from './relay-clock.ts';
import type { RelayPhase } from './relay-report.ts';
import { LogTrouble } from './relay-sender.ts';
import { RelaySetupError } from './relay-source.ts';

interface RelayFlags {
  readonly database: string;
  readonly source: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly logLevel: LogLevel;
}

const EXAMPLE = `
The tables to watch are named in the database: freshet watch --print-sql prints the SQL.
The connection is a session of its own: not through a pooler in transaction mode. A relay may run several times, one works.

Example:
  $ freshet relay --database postgres://relay@10.0.0.5/shop --source catalog --brokers 10.0.0.9:9092
`;

// A database that is not there is waited for this long at the start, as long as one likes later.
const START_TIMEOUT_MS = 10_000;
const NO_DATABASE = 'option --database: expected a URL that names a database, as in postgres://user@host:5432/database';
const SQL_STATES_THAT_STAY = /^(28|3D)/;

export function relayCommand(program: Command): void {
  program
    .command('relay')
    .description('carry the purge events of a database into the purge log, until SIGTERM or SIGINT')
    .addOption(new Option('--database <url>', 'the PostgreSQL database').env('DATABASE_URL').makeOptionMandatory())
    .requiredOption('--source <name>', 'the name under which gateways know the database')
    .addOption(
      new Option('--brokers <list>', 'Kafka brokers as host:port, with commas between')
        .env('KAFKA_BROKERS')
        .makeOptionMandatory()
        .argParser(readBrokers),
    )
    .option('--topic <name>', 'the topic of the purge log', 'freshet.purge')
    .addOption(new Option('--log-level <level>', 'least severe lines to write').choices(LOG_LEVELS).default('info'))
    .addHelpText('after', EXAMPLE)
    .action(async (flags: RelayFlags, command: Command) => {
      const failure = isDatabaseUrl(flags.database) ? await relayUntilStopped(flags) : NO_DATABASE;
      if (failure !== null) command.error(`error: ${failure}`, { exitCode: 1 });
    });
}

/** @returns what is wrong and stays so, in words; null: it was asked to stop */
async function relayUntilStopped({ database, source, brokers, topic, logLevel }: RelayFlags): Promise<string | null> {
  const logger = openLog(`relay ${source}`, logLevel);
  const log = kafkaPurgeLog({ brokers, topic });
  const { promise: over, resolve: end } = Promise.withResolvers<string | null>();
  let hasWorked = false;
  const relay = startRelay({
    sql: openSessions({ url: database, applicationName: `freshet relay ${source}` }),
    source,
    log,
    clock: systemRelayClock(),
    randomId: randomUUID,
    logger,
    metrics: {
      onPhase(phase) {
        hasWorked ||= isPlace(phase);
        if (!hasWorked && phase.kind === 'trouble' && needsPerson(phase.error)) end(messageOf(phase.error));
      },
    },
  });
  const late = setTimeout(() => {
    const phase = relay.status();
    const isDatabase =
      phase.kind === 'connecting' || (phase.kind === 'trouble' && !(phase.error instanceof LogTrouble));
    if (hasWorked || !isDatabase) return;
    const why = phase.kind === 'trouble' ? messageOf(phase.error) : 'no answer';
    end(`expected the database within ${START_TIMEOUT_MS} ms, it cannot be reached: ${why}`);
  }, START_TIMEOUT_MS);
  const stop = (): void => end(null);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    return await over;
  } finally {
    clearTimeout(late);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    await relay.stop();
    await log.close();
  }
}

/** Whether it came as far as it can come: what fails later is waited for. */
function isPlace(phase: RelayPhase): boolean {
  return phase.kind === 'working' || phase.kind === 'unwatched' || phase.kind === 'waiting' || phase.kind === 'standby';
}

function needsPerson(error: unknown): boolean {
  if (error instanceof RelaySetupError) return true;
  if (error instanceof LogTrouble) return error.cause instanceof PurgeLogError && error.cause.fault === 'misconfigured';
  return error instanceof Error && 'code' in error && SQL_STATES_THAT_STAY.test(String(error.code));
}

/** The innermost words: those around them say what was tried. */
function messageOf(error: unknown): string {
  if (error instanceof LogTrouble && error.cause !== undefined) return messageOf(error.cause);
  return error instanceof Error ? error.message || error.name : String(error);
}

// Not by commander, which would show the text: it may hold a password.
function isDatabaseUrl(text: string): boolean {
  try {
    return databaseOf(text) !== '';
  } catch {
    return false;
  }
}

function readBrokers(text: string): readonly string[] {
  const brokers = text.split(',').map((broker) => broker.trim());
  if (brokers.every((broker) => /^[^\s:]+:\d{1,5}$|^\[[^\]]+\]:\d{1,5}$/.test(broker))) return brokers;
  throw new InvalidArgumentError(`Expected host:port, with commas between, such as 10.0.0.9:9092.`);
}
