// `npm start`: the whole system, embedded.

import { Command, InvalidArgumentError } from 'commander';
import { banner } from './embedded/banner.ts';
import { DATA_FOLDER } from './embedded/data-folder.ts';
import { type RunningSystem, startSystem } from './embedded/system.ts';
import { LOG_LEVELS, type LogLevel } from './kit/log.ts';
import { LEAST_SCALE } from './seed.ts';

interface StartFlags {
  readonly fresh?: true;
  readonly scale: number;
  readonly data: string;
  readonly port?: string;
  readonly managementPort?: string;
  readonly logLevel: LogLevel;
}

const EXAMPLE = `
DATABASE_URL, SHARD_URLS and KAFKA_BROKERS put real servers in the place of what is embedded, one by one.

Example:
  $ npm start -- --port 4000
  $ SHARD_URLS=redis://127.0.0.1:6379 npm start
  $ npm start -- --fresh --scale 0.1
`;

const program = new Command('npm start --')
  .description('Runs the whole system in one process: PostgreSQL, four subgraphs, their relays, the gateway.')
  .option('--fresh', 'begin again: forget the data of earlier starts')
  .option('--scale <factor>', 'sample data: 1 is 10,000 products, 20,000 users, 100,000 reviews', readScale, 1)
  .option('--data <folder>', 'where data is kept between starts', DATA_FOLDER)
  .option('-p, --port <n>', 'public port, 0 picks a free one (default: 4000)')
  .option('--management-port <n>', 'port of metrics, health and invalidation (default: 4001)')
  .option('--log-level <level>', `least severe lines to write: ${LOG_LEVELS.join(', ')}`, readLevel, 'error')
  .showHelpAfterError('(add --help for options and an example)')
  .addHelpText('after', EXAMPLE)
  .action(start);

program.parseAsync().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function start(flags: StartFlags): Promise<void> {
  const stopping = new AbortController();
  const stopped = asked(['SIGINT', 'SIGTERM'], () => stopping.abort(new Error('stopped while it started')));
  const system = await startSystem({
    ...flags,
    env: process.env,
    dataFolder: flags.data,
    earlierData: flags.fresh ? 'forget' : 'keep',
    signal: stopping.signal,
    say: (step) => console.log(`… ${step}`),
    onSeed: ({ table, rowCount }) => {
      if (table !== null) console.log(`… ${table}: ${rowCount.toLocaleString('en')} rows`);
    },
  });
  try {
    console.log(banner(system));
    await Promise.race([stopped, system.gateway.failed]);
    console.log('stopping');
  } finally {
    await stop(system);
  }
}

/** Ms. Longer than every part's own limit: whatever is left then is cut. */
const STOP_LIMIT_MS = 20_000;

async function stop(system: RunningSystem): Promise<void> {
  const cut = setTimeout(() => process.exit(1), STOP_LIMIT_MS);
  await system.stop();
  clearTimeout(cut);
}

function asked(signals: readonly NodeJS.Signals[], heard: () => void): Promise<void> {
  return new Promise((resolve) => {
    const hear = (): void => {
      heard();
      resolve();
    };
    for (const signal of signals) process.once(signal, hear);
  });
}

function readScale(text: string): number {
  const scale = Number(text);
  if (!(scale >= LEAST_SCALE && scale <= 1_000))
    throw new InvalidArgumentError(`Expected a factor of ${LEAST_SCALE} to 1000.`);
  return scale;
}

function readLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((candidate) => candidate === text);
  if (level === undefined) throw new InvalidArgumentError(`Expected one of ${LOG_LEVELS.join(', ')}.`);
  return level;
}
