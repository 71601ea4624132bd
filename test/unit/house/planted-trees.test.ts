// Holds the house's checker itself: bad trees are planted in a temp folder, and each offence must be found and named.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doorOffences } from './door-rules.ts';
import { importsOf } from './imports.ts';
import { roomOffences } from './room-rules.ts';
import { shapeOffences, topLevelOffences } from './shape-rules.ts';
import { describeOffence, readTree, type SourceFile, topLevelNames } from './tree.ts';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'freshet-house-'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('imports', () => {
  it.each([
    ["import { a } from './a.ts';", './a.ts'],
    ["import './a.ts';", './a.ts'],
    ["import type { A } from './a.ts';", './a.ts'],
    ["import { type A } from './a.ts';", './a.ts'],
    ["import a, * as b from 'pg';", 'pg'],
    ["export { a } from './a.ts';", './a.ts'],
    ["export type { A } from './a.ts';", './a.ts'],
    ["export * from './a.ts';", './a.ts'],
    ["const a = await import('./a.ts');", './a.ts'],
    ["let a: import('./a.ts').A;", './a.ts'],
    ["let a: typeof import('pg');", 'pg'],
    ["const a = require('pg');", 'pg'],
    ["import a = require('pg');", 'pg'],
    ["new Worker(new URL('./a.ts', import.meta.url));", './a.ts'],
    ['import {\n  a,\n  b,\n} from "./a.ts";', './a.ts'],
  ])('are found in: %s', (text, specifier) => {
    expect(importsOf(text, 'x.ts').map((found) => found.specifier)).toEqual([specifier]);
  });

  it.each([
    ["// import { a } from './a.ts';"],
    ["/* import './a.ts' */"],
    ['const text = "import { a } from \'./a.ts\'";'],
    ["const text = `import('./a.ts')`;"],
    ["export const from = './a.ts';"],
    ["new URL('./a.json', import.meta.url);"],
  ])('are not seen where there are none: %s', (text) => {
    expect(importsOf(text, 'x.ts')).toEqual([]);
  });

  it('carry their line', () => {
    expect(importsOf("// first\n\nimport { a } from './a.ts';\n", 'x.ts')).toEqual([{ specifier: './a.ts', line: 3 }]);
  });

  it('of a computed name are refused, since no rule could be held against them', () => {
    expect(() => importsOf('const name = process.argv[2];\nawait import(name);', 'x.ts')).toThrow(
      'x.ts:2 imports a computed name',
    );
  });
});

describe('rooms', () => {
  it.each([
    [
      'schema/tag.ts',
      '../gateway/errors.ts',
      'schema/tag.ts:2 imports gateway/errors.ts: schema may import nothing of ours',
    ],
    [
      'gateway/errors.ts',
      './telemetry/log.ts',
      'gateway/errors.ts:2 imports gateway/telemetry/log.ts: gateway/errors may import nothing',
    ],
    ['gateway/telemetry/log.ts', '../config.ts', 'gateway/telemetry may import gateway/errors'],
    [
      'gateway/cache/ring.ts',
      '../purge/ledger.ts',
      'gateway/cache/ring.ts:2 imports gateway/purge/ledger.ts: gateway/cache may import',
    ],
    ['gateway/purge/ledger.ts', '../cache/ring.ts', 'gateway/purge/ledger.ts:2 imports gateway/cache/ring.ts'],
    ['gateway/origin/fetch.ts', '../cache/ring.ts', 'gateway/origin may import'],
    ['gateway/federation/plan.ts', '../execution/run.ts', 'gateway/federation may import'],
    ['gateway/execution/run.ts', '../purge/ledger.ts', 'gateway/execution may import'],
    ['gateway/http/door.ts', '../cache/ring.ts', 'gateway/http may import'],
    ['gateway/gateway.ts', '../subgraphs/kit/relay.ts', 'gateway/gateway.ts:2 imports subgraphs/kit/relay.ts'],
    ['gateway/main.ts', '../subgraphs/kit/loader.ts', 'gateway/main.ts:2 imports subgraphs/kit/loader.ts'],
    ['gateway/main.ts', '../subgraphs/accounts/schema.ts', 'gateway/main.ts:2 imports subgraphs/accounts/schema.ts'],
    ['subgraphs/kit/loader.ts', '../accounts/user.ts', 'subgraphs/kit may import'],
    ['subgraphs/kit/loader.ts', '../../gateway/errors.ts', 'subgraphs/kit may import'],
    [
      'subgraphs/accounts/user.ts',
      '../reviews/review.ts',
      'subgraphs/accounts/user.ts:2 imports subgraphs/reviews/review.ts: subgraphs/accounts may import',
    ],
    ['subgraphs/accounts/user.ts', '../../gateway/cache/ring.ts', 'subgraphs/accounts may import'],
    ['subgraphs/main.ts', '../gateway/gateway.ts', 'subgraphs/*.ts may import'],
    ['gateway/cache/ring.ts', '../assembly/readiness.ts', 'gateway/cache may import'],
    ['gateway/assembly/readiness.ts', '../cli/program.ts', 'gateway/gateway.ts may import'],
    ['gateway/cache/ring.ts', '../../test/support/child.ts', 'imports test/support/child.ts'],
  ])('%s may not import %s', (path, specifier, words) => {
    plant(path, `// Planted.\nimport type { A } from '${specifier}';\n`);
    const offences = roomOffences(tree()).map(describeOffence);
    expect(offences).toHaveLength(1);
    expect(offences[0]).toContain(words);
  });

  it.each([
    ['schema/check/diff.ts', '../tag.ts'],
    ['gateway/config.ts', './errors.ts'],
    ['gateway/cache/ring.ts', '../telemetry/log.ts'],
    ['gateway/cache/ring.ts', './judge.ts'],
    ['gateway/purge/ledger.ts', '../cache/judge.ts'],
    ['gateway/purge/ledger.ts', '../../schema/tag.ts'],
    ['gateway/execution/run.ts', '../federation/plan.ts'],
    ['gateway/http/door.ts', '../execution/run.ts'],
    ['gateway/gateway.ts', './http/door.ts'],
    ['gateway/main.ts', '../subgraphs/kit/relay-command.ts'],
    ['gateway/main.ts', '../subgraphs/kit/watch/command-watch.ts'],
    ['subgraphs/accounts/user.ts', '../kit/loader.ts'],
    ['subgraphs/accounts/user.ts', '../../schema/tag.ts'],
    ['subgraphs/start.ts', '../gateway/gateway.ts'],
    ['subgraphs/start.ts', './accounts/user.ts'],
    ['subgraphs/start.ts', './embedded/system.ts'],
    ['subgraphs/embedded/system.ts', '../../gateway/gateway.ts'],
    ['gateway/gateway.ts', './assembly/readiness.ts'],
    ['gateway/cli/start.ts', '../gateway.ts'],
    ['subgraphs/main.ts', './accounts/user.ts'],
    ['test/unit/any.test.ts', '../../gateway/cache/ring.ts'],
  ])('%s may import %s', (path, specifier) => {
    plant(path, `// Planted.\nimport { a } from '${specifier}';\nconst b = await import('${specifier}');\n`);
    expect(roomOffences(tree()).map(describeOffence)).toEqual([]);
  });

  it('are the only places for files', () => {
    plant('gateway/lib/thing.ts', '// Planted.\n');
    plant('subgraphs/billing/thing.ts', '// Planted.\n');
    expect(roomOffences(tree()).map((offence) => `${offence.path} ${offence.did}`)).toEqual([
      'gateway/lib/thing.ts stands in no room',
      'subgraphs/billing/thing.ts stands in no room',
    ]);
  });
});

describe('doors', () => {
  it.each([
    ['keyv', 'gateway/cache/entity-store.ts', 'the shard file in gateway/cache'],
    ['@keyv/redis', 'gateway/gateway.ts', 'the shard file in gateway/cache'],
    ['kafkajs', 'gateway/purge/feed.ts', 'the Kafka log file'],
    ['kafkajs', 'subgraphs/kit/relay.ts', 'the Kafka log file'],
    ['pg', 'subgraphs/accounts/user.ts', 'subgraphs/kit/postgres*'],
    ['pg-copy-streams', 'subgraphs/kit/seed.ts', 'subgraphs/kit/postgres*'],
    ['dataloader', 'subgraphs/reviews/review.ts', 'subgraphs/kit/loader.ts'],
    ['@apollo/query-planner/dist/index.js', 'gateway/execution/run.ts', 'gateway/federation'],
    ['@apollo/composition', 'schema/check/compose.ts', 'gateway/federation'],
    ['@apollo/gateway', 'gateway/federation/compose.ts', 'test: images are built without it'],
    ['@graphql-hive/router-query-planner', 'gateway/gateway.ts', 'gateway/federation'],
    ['undici', 'gateway/http/door.ts', 'gateway/origin'],
    ['prom-client', 'gateway/cache/ring.ts', 'gateway/telemetry'],
    ['pino', 'subgraphs/kit/relay.ts', 'gateway/telemetry and subgraphs/kit/log.ts'],
  ])('%s may not be imported by %s', (specifier, path, door) => {
    plant(path, `// Planted.\nimport type { A } from '${specifier}';\n`);
    expect(doorOffences(tree()).map(describeOffence)).toEqual([
      expect.stringContaining(`${path}:2 imports ${specifier}: its one door is ${door}`),
    ]);
  });

  it.each([
    ['keyv', 'gateway/cache/shard.ts'],
    ['kafkajs', 'gateway/purge/kafka-log.ts'],
    ['kafkajs', 'subgraphs/kit/kafka-log.ts'],
    ['pg', 'subgraphs/kit/postgres.ts'],
    ['pg', 'subgraphs/kit/postgres/pool.ts'],
    ['pg', 'subgraphs/kit/postgres-pool.ts'],
    ['dataloader', 'subgraphs/kit/loader.ts'],
    ['@apollo/composition', 'gateway/federation/compose.ts'],
    ['undici', 'gateway/origin/client.ts'],
    ['pino', 'subgraphs/kit/log.ts'],
    ['pg', 'test/integration/any.test.ts'],
    ['graphql', 'gateway/execution/run.ts'],
  ])('%s may be imported by %s', (specifier, path) => {
    plant(path, `// Planted.\nimport a from '${specifier}';\n`);
    expect(doorOffences(tree())).toEqual([]);
  });

  it('are one file wide where the table says file: a second one on the same side is an offence', () => {
    plant('gateway/cache/shard.ts', "// Planted.\nimport Keyv from 'keyv';\n");
    plant('gateway/cache/shard-redis.ts', "// Planted.\nimport KeyvRedis from '@keyv/redis';\n");
    plant('gateway/purge/kafka-log.ts', "// Planted.\nimport { Kafka } from 'kafkajs';\n");
    plant('subgraphs/kit/kafka-log.ts', "// Planted.\nimport { Kafka } from 'kafkajs';\n");
    expect(doorOffences(tree())).toHaveLength(1);
    expect(describeOffence(doorOffences(tree())[0]!)).toMatch(
      /^gateway\/cache\/shard(-redis)?\.ts:2 imports .*is its one door there already$/,
    );
  });
});

describe('shape', () => {
  it.each([
    'gateway/cache/utils.ts',
    'subgraphs/kit/helpers.ts',
    'test/support/types.ts',
    'schema/common/tag.ts',
    'gateway/misc/a.ts',
  ])('refuses the name of %s', (path) => {
    plant(path, '// Planted.\n');
    expect(shapeOffences(tree()).map(describeOffence)).toEqual([expect.stringContaining(`${path} is named`)]);
  });

  it('takes names that only contain such a word', () => {
    plant('gateway/cache/type-tag.ts', '// Planted.\n');
    plant('gateway/cache/typescript.ts', '// Planted.\n');
    expect(shapeOffences(tree())).toEqual([]);
  });

  it.each([
    ['gateway/cache/index.ts', "// Planted.\nimport { a } from './a.ts';\na();\n"],
    ['gateway/cache/store.ts', "// Planted.\nexport { a } from './a.ts';\nexport type { B } from './b.ts';\n"],
    ['gateway/cache/store.ts', "// Planted.\nexport * from './a.ts';\nexport const b = 1;\n"],
  ])('refuses a barrel at %s', (path, text) => {
    plant(path, text);
    expect(shapeOffences(tree()).map(describeOffence)).toEqual([
      expect.stringMatching(new RegExp(`^${path} .*no barrels`)),
    ]);
  });

  it('refuses product code over 250 lines by name and count, and lets a test be longer', () => {
    plant('gateway/cache/long.ts', `// Planted.\n${'export {};\n'.repeat(250)}`);
    plant('gateway/cache/just.ts', `// Planted.\n${'export {};\n'.repeat(249)}`);
    plant('test/unit/long.test.ts', `// Planted.\n${'export {};\n'.repeat(400)}`);
    expect(shapeOffences(tree()).map(describeOffence)).toEqual([
      'gateway/cache/long.ts has 251 lines: product code is at most 250: split it by purpose',
    ]);
  });

  it.each(['gateway/a.ts', 'subgraphs/kit/b.sql', 'test/c.test.ts', 'gateway/ops/Dockerfile'])(
    'refuses a note to oneself in %s',
    (path) => {
      plant(path, `// Planted.\n// TODO later\n`);
      expect(shapeOffences(tree()).map(describeOffence)).toEqual([expect.stringContaining(`${path}:2 holds a TODO`)]);
    },
  );

  it('refuses a file that does not say what it is for, and knows a shebang', () => {
    plant('gateway/a.ts', 'export const a = 1;\n');
    plant('gateway/main.ts', '#!/usr/bin/env node\n// Planted.\n');
    expect(shapeOffences(tree()).map(({ path, did }) => `${path} ${did}`)).toEqual([
      'gateway/a.ts begins without a comment',
    ]);
  });

  it('refuses a file that cannot be parsed, and goes on with the others', () => {
    plant('test/unit/a.test.ts', '// Planted.\nfoo(;\n');
    plant('gateway/b.ts', '// Planted.\nexport default 1;\n');
    expect(shapeOffences(tree()).map(({ path, did }) => `${path} ${did}`)).toEqual([
      'gateway/b.ts has a default export',
      'test/unit/a.test.ts cannot be parsed',
    ]);
  });

  it('refuses a default export', () => {
    plant('gateway/a.ts', '// Planted.\nexport default 1;\n');
    expect(shapeOffences(tree()).map(({ did }) => did)).toEqual(['has a default export']);
  });
});

describe('top level', () => {
  it('refuses what is not drawn, and lets dotfiles be', () => {
    for (const path of [
      'package.json',
      'README.md',
      '.gitignore',
      '.ci/run',
      'gateway/a.ts',
      'jest.config.js',
      'scripts/a.sh',
    ])
      plant(path, '');
    expect(topLevelOffences(topLevelNames(top)).map(({ path }) => path)).toEqual(['jest.config.js', 'scripts']);
  });
});

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
}

function tree(): SourceFile[] {
  return readTree(top);
}
