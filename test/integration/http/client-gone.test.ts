// A client that goes away ends the requests to subgraphs that nobody else waits for, and no other.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveConfig } from '../../../gateway/config.ts';
import { composeSupergraph } from '../../../gateway/federation/compose.ts';
import { type RunningGateway, startGateway } from '../../../gateway/gateway.ts';
import { createLog } from '../../../gateway/telemetry/logs.ts';
import { eventually } from '../../support/eventually.ts';
import { post } from './door.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key"])';
const A = `${LINK} type Query { t: T } type Mutation { change: T } type T @key(fields: "id") { id: ID! }`;
const B = `${LINK} type T @key(fields: "id") { id: ID! more: Int }`;

/** A request that a subgraph was asked and has not answered. */
interface Held {
  readonly query: string;
  readonly response: ServerResponse;
}

const closers: (() => Promise<unknown> | unknown)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freshet-gone-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(folder, { recursive: true });
});

async function holdingSubgraph() {
  const held: Held[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    held.push({ query: JSON.parse(body).query, response });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, held };
}

/** @param policy of all types */
async function openGateway(policy: 'never' | 'ttl') {
  const [a, b] = [await holdingSubgraph(), await holdingSubgraph()];
  const { supergraphSdl = '' } = composeSupergraph([
    { name: 'a', url: a.url, sdl: A },
    { name: 'b', url: b.url, sdl: B },
  ]);
  const path = join(folder, 'supergraph.graphql');
  await writeFile(path, supergraphSdl);
  const text = `supergraph: { path: ${path} }
listen: { host: 127.0.0.1, port: 0, managementPort: 0, drainDelay: 0ms, drainTimeout: 1s }
cache: { default: { policy: ${policy}, ttl: 60s } }
`;
  const config = resolveConfig({ file: { path: 'freshet.yaml', text }, env: {}, flags: {}, cwd: '/' });
  const log = createLog({ level: 'silent', stream: process.stderr, colours: 'off' });
  const gateway: RunningGateway = await startGateway(config, log);
  closers.push(() => gateway.stop());
  const responses = async (): Promise<string> => {
    const text = await (await fetch(`${gateway.managementOrigin}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith('freshet_responses_total{'))
      .join('\n');
  };
  /** A client that leaves when it is told. */
  const client = (query: string): AbortController => {
    const leaving = new AbortController();
    const body = JSON.stringify({ query });
    fetch(`${gateway.publicOrigin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: leaving.signal,
    }).catch(() => undefined);
    return leaving;
  };
  return { a, b, client, responses, ask: (query: string) => post(gateway.publicOrigin, { query }) };
}

async function nextOf(held: readonly Held[], count = 1): Promise<Held> {
  await eventually(() => held.length === count, { what: 'a request to the subgraph' });
  const [last] = held.slice(-1);
  if (last === undefined) throw new Error('there is one');
  return last;
}

const answer = ({ response }: Held, data: object, cacheControl = 'max-age=60'): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': cacheControl });
  response.end(JSON.stringify({ data }));
};

/** As the subgraph sees it. */
const isGivenUp = ({ response }: Held): boolean => response.destroyed && !response.writableFinished;

it('a query of which nothing may be kept is given up at the subgraph, and counts for no failure', async () => {
  const { a, client, responses } = await openGateway('never');
  const leaving = client('{ t { id } }');
  const held = await nextOf(a.held);
  leaving.abort();
  await eventually(() => isGivenUp(held), { what: 'the end of the request to the subgraph' });
  expect(await responses()).toBe('');
});

it('a fetch of which something may be kept goes on, for those who joined it and those who ask next', async () => {
  const { a, client, ask } = await openGateway('ttl');
  const leaving = client('{ t { id } }');
  const held = await nextOf(a.held);
  const joined = ask('{ t { id } }');
  leaving.abort();
  // One that is given up would be gone by the time that another request has come and gone.
  expect((await ask('{ __typename }')).status).toBe(200);
  expect(isGivenUp(held)).toBe(false);
  answer(held, { t: { __typename: 'T', id: '1' } });
  expect((await joined).text).toContain('"id":"1"');
  expect((await ask('{ t { id } }')).text).toContain('"id":"1"');
  expect(a.held).toHaveLength(1);
});

it('what would come after it is not fetched any more', async () => {
  const { a, b, client, ask } = await openGateway('ttl');
  const leaving = client('{ t { id more } }');
  const held = await nextOf(a.held);
  leaving.abort();
  await ask('{ __typename }');
  answer(held, { t: { __typename: 'T', id: '1' } });
  // Long enough for a request to have come to the second subgraph.
  for (let round = 0; round < 5; round += 1) expect((await ask('{ t { id } }')).text).toContain('"id":"1"');
  expect(b.held).toEqual([]);
  const next = ask('{ t { id more } }');
  const entity = await nextOf(b.held);
  answer(entity, { _entities: [{ __typename: 'T', more: 5 }] });
  expect((await next).text).toContain('"more":5');
  expect([a.held.length, b.held.length]).toEqual([1, 1]);
});

it('a mutation is carried out to its end', async () => {
  const { a, b, client, ask } = await openGateway('never');
  const leaving = client('mutation { change { id more } }');
  const held = await nextOf(a.held);
  leaving.abort();
  await ask('{ __typename }');
  expect(isGivenUp(held)).toBe(false);
  answer(held, { _1_change: { __typename: 'T', id: '1' } }, 'no-store');
  const entity = await nextOf(b.held);
  expect(isGivenUp(entity)).toBe(false);
  answer(entity, { _entities: [{ __typename: 'T', more: 5 }] });
});
