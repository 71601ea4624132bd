// The first import table of the house: which room may import from which.
import type { Offence, SourceFile } from './tree.ts';

/** A room is a set of files; of two that fit a file the first one counts. */
interface Room {
  readonly name: string;
  readonly holds: RegExp;
  /** Names of rooms besides itself. */
  readonly mayImport: readonly string[];
}

const BOTTOM = ['gateway/errors', 'gateway/clock'];
const CONTRACTS = [...BOTTOM, 'gateway/telemetry', 'schema'];
const SUBGRAPHS = [
  'subgraphs/accounts',
  'subgraphs/catalog',
  'subgraphs/inventory',
  'subgraphs/reviews',
  'subgraphs/analytics',
];
const KIT = ['subgraphs/kit commands', 'subgraphs/kit'];
const GATEWAY = [
  ...BOTTOM,
  'gateway/config',
  'gateway/telemetry',
  'gateway/cache judge',
  'gateway/cache',
  'gateway/purge',
  'gateway/origin',
  'gateway/federation',
  'gateway/execution',
  'gateway/http',
  'gateway/gateway.ts',
];

const ROOM_TABLE: readonly Room[] = [
  { name: 'schema', holds: /^schema\//, mayImport: [] },
  { name: 'gateway/errors', holds: /^gateway\/errors(\.ts$|\/)/, mayImport: [] },
  // Clock and randomness are parameters; this is their type and the real one.
  { name: 'gateway/clock', holds: /^gateway\/clock\.ts$/, mayImport: [] },
  { name: 'gateway/telemetry', holds: /^gateway\/telemetry\//, mayImport: BOTTOM },
  { name: 'gateway/config', holds: /^gateway\/config(\.ts$|\/)/, mayImport: [...BOTTOM, 'gateway/telemetry'] },
  // The interface through which `purge` gives `cache` its judge.
  { name: 'gateway/cache judge', holds: /^gateway\/cache\/judge\.ts$/, mayImport: CONTRACTS },
  { name: 'gateway/cache', holds: /^gateway\/cache\//, mayImport: [...CONTRACTS, 'gateway/cache judge'] },
  { name: 'gateway/purge', holds: /^gateway\/purge\//, mayImport: [...CONTRACTS, 'gateway/cache judge'] },
  { name: 'gateway/origin', holds: /^gateway\/origin\//, mayImport: CONTRACTS },
  { name: 'gateway/federation', holds: /^gateway\/federation\//, mayImport: CONTRACTS },
  {
    name: 'gateway/execution',
    holds: /^gateway\/execution\//,
    mayImport: [...CONTRACTS, 'gateway/cache judge', 'gateway/cache', 'gateway/origin', 'gateway/federation'],
  },
  {
    name: 'gateway/http',
    holds: /^gateway\/http\//,
    mayImport: [...CONTRACTS, 'gateway/execution', 'gateway/purge'],
  },
  // gateway.ts and the files that it is split into.
  {
    name: 'gateway/gateway.ts',
    holds: /^gateway\/(gateway\.ts$|assembly\/)/,
    mayImport: [...GATEWAY, 'schema'],
  },
  // main.ts and its commands. `freshet relay` and `freshet watch` are commands of the kit.
  {
    name: 'gateway/main.ts',
    holds: /^gateway\/(main\.ts$|cli\/)/,
    mayImport: [...GATEWAY, 'schema', 'subgraphs/kit commands'],
  },
  { name: 'gateway/ops', holds: /^gateway\/ops\//, mayImport: [] },
  {
    name: 'subgraphs/kit commands',
    holds: /^subgraphs\/kit\/(.*\/)?[^/]*(relay|watch)[^/]*\.ts$/,
    mayImport: [...KIT, 'schema'],
  },
  { name: 'subgraphs/kit', holds: /^subgraphs\/kit\//, mayImport: [...KIT, 'schema'] },
  ...SUBGRAPHS.map((name) => ({ name, holds: new RegExp(`^${name}/`), mayImport: [...KIT, 'schema'] })),
  // The embedded default, everything in one process, and the files that it is split into.
  {
    name: 'subgraphs/start.ts',
    holds: /^subgraphs\/((start|demo)\.ts$|embedded\/)/,
    mayImport: ['subgraphs/*.ts', ...SUBGRAPHS, ...KIT, ...GATEWAY, 'schema'],
  },
  { name: 'subgraphs/*.ts', holds: /^subgraphs\/[^/]+\.ts$/, mayImport: [...SUBGRAPHS, ...KIT, 'schema'] },
];

/** Imports that cross rooms where the table has no door, and files that stand in no room. `test` may import everything. */
export function roomOffences(files: readonly SourceFile[]): Offence[] {
  return files.filter((file) => file.path.endsWith('.ts') && !file.path.startsWith('test/')).flatMap(offencesOf);
}

function offencesOf(file: SourceFile): Offence[] {
  const room = roomOf(file.path);
  if (room === undefined) {
    const wing = `${file.path.split('/')[0]}/`;
    const rooms = ROOM_TABLE.map(({ name }) => name).filter((name) => name.startsWith(wing));
    return [{ path: file.path, did: 'stands in no room', rule: `the rooms of ${wing} are ${rooms.join(', ')}` }];
  }
  return file.imports.flatMap((found) => {
    if (found.target.kind !== 'ours') return [];
    const other = roomOf(found.target.path);
    if (other !== undefined && (other.name === room.name || room.mayImport.includes(other.name))) return [];
    const allowed = room.mayImport.length === 0 ? 'nothing of ours outside itself' : room.mayImport.join(', ');
    return [
      {
        path: file.path,
        line: found.line,
        did: `imports ${found.target.path}`,
        rule: `${room.name} may import ${allowed}`,
      },
    ];
  });
}

function roomOf(path: string): Room | undefined {
  return ROOM_TABLE.find((room) => room.holds.test(path));
}
