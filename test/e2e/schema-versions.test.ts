// Gateways of two versions of a subgraph's schema, or of its cache declarations, over one Redis: neither reads what the other has stored.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { composeSupergraph } from '../../gateway/federation/compose.ts';
import { databaseUrls } from '../../subgraphs/graph.ts';
import { openLog } from '../../subgraphs/kit/log.ts';
import { type Database, openDatabase } from '../../subgraphs/kit/postgres.ts';
import { type Subgraph, startSubgraph } from '../../subgraphs/kit/subgraph.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/deployment/gateway-process.ts';
import { gatewaySettings, UNHURRIED } from '../support/deployment/gateway-settings.ts';
import { type KafkaDeployment, PURGE_TOPIC, startKafkaDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';
import { readsItsCache, writesLanded } from './cache-in-force.ts';
import { nextCatalog } from './next-catalog.ts';
import { purgeByHand } from './purge-by-hand.ts';

const INVALIDATION_KEY = 'of the test of versions';
const PRECISE = { types: { Product: { precise: true }, Brand: { precise: true } } };

requireService(
  'postgres',
  'redis',
  'kafka',
)('two versions over one store', () => {
  let deployment: KafkaDeployment;
  let database: Database;
  let subgraph: Subgraph;
  let folder: string;
  const gateways: GatewayProcess[] = [];
  /** Serves today's schema. */
  let today: Reader;
  /** The same, but nothing is declared precise. */
  let careful: Reader;
  /** Serves the changed schema. */
  let next: Reader;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freshet-versions-'));
    deployment = await startKafkaDeployment({
      gateways: [
        { ...UNHURRIED, purge: { invalidationKey: INVALIDATION_KEY } },
        { ...UNHURRIED, cache: { ...UNHURRIED.cache, subgraphs: {} } },
      ],
    });
    const url = databaseUrls(deployment.postgres.url).catalog;
    const log = openLog('next catalog', 'error');
    database = openDatabase({ url, log, applicationName: 'next catalog' });
    const definition = nextCatalog(database);
    const secret = randomUUID();
    subgraph = await startSubgraph(definition, { port: 0, secret, log });
    const composed = composeSupergraph([{ name: 'catalog', url: subgraph.url, sdl: definition.sdl }]);
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, composed.supergraphSdl ?? '');
    const shards = deployment.shards.map((shard) => shard.url);
    const base = { urls: { catalog: subgraph.url }, shards, brokers: deployment.kafka.brokers, topic: PURGE_TOPIC };
    const settings = gatewaySettings(base, {
      ...UNHURRIED,
      cache: { ...UNHURRIED.cache, subgraphs: { catalog: PRECISE } },
      purge: { invalidationKey: INVALIDATION_KEY },
    });
    gateways.push(
      await startGatewayProcess({ index: 9, config: { ...settings, supergraph: { path } }, secret, folder }),
    );
    const [first, second] = deployment.gateways;
    const [third] = gateways;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three gateways');
    today = reader(first, shards.length);
    careful = reader(second, shards.length);
    next = reader(third, shards.length);
    for (const each of [today, careful, next]) await each.inForce();
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await subgraph?.stop();
    await database?.close();
    await deployment?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['a field of an entity', 'brand(id: "1") { name founded }', /"founded":\d+/, /"founded":"anno \d+"/],
    [
      'a type within an entity',
      'product(upc: "1") { name dimensions { length } }',
      /"length":[\d.]+/,
      /"length":"[\d.]+ cm"/,
    ],
    [
      'a field within a list of entities',
      'brands(first: 3) { nodes { id founded } }',
      /"founded":\d+/,
      /"founded":"anno \d+"/,
    ],
  ])(
    'with another type of %s neither reads the other one, whoever was first',
    async (_what, field, asToday, asNext) => {
      for (const [first, second] of [
        [
          { reader: today, expected: asToday },
          { reader: next, expected: asNext },
        ],
        [
          { reader: next, expected: asNext },
          { reader: today, expected: asToday },
        ],
      ] as const) {
        const query = `{ ${field} }`;
        const filled = await first.reader.ask(query);
        expect(filled.text).toMatch(first.expected);
        await first.reader.settled();
        expect((await second.reader.ask(query)).text).toMatch(second.expected);
        await second.reader.settled();
        // Both keep what is theirs: nothing is asked for again, from L1 or, after a start, from the shards.
        expect(await first.reader.ask(query)).toEqual({ text: filled.text, cost: 0 });
        await first.reader.restart();
        expect(await first.reader.ask(query)).toEqual({ text: filled.text, cost: 0 });
      }
    },
  );

  it('with other cache tags one does not serve what the tags of the other cannot purge', async () => {
    const query = '{ brand(id: "4") { name } }';
    const before = await today.ask(query);
    await today.settled();
    expect((await next.ask(query)).cost).toBe(1);
    expect(await next.ask(query)).toEqual({ text: before.text, cost: 0 });
    await next.purgeTag('maker-4');
    await eventually(async () => (await next.ask(query)).cost === 1, { what: 'the purge by the new tag' });
    expect(await today.ask(query)).toEqual({ text: before.text, cost: 0 });
  });

  it('with fewer precise declarations one does not serve what an unrelated write does not purge', async () => {
    const query = '{ product(upc: "7") { name price } }';
    expect((await today.ask(query)).cost).toBe(1);
    await today.settled();
    const own = await careful.ask(query);
    expect(own.cost).toBe(1);
    await careful.settled();
    await careful.restart();
    expect(await careful.ask(query)).toEqual({ text: own.text, cost: 0 });
    await deployment.sql('catalog', "update catalog.bundle set discount_percent = 11 where upc = 'b1'");
    await eventually(async () => (await careful.ask(query)).cost === 1, { what: 'the purge by an unrelated write' });
  });
});

interface Reader {
  /** @returns the body, and requests to the catalog */
  ask(query: string): Promise<{ readonly text: string; readonly cost: number }>;
  /** Resolves when its writes have reached the shards. */
  settled(): Promise<void>;
  /** With nothing in L1; resolves when it trusts the cache. */
  restart(): Promise<void>;
  inForce(): Promise<void>;
  purgeTag(tag: string): Promise<void>;
}

function reader(gateway: GatewayProcess, shardCount: number): Reader {
  const requests = async (): Promise<number> =>
    (await gateway.metrics()).sum('freshet_origin_requests_total', { subgraph: 'catalog' });
  const inForce = (): Promise<void> => readsItsCache(gateway.metrics, ['catalog'], shardCount);
  return {
    inForce,
    async ask(query) {
      const before = await requests();
      const { body } = await gateway.ask(query);
      expect(body.errors).toBeUndefined();
      return { text: JSON.stringify(body), cost: (await requests()) - before };
    },
    settled: () => writesLanded(gateway.metrics),
    async restart() {
      await gateway.restart();
      await inForce();
    },
    purgeTag: (tag) =>
      purgeByHand(gateway.managementOrigin, INVALIDATION_KEY, [
        { kind: 'cache_tag', subgraphs: ['catalog'], cache_tag: tag },
      ]),
  };
}
