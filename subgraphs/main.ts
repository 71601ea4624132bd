#!/usr/bin/env node
// The command line of the reference graph: migrate, seed, serve.

import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type DatabaseUrls,
  DEFAULT_PORTS,
  databaseUrls,
  migrateSubgraph,
  SUBGRAPH_NAMES,
  type SubgraphName,
  serveSubgraph,
} from './graph.ts';
import { kafkaPurgeLog } from './kit/kafka-log.ts';
import { LOG_LEVELS, type LogLevel, openLog } from './kit/log.ts';
import { startRelays } from './relays.ts';
import { LEAST_SCALE, type SeedProgress, seedGraph } from './seed.ts';

interface Common {
  readonly databaseUrl: string;
  readonly logLevel: LogLevel;
}

interface ServeFlags extends Common {
  readonly port?: number;
  readonly host: string;
}

interface SeedFlags extends Common {
  readonly scale: number;
  readonly fresh?: true;
}

const program = new Command('subgraphs')
  .description('The subgraphs of the reference graph.')
  .showSuggestionAfterError();

withCommon(program.command('migrate'))
  .description('Makes the databases that are missing and brings their tables up to date.')
  .action(async (flags: Common) => {
    const urls = databaseUrls(flags.databaseUrl, process.env);
    for (const name of SUBGRAPH_NAMES) {
      const applied = await migrateSubgraph(name, urls[name], openLog(name, flags.logLevel));
      console.log(`${name}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}`);
    }
  });

withCommon(program.command('seed'))
  .description('Fills migrated databases with sample data: 10,000 products, 20,000 users, 100,000 reviews.')
  .option('--scale <factor>', 'how much of it, such as 0.1', readScale, 1)
  .option('--fresh', 'also where there is data already: that goes first')
  .addHelpText('after', '\nExample: node subgraphs/main.ts seed --scale 0.1')
  .action(async (flags: SeedFlags) => {
    const beganAt = performance.now();
    const rowCount = await seedGraph({
      databaseUrls: databaseUrls(flags.databaseUrl, process.env),
      scale: flags.scale,
      whenFilled: flags.fresh ? 'replace' : 'keep',
      log: openLog('seed', flags.logLevel),
      onProgress: (progress) => console.log(progressLine(progress)),
    });
    console.log(`${rowCount.toLocaleString('en')} rows in ${((performance.now() - beganAt) / 1_000).toFixed(1)} s`);
  });

withCommon(program.command('serve'))
  .description(
    'Serves one subgraph, or all of them. SUBGRAPH_SECRET: what the gateway must send as freshet-secret. KAFKA_BROKERS: relays run beside them.',
  )
  .argument('<name>', `${SUBGRAPH_NAMES.join(', ')}, or all`, readNames)
  .option(
    '--port <port>',
    `default ${SUBGRAPH_NAMES.map((name) => `${DEFAULT_PORTS[name]} for ${name}`).join(', ')}`,
    readPort,
  )
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .addHelpText(
    'after',
    '\nExample: DATABASE_URL=postgres://localhost/shop node subgraphs/main.ts serve catalog --port 5000',
  )
  .action(serve);

program.parseAsync().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function serve(names: readonly SubgraphName[], flags: ServeFlags): Promise<void> {
  if (flags.port !== undefined && names.length > 1) throw new Error('--port: expected with one subgraph, got all');
  const urls: DatabaseUrls = databaseUrls(flags.databaseUrl, process.env);
  const started: { stop(): Promise<unknown> }[] = [];
  try {
    for (const name of names) {
      const log = openLog(name, flags.logLevel);
      await migrateSubgraph(name, urls[name], log);
      const port = flags.port ?? DEFAULT_PORTS[name];
      const subgraph = await serveSubgraph(name, {
        databaseUrl: urls[name],
        port,
        host: flags.host,
        secret: process.env.SUBGRAPH_SECRET || undefined,
        log,
      });
      started.push(subgraph);
      console.log(`${name} ready at ${subgraph.url}`);
    }
    const brokers = process.env.KAFKA_BROKERS;
    if (brokers) started.push(relaysTo(brokers, names, urls, flags.logLevel));
    await asked(['SIGINT', 'SIGTERM']);
  } finally {
    await Promise.all(started.map((part) => part.stop()));
  }
}

function relaysTo(
  brokers: string,
  names: readonly SubgraphName[],
  urls: DatabaseUrls,
  logLevel: LogLevel,
): { stop(): Promise<void> } {
  const log = kafkaPurgeLog({
    brokers: brokers.split(',').map((broker) => broker.trim()),
    topic: process.env.PURGE_TOPIC || 'freshet.purge',
  });
  const stop = startRelays({ databaseUrls: urls, names, log, logger: (name) => openLog(`relay ${name}`, logLevel) });
  return {
    async stop() {
      await stop();
      await log.close();
    },
  };
}

function asked(signals: readonly NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve());
  });
}

function withCommon(command: Command): Command {
  return command
    .addOption(
      new Option('--database-url <url>', 'PostgreSQL server; each subgraph has a database of its own on it')
        .env('DATABASE_URL')
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--log-level <level>', 'least severe lines to write')
        .choices(LOG_LEVELS)
        .env('LOG_LEVEL')
        .default('info'),
    );
}

function readNames(text: string): readonly SubgraphName[] {
  if (text === 'all') return SUBGRAPH_NAMES;
  const name = SUBGRAPH_NAMES.find((candidate) => candidate === text);
  if (name === undefined) throw new InvalidArgumentError(`Expected ${SUBGRAPH_NAMES.join(', ')} or all.`);
  return [name];
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return port;
}

function readScale(text: string): number {
  const scale = Number(text);
  if (!(scale >= LEAST_SCALE && scale <= 1_000))
    throw new InvalidArgumentError(`Expected a factor of ${LEAST_SCALE} to 1000.`);
  return scale;
}

function progressLine({ subgraph, table, rowCount }: SeedProgress): string {
  if (table !== null) return `  ${table}: ${rowCount.toLocaleString('en')} rows …`;
  return rowCount === 0
    ? `${subgraph}: holds data already, left alone`
    : `${subgraph}: ${rowCount.toLocaleString('en')} rows written`;
}
