// GET, hashes and variables lead to the same compiled operation as a POST of its text, and get round none of the checks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Door, openDoor, post } from './door.ts';
import { type Judge, plainApollo } from './judge.ts';
import { byGet, byPost, essence, hashOf, persisted, type Question, searchOf, TRANSPORTS } from './transports.ts';

let quick: Door;
let slow: Door;
let judge: Judge;

beforeAll(async () => {
  quick = await openDoor();
  slow = await openDoor({ shortRoad: 'off' });
  judge = await plainApollo(quick.graph);
});

afterAll(async () => {
  await Promise.all([quick.close(), slow.close(), judge.stop()]);
});

const PREFLIGHT = { 'apollo-require-preflight': '1' };
const NAMED = '{ items(first: 3) { id name price } }';

const QUESTIONS: Readonly<Record<string, Question>> = {
  'a plain query': { query: NAMED },
  'text that a URL has to escape': { query: '{ echo(text: "ü &?#+%26=\u2028") { text } }' },
  'variables of every kind': {
    query: 'query Q($t: String, $c: Int, $j: JSON) { echo(text: $t, count: $c, json: $j) { text count json } }',
    variables: { t: 'a+b&c="%"', c: -7, j: { b: 1, '2': [1.5, null, true], __proto__x: {}, '': '' } },
  },
  'one of two operations': {
    query: 'query A { item(id: 1) { id } } query B { item(id: 2) { id name } }',
    operationName: 'B',
  },
  'extensions that say nothing': { query: '{ item(id: 3) { id } }', extensions: { client: { name: 'x' } } },
  'an error beside data': { query: '{ broken item(id: 1) { id } }' },
  'an error that nulls everything': { query: '{ brokenHard }' },
  'a status that an error asks for': { query: '{ teapot }' },
  'variables that do not fit': { query: 'query ($c: Int) { echo(count: $c) { count } }', variables: { c: 'x' } },
  'a variable that is missing': { query: 'query ($id: ID!) { item(id: $id) { id } }' },
};

describe.each(Object.entries(QUESTIONS))('%s', (_what, question) => {
  it.each(Object.entries(TRANSPORTS))(
    'by %s is answered alike on both roads and by plain Apollo Server',
    async (_by, send) => {
      const cold = await send(quick.server.origin, question);
      const known = await send(quick.server.origin, question);
      const before = quick.longRoadCount();
      const again = await send(quick.server.origin, question);
      expect(quick.longRoadCount()).toBe(before);
      const long = await send(slow.server.origin, question);
      for (const answer of [known, again, long]) expect(answer).toEqual(cold);
      expect(essence(cold)).toEqual(essence(await send(judge.origin, question)));
    },
  );
});

describe('a known operation', () => {
  it('is one for all transports: admitted once, and then no request for it is long', async () => {
    const query = '{ item(id: "for all") { id } }';
    const admitted = quick.graph.admittedCount();
    await post(quick.server.origin, { query });
    // Its hash is registered by Apollo Server, which alone reckons it.
    await post(quick.server.origin, { query, extensions: persisted(query) });
    const before = quick.longRoadCount();
    for (const send of Object.values(TRANSPORTS)) {
      expect((await send(quick.server.origin, { query })).text).toBe('{"data":{"item":{"id":"for all"}}}\n');
    }
    expect(quick.longRoadCount()).toBe(before);
    expect(quick.graph.admittedCount()).toBe(admitted + 1);
  });

  it('that may be kept bears the same headers by GET on both roads, and 304 for whoever has it', async () => {
    const query = '{ item(id: "kept") { id } }';
    for (const { graph } of [quick, slow]) graph.lifetime = { maxAgeMs: 41_900, scope: 'public', ageMs: 3_999 };
    try {
      const cold = await byGet(quick.server.origin, { query });
      expect(cold.headers).toMatchObject({ 'cache-control': 'max-age=41, public', age: '3' });
      const before = quick.longRoadCount();
      expect(await byGet(quick.server.origin, { query })).toEqual(cold);
      const headers = { ...PREFLIGHT, 'if-none-match': String(cold.headers.etag) };
      const unchanged = await byGet(quick.server.origin, { query }, headers);
      expect(quick.longRoadCount()).toBe(before);
      expect(unchanged).toMatchObject({ status: 304, text: '' });
      expect(await byGet(slow.server.origin, { query })).toEqual(cold);
      expect(await byGet(slow.server.origin, { query }, headers)).toEqual(unchanged);
    } finally {
      for (const { graph } of [quick, slow]) graph.lifetime = null;
    }
  });
});

describe('no check is got round', () => {
  /** Known by text and by hash. */
  const known = async ({ server }: Door, query = NAMED): Promise<void> => {
    for (const send of Object.values(TRANSPORTS)) await send(server.origin, { query });
  };
  const getOf = (search: string | URLSearchParams, headers: Readonly<Record<string, string>> = PREFLIGHT) => ({
    method: 'GET',
    path: `/graphql?${search}`,
    headers,
  });

  it.each<[string, (origin: string) => ReturnType<typeof ask>]>([
    ['a GET that a form of another site could send', (origin) => ask(origin, getOf(searchOf({ query: NAMED }), {}))],
    [
      'a GET whose preflight header is empty',
      (origin) => ask(origin, getOf(searchOf({ query: NAMED }), { 'apollo-require-preflight': '' })),
    ],
    [
      'a GET of a hash that a form of another site could send',
      (origin) => ask(origin, getOf(searchOf({ extensions: persisted(NAMED) }), {})),
    ],
    [
      'a GET of a type that forms send',
      (origin) => ask(origin, getOf(searchOf({ query: NAMED }), { 'content-type': 'text/plain' })),
    ],
    [
      'a GET of a type that is not JSON',
      (origin) => ask(origin, getOf(searchOf({ query: NAMED }), { 'content-type': 'application/graphql' })),
    ],
    [
      'a POST of a type that forms send',
      (origin) => ask(origin, { headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ query: NAMED }) }),
    ],
    ['a query that stands twice', (origin) => ask(origin, getOf(`${searchOf({ query: NAMED })}&query=x`))],
    ['variables that are no JSON', (origin) => ask(origin, getOf(searchOf({ query: NAMED, variables: '{' })))],
    ['variables that are a list', (origin) => ask(origin, getOf(searchOf({ query: NAMED, variables: [] })))],
    ['variables that are null', (origin) => ask(origin, getOf(searchOf({ query: NAMED, variables: 'null' })))],
    ['extensions that are no JSON', (origin) => ask(origin, getOf(searchOf({ query: NAMED, extensions: 'x' })))],
    ['an empty query', (origin) => ask(origin, getOf('query='))],
    [
      'an empty query beside a hash',
      (origin) => ask(origin, getOf(searchOf({ query: '', extensions: persisted(NAMED) }))),
    ],
    ['nothing at all', (origin) => ask(origin, getOf(''))],
    [
      'the hash of another text',
      (origin) => byPost(origin, { query: '{ item(id: 9) { id } }', extensions: persisted(NAMED) }),
    ],
    [
      'a hash in upper case',
      (origin) =>
        post(origin, { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(NAMED).toUpperCase() } } }),
    ],
    ['an unknown hash', (origin) => post(origin, { extensions: persisted('{ __typename } # nobody') })],
    [
      'a hash of another version',
      (origin) => post(origin, { extensions: { persistedQuery: { version: 2, sha256Hash: hashOf(NAMED) } } }),
    ],
    [
      'a hash that is no text',
      (origin) => post(origin, { query: NAMED, extensions: { persistedQuery: { version: 1, sha256Hash: 7 } } }),
    ],
    ['an operation name that is not there', (origin) => byGet(origin, { query: NAMED, operationName: 'X' })],
    ['a batch of a known one', (origin) => post(origin, [{ query: NAMED }])],
  ])('by %s: both roads say what plain Apollo Server says', async (_what, send) => {
    await Promise.all([known(quick), known(slow)]);
    for (const send of Object.values(TRANSPORTS)) await send(judge.origin, { query: NAMED });
    const plain = await send(judge.origin);
    const ours = await send(quick.server.origin);
    expect(essence(ours)).toEqual(essence(plain));
    expect(await send(slow.server.origin)).toEqual(ours);
    expect(ours.text).not.toContain('"data"');
  });

  it('by a mutation over GET, as text or as hash, known as it is', async () => {
    const query = 'mutation { rename(id: 1, name: "x") { id name } }';
    const done = await byPost(quick.server.origin, { query, extensions: persisted(query) } as Question);
    expect(done.status).toBe(200);
    const runs = quick.graph.scopes.length;
    for (const question of [{ query }, { extensions: persisted(query) } as Question]) {
      const answer = await byGet(quick.server.origin, question);
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    }
    expect(quick.graph.scopes.length).toBe(runs);
  });

  it('by a bad token: no transport of a known operation is answered', async () => {
    const door = await openDoor({ yaml: 'auth: { jwt: { secret: a secret of this test that is long enough } }' });
    await known(door);
    const runs = door.graph.scopes.length;
    for (const [by, send] of Object.entries(TRANSPORTS)) {
      const answer = await send(door.server.origin, { query: NAMED }, { authorization: 'Bearer forged' });
      expect(answer, by).toMatchObject({ status: 401, headers: { 'www-authenticate': expect.anything() } });
    }
    expect(door.graph.scopes.length).toBe(runs);
    await door.close();
  });

  it('by size: a known operation in a body over the limit is refused', async () => {
    const door = await openDoor({ yaml: 'limits: { bodyBytes: 1KiB }' });
    await known(door);
    const large = { extensions: { ...persisted(NAMED), filler: 'x'.repeat(2_000) } } as unknown as Question;
    expect((await byPost(door.server.origin, large)).status).toBe(413);
    await door.close();
  });

  it.each([
    ['limits.tokens', `{ ${Array.from({ length: 40 }, (_, index) => `a${index}: __typename`).join(' ')} }`],
    ['limits.depth', `{ item(id: 1) { ${'self { '.repeat(20)} id ${'}'.repeat(20)} } }`],
    ['introspection: false', '{ __schema { queryType { name } } }'],
  ])('by hash: what %s refuses is never registered', async (_limit, query) => {
    const door = await openDoor({ yaml: 'limits: { tokens: 100, depth: 10 }\nintrospection: false' });
    for (let round = 0; round < 2; round += 1) {
      for (const [by, send] of Object.entries(TRANSPORTS)) {
        const answer = await send(door.server.origin, { query });
        expect(answer.text, by).not.toContain('"data"');
        const isHashAlone = by.endsWith('of the hash');
        expect(answer.text.includes('PERSISTED_QUERY_NOT_FOUND'), by).toBe(isHashAlone);
      }
    }
    await door.close();
  });

  it('by any transport where a plugin has to see every request', async () => {
    await known(slow);
    for (const [by, send] of Object.entries(TRANSPORTS)) {
      const before = slow.longRoadCount();
      await send(slow.server.origin, { query: NAMED });
      expect(slow.longRoadCount(), by).toBe(before + 1);
    }
  });

  it('by registering many hashes: those that are used stay, others go', async () => {
    const door = await openDoor({ yaml: 'limits: { bodyBytes: 4MiB }' });
    const long = (index: number): string => `{ item(id: "${index}") { id } } #${'x'.repeat(3_000_000)}`;
    for (let index = 0; index < 8; index += 1) {
      const query = long(index);
      expect((await byPost(door.server.origin, { query, extensions: persisted(query) } as Question)).status).toBe(200);
      await post(door.server.origin, { extensions: persisted(long(0)) });
    }
    expect((await post(door.server.origin, { extensions: persisted(long(0)) })).text).toContain('"data"');
    expect((await post(door.server.origin, { extensions: persisted(long(1)) })).text).toContain(
      'PERSISTED_QUERY_NOT_FOUND',
    );
    await door.close();
  });
});
