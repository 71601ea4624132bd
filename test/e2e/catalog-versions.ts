// Both versions of the catalog before one embedded gateway that knows the catalog alone: either can be put in force, as a deploy does.
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CatalogContext, catalogSubgraph } from '../../subgraphs/catalog/catalog.ts';
import { openLog } from '../../subgraphs/kit/log.ts';
import { openDatabase } from '../../subgraphs/kit/postgres.ts';
import { type SubgraphDefinition, startSubgraph } from '../../subgraphs/kit/subgraph.ts';
import { composed } from '../support/composed.ts';
import { type Closers, createClosers } from '../support/deployment/closers.ts';
import { UNHURRIED } from '../support/deployment/gateway-settings.ts';
import { type GraphQLClient, openGraphQLClient } from '../support/deployment/graphql-client.ts';
import { type EmbeddedDeployment, startEmbeddedDeployment } from '../support/embedded-deployment.ts';
import { eventually } from '../support/eventually.ts';
import { readsItsCache } from './cache-in-force.ts';
import { nextCatalog } from './next-catalog.ts';
import { purgeByHand } from './purge-by-hand.ts';

export type CatalogVersion = 'today' | 'next';

export interface CatalogVersions {
  readonly deployment: EmbeddedDeployment;
  /** Resolves when the gateway has that version's supergraph in force, and asks that version. */
  deploy(version: CatalogVersion): Promise<void>;
  /** The body that the version itself gives, past gateway and cache. */
  uncached(version: CatalogVersion, query: string): Promise<unknown>;
  purgeTag(tag: string): Promise<void>;
  stop(): Promise<void>;
}

const INVALIDATION_KEY = 'of the test of versions';
/** What tells by the gateway's schema which version is in force, and what it says. */
const PROBE = '{ __type(name: "Brand") { fields { name type { name } } } }';
const FOUNDED: Readonly<Record<CatalogVersion, string>> = { today: 'Int', next: 'String' };
/** Of a machine with other work. */
const WAIT = { timeoutMs: 30_000 };

/** Resolves when the gateway reads its cache, with today's version in force. @param cache settings of `cache`, beside those of UNHURRIED */
export async function startCatalogVersions(cache: object): Promise<CatalogVersions> {
  const closers = createClosers();
  try {
    return await start(cache, closers);
  } catch (cause) {
    await closers.stop().catch(() => undefined);
    throw cause;
  }
}

async function start(cache: object, closers: Closers): Promise<CatalogVersions> {
  const folder = await mkdtemp(join(tmpdir(), 'freshet-reload-'));
  void closers.kept(Promise.resolve({ stop: () => rm(folder, { recursive: true, force: true }) }));
  const path = join(folder, 'supergraph.graphql');
  await replaceFile(path, supergraphOf(await readFile(SCHEMA, 'utf8')));
  closers.layer();
  const deployment = await closers.kept(
    startEmbeddedDeployment({
      gateway: {
        ...UNHURRIED,
        supergraph: path,
        cache: { ...UNHURRIED.cache, ...cache },
        purge: { invalidationKey: INVALIDATION_KEY },
      },
      holders: ['catalog'],
    }),
  );
  closers.layer();
  const log = openLog('a version of the catalog', 'error');
  const url = deployment.system.databaseUrls.catalog;
  const database = openDatabase({ url, log, applicationName: 'versions of the catalog' });
  void closers.kept(Promise.resolve({ stop: () => database.close() }));
  closers.layer();
  const serve = async (definition: SubgraphDefinition<CatalogContext>): Promise<ServedVersion> => {
    const subgraph = await closers.kept(startSubgraph(definition, { port: 0, log }));
    const client = openGraphQLClient(new URL(subgraph.url).origin);
    void closers.kept(Promise.resolve({ stop: client.close }));
    return { url: subgraph.url, supergraph: supergraphOf(definition.sdl), ask: client.ask };
  };
  const versions = { today: await serve(catalogSubgraph(database)), next: await serve(nextCatalog(database)) };
  let deployed: CatalogVersion | null = null;
  const deploy = async (version: CatalogVersion): Promise<void> => {
    if (deployed === version) return;
    deployed = version;
    deployment.holder('catalog').passTo(versions[version].url);
    await replaceFile(path, versions[version].supergraph);
    const shown = { name: 'founded', type: { name: FOUNDED[version] } };
    await eventually(
      async () => JSON.stringify((await deployment.ask(0, PROBE)).body).includes(JSON.stringify(shown)),
      { ...WAIT, what: `a gateway with the catalog of ${version}` },
    );
  };
  await deploy('today');
  await readsItsCache(() => deployment.metrics(0), ['catalog'], deployment.shardCount);
  return {
    deployment,
    deploy,
    uncached: async (version, query) => (await versions[version].ask(query)).body,
    purgeTag: (tag) =>
      purgeByHand(deployment.managementOrigin(0), INVALIDATION_KEY, [
        { kind: 'cache_tag', subgraphs: ['catalog'], cache_tag: tag },
      ]),
    stop: closers.stop,
  };
}

interface ServedVersion {
  readonly url: string;
  readonly supergraph: string;
  readonly ask: GraphQLClient['ask'];
}

const SCHEMA = new URL('../../schema/catalog.graphql', import.meta.url);

/** The gateway finds the catalog where its config says, whatever stands here. */
const supergraphOf = (sdl: string): string => composed([{ name: 'catalog', url: 'http://catalog.test/graphql', sdl }]);

/** At once: whoever watches it never reads half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
