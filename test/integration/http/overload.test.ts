// A crowd of 500 clients on sockets of their own before a subgraph that hangs: refusals at once, everybody else served, and all is well by itself after.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema, graphqlSync } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../gateway/config.ts';
import { composeSupergraph } from '../../../gateway/federation/compose.ts';
import { startGateway } from '../../../gateway/gateway.ts';
import { createLog } from '../../../gateway/telemetry/logs.ts';
import { eventually } from '../../support/eventually.ts';
import { openDoor, post, type RawAnswer } from './door.ts';

const CLIENT_COUNT = 500;
const SLOW = 'type Query { slow(n: Int): String both: String } type Mutation { change(n: Int): Int }';
const QUICK = 'type Query { quick(n: Int): String }';

interface Asked {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const closers: (() => Promise<unknown> | unknown)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freshet-overload-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(folder, { recursive: true });
});

/** Holds its answers back until it is let go. */
async function openSubgraph(sdl: string, rootValue: object) {
  const schema = buildSchema(sdl);
  const answerTo = ({ query, variables }: Asked): string =>
    JSON.stringify(graphqlSync({ schema, source: query, variableValues: variables, rootValue }));
  const held = new Map<ServerResponse, Asked>();
  const queries: string[] = [];
  let isHolding = false;
  let most = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const asked: Asked = JSON.parse(body);
    queries.push(asked.query);
    if (!isHolding) return response.end(answerTo(asked));
    held.set(response, asked);
    most = Math.max(most, held.size);
    return response.once('close', () => held.delete(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    queries,
    held,
    mostHeld: () => most,
    hold(): void {
      isHolding = true;
    },
    letGo(): void {
      isHolding = false;
      for (const [response, asked] of held) response.end(answerTo(asked));
    },
  };
}

/** @param policy of what the slow subgraph says */
async function openGateway(policy: 'never' | 'ttl', lines: string) {
  const slow = await openSubgraph(SLOW, { slow: 'at last', both: 'b', change: 1 });
  const quick = await openSubgraph(QUICK, { quick: 'at once' });
  const { supergraphSdl = '' } = composeSupergraph([
    { name: 'slow', url: slow.url, sdl: SLOW },
    { name: 'quick', url: quick.url, sdl: QUICK },
  ]);
  const path = join(folder, 'supergraph.graphql');
  await writeFile(path, supergraphSdl);
  const text = `supergraph: { path: ${path} }
listen: { host: 127.0.0.1, port: 0, managementPort: 0, drainDelay: 0ms, drainTimeout: 1s }
cache: { default: { ttl: 1h }, subgraphs: { slow: { policy: ${policy} } } }
${lines}
`;
  const config = resolveConfig({ file: { path: 'freshet.yaml', text }, env: {}, flags: {}, cwd: '/' });
  const log = createLog({ level: 'silent', stream: process.stderr, colours: 'off' });
  const gateway = await startGateway(config, log);
  closers.push(() => gateway.stop());
  const ask = (query: string, variables: object = {}): Promise<RawAnswer> =>
    post(gateway.publicOrigin, { query, variables });
  return { slow, quick, ask };
}

const SLOW_QUERY = 'query ($n: Int) { slow(n: $n) }';
const QUICK_QUERY = 'query ($n: Int) { quick(n: $n) }';

const crowdOf = (ask: (n: number) => Promise<RawAnswer>): readonly Promise<RawAnswer>[] =>
  Array.from({ length: CLIENT_COUNT }, (_, n) => ask(n));

/** How many of each status came so far. */
function counted(crowd: readonly Promise<RawAnswer>[]) {
  const answers: RawAnswer[] = [];
  for (const one of crowd) one.then((answer) => answers.push(answer)).catch(() => undefined);
  return { answers, of: (status: number) => answers.filter((answer) => answer.status === status) };
}

describe('a subgraph that hangs', () => {
  it('has so many requests at a time; who waits too long gets 503, others are served, and it recovers by itself', async () => {
    const { slow, quick, ask } = await openGateway(
      'never',
      'origin: { maxConnections: 8, maxWaiting: 40, waitTimeout: 500ms }',
    );
    await ask(SLOW_QUERY, { n: -1 });
    await ask(QUICK_QUERY, { n: 0 });
    slow.hold();
    const crowd = crowdOf((n) => ask(SLOW_QUERY, { n }));
    const { answers, of } = counted(crowd);
    // All but those whom it has under way: the ones for whom there is no room at once, the ones that wait a little later.
    await eventually(() => of(503).length === CLIENT_COUNT - 8, { what: 'the refusals', timeoutMs: 30_000 });
    expect(answers).toHaveLength(CLIENT_COUNT - 8);
    for (const { headers, text } of answers) {
      expect(headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
      expect(JSON.parse(text)).toMatchObject({
        data: { slow: null },
        errors: [{ extensions: { code: 'ORIGIN_OVERLOADED', serviceName: 'slow' } }],
      });
    }
    const texts = answers.map(({ text }) => text);
    const full = '8 requests are under way, 40 wait (origin.maxWaiting)';
    const late = 'no turn came within 500 ms (origin.waitTimeout)';
    expect(texts.filter((text) => text.includes(full)).length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.includes(late)).length).toBeGreaterThanOrEqual(40);
    expect(texts.every((text) => text.includes(full) || text.includes(late))).toBe(true);
    // The other subgraph is asked as ever.
    for (let n = 1; n <= 50; n += 1) expect((await ask(QUICK_QUERY, { n })).status).toBe(200);
    expect(quick.queries).toHaveLength(51);
    slow.letGo();
    const ends = await Promise.all(crowd);
    expect(ends.filter(({ status }) => status === 200)).toHaveLength(8);
    expect(slow.mostHeld()).toBe(8);
    expect(await ask(SLOW_QUERY, { n: 1_000 })).toMatchObject({ status: 200, text: '{"data":{"slow":"at last"}}\n' });
  });

  it('keeps half of all places at most: what is cached and what others have to tell is answered', async () => {
    const { slow, quick, ask } = await openGateway('ttl', 'limits: { waiting: 20 }');
    await ask(QUICK_QUERY, { n: 0 });
    await ask('{ both }');
    slow.hold();
    // All want the same: one request to the subgraph, and still each of them holds memory while it waits.
    const crowd = crowdOf(() => ask(SLOW_QUERY, { n: 1 }));
    const { of } = counted(crowd);
    await eventually(() => of(503).length === CLIENT_COUNT - 10, { what: 'the refusals', timeoutMs: 30_000 });
    for (const { text } of of(503)) expect(text).toMatch(/"code":"(ORIGIN|SERVER)_OVERLOADED"/);
    const askedCount = quick.queries.length;
    for (const query of ['{ both }', '{ both }']) expect((await ask(query)).text).toBe('{"data":{"both":"b"}}\n');
    expect((await ask(QUICK_QUERY, { n: 0 })).status).toBe(200);
    expect(quick.queries).toHaveLength(askedCount);
    expect((await ask(QUICK_QUERY, { n: 1 })).status).toBe(200);
    // What came of one part is not thrown away for the other.
    const partial = await ask('query ($n: Int) { quick(n: $n) slow(n: 9) }', { n: 0 });
    expect(partial.status).toBe(200);
    expect(partial.headers).not.toHaveProperty('retry-after');
    expect(JSON.parse(partial.text)).toMatchObject({
      data: { quick: 'at once', slow: null },
      errors: [{ extensions: { code: 'ORIGIN_OVERLOADED' } }],
    });
    slow.letGo();
    const ends = await Promise.all(crowd);
    expect(ends.filter(({ status }) => status === 200)).toHaveLength(10);
    expect((await ask(SLOW_QUERY, { n: 2 })).status).toBe(200);
  });

  it('keeps no more places with what is never cached and has nobody to wait with', async () => {
    const { slow, ask } = await openGateway('never', 'limits: { waiting: 20 }\norigin: { maxConnections: 1000 }');
    await ask(SLOW_QUERY, { n: 0 });
    slow.hold();
    const crowd = crowdOf((n) => ask(SLOW_QUERY, { n }));
    const { of } = counted(crowd);
    await eventually(() => of(503).length === CLIENT_COUNT - 10, { what: 'the refusals', timeoutMs: 30_000 });
    expect(slow.mostHeld()).toBe(10);
    slow.letGo();
    const ends = await Promise.all(crowd);
    expect(ends.filter(({ status }) => status === 200)).toHaveLength(10);
    expect((await ask(SLOW_QUERY, { n: 1 })).status).toBe(200);
  });

  it('is not asked for a mutation that is refused', async () => {
    const { slow, ask } = await openGateway('never', 'origin: { maxConnections: 1, maxWaiting: 0 }');
    await ask(SLOW_QUERY, { n: 0 });
    slow.hold();
    const waiting = ask(SLOW_QUERY, { n: 1 });
    await eventually(() => slow.held.size === 1, { what: 'the request that holds the only connection' });
    const refused = await ask('mutation { change(n: 1) }');
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(slow.queries.some((query) => query.startsWith('mutation'))).toBe(false);
    slow.letGo();
    expect((await waiting).status).toBe(200);
    expect((await ask('mutation { change(n: 1) }')).status).toBe(200);
  });
});

describe('when all places are taken', () => {
  it('what is new is refused with 503, what is known is answered', async () => {
    const door = await openDoor({ yaml: 'limits: { waiting: 2 }' });
    closers.push(() => door.close());
    await post(door.server.origin, { query: '{ item(id: 1) { id } }' });
    for (const holder of ['a', 'b']) expect(door.waits.take(holder)).toBe('taken');
    const refused = await post(door.server.origin, { query: '{ item(id: 2) { id } }' });
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1', 'cache-control': 'no-store' } });
    expect(JSON.parse(refused.text).errors[0].extensions.code).toBe('SERVER_OVERLOADED');
    expect((await post(door.server.origin, { query: '{ item(id: 1) { id } }' })).status).toBe(200);
    door.waits.leave('a');
    expect((await post(door.server.origin, { query: '{ item(id: 2) { id } }' })).status).toBe(200);
    expect((await post(door.server.origin, { query: '{ nonsense }' })).status).toBe(400);
    expect((await post(door.server.origin, { query: '{ defect }' })).status).toBe(500);
    // However a request ends, its place is free again.
    expect(door.waits.take('a')).toBe('taken');
  });
});
