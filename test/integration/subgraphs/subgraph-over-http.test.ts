// What a subgraph says over HTTP besides data: lifetimes, tags, who may ask, what it refuses.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveSubgraph } from '../../../subgraphs/graph.ts';
import { openLog } from '../../../subgraphs/kit/log.ts';
import { within } from '../../support/eventually.ts';
import { ask, bearer } from './graphql-request.ts';
import { type RunningGraph, startRunningGraph } from './running-graph.ts';

const log = openLog('test', 'silent');
let graph: RunningGraph;

beforeAll(async () => {
  graph = await startRunningGraph(0.02);
});

afterAll(async () => {
  await graph?.stop();
});

const ENTITIES = 'query ($all: [_Any!]!) { _entities(representations: $all)';

describe('lifetimes', () => {
  it.each([
    ['{ product(upc: "1") { name dimensions { length } media { url } } }', 'max-age=300, public'],
    ['{ product(upc: "1") { name brand { name } } newArrivals { upc } }', 'max-age=60, public'],
    ['{ search(text: "e", first: 2) { __typename } }', 'max-age=30, public'],
    ['{ product(upc: "no-such-product") { name } }', 'max-age=300, public'],
    ['{ product(upc: "1") { priceIn(currency: XAU) } }', 'no-store'],
  ])('the answer to %s has the header cache-control: %s', async (query, header) => {
    const { headers } = await ask(graph.subgraphs.catalog.url, { query });
    expect(headers.get('cache-control')).toBe(header);
  });

  it('what only the person itself sees is private, and a field of lifetime 0 is not kept', async () => {
    const { headers } = await ask(graph.subgraphs.accounts.url, {
      query: '{ me { email } }',
      headers: { authorization: bearer('1') },
    });
    expect(headers.get('cache-control')).toBe('max-age=30, private');
    const warehouse = await ask(graph.subgraphs.inventory.url, {
      query: '{ warehouse(id: "ber-1") { name queueLength } }',
    });
    expect(warehouse.headers.get('cache-control')).toBe('no-store');
  });

  it('each entity of a batch has its own, in the order of the representations; the header has the least', async () => {
    const { headers, extensions } = await ask(graph.subgraphs.catalog.url, {
      query: `${ENTITIES} { ... on Product { name } ... on Bundle { name } ... on Brand { name } } }`,
      variables: {
        all: [
          { __typename: 'Brand', id: '1' },
          { __typename: 'Product', upc: '1' },
          { __typename: 'Product', sku: 'no-such-sku' },
          { __typename: 'Bundle', upc: 'b1' },
        ],
      },
    });
    expect(extensions?.freshet).toEqual({
      entities: [{ maxAge: 600 }, { maxAge: 300 }, { maxAge: 300 }, { maxAge: 120 }],
    });
    expect(headers.get('cache-control')).toBe('max-age=120, public');
  });

  /** Without nulls and empty lists Apollo Server's own arithmetic must come to the same number. */
  it.each([
    ['accounts', { __typename: 'User', id: '1' }, '... on User { name joinedAt }'],
    ['accounts', { __typename: 'User', id: '1' }, '... on User { followers(first: 1) { nodes { lastSeenAt } } }'],
    ['accounts', { __typename: 'User', id: '1' }, '... on User { wishlist { sku } homeStore { id } }'],
    ['catalog', { __typename: 'Bundle', upc: 'b1' }, '... on Bundle { products { name } }'],
    [
      'catalog',
      { __typename: 'Product', upc: '1' },
      '... on Product { brand { name } variants { size } priceHistory { price } }',
    ],
    ['catalog', { __typename: 'Media', id: '1' }, '... on Media { url } ... on Image { alt product { name } }'],
    ['inventory', { __typename: 'Product', upc: '1' }, '... on Product { inStock }'],
    ['inventory', { __typename: 'Product', upc: '1' }, '... on Product { inStock stock { quantity } }'],
    ['inventory', { __typename: 'Warehouse', id: 'ber-1' }, '... on Warehouse { name queueLength }'],
    ['inventory', { __typename: 'Warehouse', id: 'ber-1' }, '... on Warehouse { name queueLength @skip(if: true) }'],
    ['reviews', { __typename: 'Product', upc: '1' }, '... on Product { reviews(first: 1) { nodes { id } } }'],
    ['reviews', { __typename: 'Media', id: '1' }, '... on Media { likeCount }'],
  ] as const)('%s: the lifetime of %o with %s is the one in the header', async (name, representation, fields) => {
    const { headers, extensions } = await ask(graph.subgraphs[name].url, {
      query: `${ENTITIES} { ${fields} } }`,
      variables: { all: [representation] },
    });
    const maxAge = Number(/max-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1] ?? 0);
    expect(extensions?.freshet).toEqual({ entities: [{ maxAge }] });
  });

  it('two batches in one request are not told apart: neither has lifetimes of its own', async () => {
    const { extensions } = await ask(graph.subgraphs.catalog.url, {
      query: `query ($all: [_Any!]!) { a: _entities(representations: $all) { __typename } b: _entities(representations: $all) { __typename } }`,
      variables: { all: [{ __typename: 'Product', upc: '1' }] },
    });
    expect(extensions?.freshet).toBeUndefined();
  });
});

describe('tags that readers declare', () => {
  it('a bundle whose price was read bears a tag of each of its products, at its place in the batch', async () => {
    const { data, extensions } = await ask(graph.subgraphs.catalog.url, {
      query: `${ENTITIES} { ... on Bundle { price products { upc } } ... on Product { name } } }`,
      variables: {
        all: [
          { __typename: 'Product', upc: '1' },
          { __typename: 'Bundle', upc: 'b2' },
        ],
      },
    });
    const upcs = JSON.stringify(data).match(/(?<="upc":")\d+/g) ?? [];
    expect(upcs).toHaveLength(3);
    expect(extensions?.apolloEntityCacheTags).toEqual([[], upcs.map((upc) => `part-${upc}`)]);
  });

  it('below root fields they are told for the whole answer', async () => {
    const { extensions } = await ask(graph.subgraphs.inventory.url, {
      query: '{ stock(warehouseId: "ber-1", upc: "7") { product { delivery(country: "DE") { days } } } }',
    });
    expect(extensions?.apolloCacheTags).toEqual(['delivery']);
  });

  it('no extension is sent where none was declared', async () => {
    const { extensions } = await ask(graph.subgraphs.catalog.url, { query: '{ product(upc: "1") { name } }' });
    expect(extensions).toBeUndefined();
  });
});

describe('who may ask', () => {
  it('without the secret nobody is answered, whatever comes near it; health needs none', async () => {
    const subgraph = await serveSubgraph('catalog', {
      databaseUrl: graph.urls.catalog,
      port: 0,
      log,
      secret: 'a secret',
    });
    try {
      const query = '{ __typename }';
      expect((await ask(subgraph.url, { query })).status).toBe(401);
      expect((await ask(subgraph.url, { query, headers: { 'freshet-secret': 'a secreT' } })).status).toBe(401);
      const allowed = await ask(subgraph.url, { query, headers: { 'freshet-secret': 'a secret' } });
      expect(allowed.data).toEqual({ __typename: 'Query' });
      expect(await (await fetch(new URL('/health', subgraph.url))).json()).toEqual({ status: 'ok' });
    } finally {
      await subgraph.stop();
    }
  });
});

describe('what is refused', () => {
  const post = (body: string): Promise<Response> =>
    fetch(graph.subgraphs.catalog.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

  it('a body that is no JSON', async () => {
    const response = await post('{"query": ');
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('expected JSON')]);
  });

  it('a body of more than 8 MiB', async () => {
    const response = await post(
      JSON.stringify({ query: '{ __typename }', extensions: { padding: 'x'.repeat(9 * 1024 * 1024) } }),
    ).catch(
      // The server may close while the rest is still being sent.
      () => null,
    );
    expect(response?.status ?? 413).toBe(413);
    expect((await post('{"query":"{__typename}"}')).status).toBe(200);
  });

  it('another path', async () => {
    expect((await fetch(new URL('/other', graph.subgraphs.catalog.url))).status).toBe(404);
  });

  it('a port in use, in words that name it', async () => {
    const { port } = graph.subgraphs.catalog;
    await expect(serveSubgraph('reviews', { databaseUrl: graph.urls.reviews, port, log })).rejects.toThrow(
      `expected port ${port} of 127.0.0.1 for subgraph reviews to be free`,
    );
  });

  it('a defect of ours or of the database is named in the log alone', async () => {
    const errors: object[] = [];
    const subgraph = await serveSubgraph('catalog', {
      databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing',
      port: 0,
      log: { info: () => undefined, warn: () => undefined, error: (fields) => void errors.push(fields) },
    });
    try {
      const answer = await ask(subgraph.url, { query: '{ product(upc: "1") { name } }' });
      expect(answer.errors?.[0]?.message).toBe('internal error of subgraph catalog');
      expect(JSON.stringify(answer)).not.toContain('ECONNREFUSED');
      expect(errors).toEqual([expect.objectContaining({ err: expect.objectContaining({ code: 'ECONNREFUSED' }) })]);
    } finally {
      await subgraph.stop();
    }
  });
});

it('stops in time though a client keeps its connection open', async () => {
  const subgraph = await serveSubgraph('catalog', { databaseUrl: graph.urls.catalog, port: 0, log });
  const client = connect(subgraph.port, '127.0.0.1');
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.on('error', () => undefined);
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  await within(10_000, 'the subgraph to stop', subgraph.stop());
  await within(10_000, 'the connection to end', ended);
});
