// The second import table of the house: the one door through which an outside package comes in.
import type { Offence, SourceFile } from './tree.ts';

interface Door {
  readonly packages: readonly string[];
  /** Files that may import them. */
  readonly where: RegExp;
  readonly says: string;
  /** `one`: within one side of the house, a single file imports them. */
  readonly width: 'one' | 'room';
}

const DOOR_TABLE: readonly Door[] = [
  {
    packages: ['keyv', '@keyv/redis', '@keyv/memcache'],
    where: /^gateway\/cache\/[^/]*shard[^/]*\.ts$/,
    says: 'the shard file in gateway/cache',
    width: 'one',
  },
  {
    packages: ['kafkajs'],
    where: /^(gateway\/purge|subgraphs\/kit)\/(.*\/)?[^/]*kafka[^/]*\.ts$/,
    says: 'the Kafka log file of gateway/purge and of subgraphs/kit',
    width: 'one',
  },
  {
    packages: ['pg', 'pg-copy-streams'],
    where: /^subgraphs\/kit\/postgres([-/].*)?\.ts$/,
    says: 'subgraphs/kit/postgres*',
    width: 'room',
  },
  { packages: ['dataloader'], where: /^subgraphs\/kit\/loader\.ts$/, says: 'subgraphs/kit/loader.ts', width: 'one' },
  {
    packages: [
      '@apollo/composition',
      '@apollo/query-planner',
      '@apollo/federation-internals',
      '@graphql-hive/router-query-planner',
    ],
    where: /^gateway\/federation\//,
    says: 'gateway/federation',
    width: 'room',
  },
  { packages: ['@apollo/gateway'], where: /^test\//, says: 'test: images are built without it', width: 'room' },
  { packages: ['undici'], where: /^gateway\/origin\//, says: 'gateway/origin', width: 'room' },
  { packages: ['prom-client'], where: /^gateway\/telemetry\//, says: 'gateway/telemetry', width: 'room' },
  {
    packages: ['pino'],
    where: /^(gateway\/telemetry\/.*|subgraphs\/kit\/log\.ts)$/,
    says: 'gateway/telemetry and subgraphs/kit/log.ts',
    width: 'room',
  },
];

/** Imports of a package with a door by a file that is not the door. `test` may import everything. */
export function doorOffences(files: readonly SourceFile[]): Offence[] {
  const product = files.filter((file) => !file.path.startsWith('test/'));
  return DOOR_TABLE.flatMap((door) => [...outsideDoor(door, product), ...secondDoors(door, product)]);
}

function outsideDoor(door: Door, files: readonly SourceFile[]): Offence[] {
  return files
    .filter((file) => !door.where.test(file.path))
    .flatMap((file) =>
      importsThrough(door, file).map(({ line, specifier }) => ({
        path: file.path,
        line,
        did: `imports ${specifier}`,
        rule: `its one door is ${door.says}`,
      })),
    );
}

function secondDoors(door: Door, files: readonly SourceFile[]): Offence[] {
  if (door.width === 'room') return [];
  return ['gateway/', 'subgraphs/', 'schema/'].flatMap((side) => {
    const doors = files.filter(
      (file) => file.path.startsWith(side) && door.where.test(file.path) && importsThrough(door, file).length > 0,
    );
    return doors.slice(1).map((file) => ({
      path: file.path,
      line: importsThrough(door, file)[0]?.line,
      did: `imports ${importsThrough(door, file)[0]?.specifier}`,
      rule: `${doors[0]?.path} is its one door there already`,
    }));
  });
}

function importsThrough(door: Door, file: SourceFile): SourceFile['imports'] {
  return file.imports.filter(({ target }) => target.kind === 'package' && door.packages.includes(target.name));
}
