// The short road and Apollo Server's give byte-equal answers, and both the same as plain Apollo Server on the same schema.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLAIN_ACCEPTS } from '../../../gateway/http/known-road.ts';
import { ask, type Door, openDoor, post } from './door.ts';
import { type Judge, plainApollo } from './judge.ts';
import { essence } from './transports.ts';

let quick: Door;
let slow: Door;
/** Plain Apollo Server over the same schema and resolvers. */
let judge: Judge;

beforeAll(async () => {
  quick = await openDoor();
  slow = await openDoor({ shortRoad: 'off' });
  judge = await plainApollo(quick.graph);
});

afterAll(async () => {
  await Promise.all([quick.close(), slow.close(), judge.stop()]);
});

/** Cold (through Apollo Server), then known: both must be the same, and the second must have taken the short road where it may. */
async function everyWay(body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const cold = await post(quick.server.origin, body, headers);
  const known = await post(quick.server.origin, body, headers);
  const long = await post(slow.server.origin, body, headers);
  const plain = await post(judge.origin, body, headers);
  return { cold, known, long, plain };
}

const LIST = '{ items(first: 3) { id name price } }';

describe('operations', () => {
  it.each<[string, object]>([
    ['a plain query', { query: LIST }],
    ['null, and an entity that is not found', { query: '{ echo { text } item(id: "none") { id } }' }],
    [
      'variables of every kind',
      {
        query: 'query Q($t: String, $c: Int, $j: JSON) { echo(text: $t, count: $c, json: $j) { text count json } }',
        variables: { t: 'ü\u2028\ud83d\ude00\\"', c: -7, j: { b: 1, '2': [1.5, null, true], __proto__x: {}, '': '' } },
      },
    ],
    [
      'null for variables, operation name and extensions',
      { query: LIST, variables: null, operationName: null, extensions: null },
    ],
    ['extensions that say nothing', { query: LIST, extensions: { clientLibrary: { name: 'x' } } }],
    [
      'one of two operations',
      { query: 'query A { item(id: 1) { id } } query B { item(id: 2) { id name } }', operationName: 'B' },
    ],
    [
      'aliases, fragments and directives',
      {
        query:
          'query ($no: Boolean = false) { b: item(id: 1) { ...F } a: item(id: 2) { x: id ...F @include(if: $no) } } fragment F on Item { name __typename }',
      },
    ],
    ['an error beside data', { query: '{ broken item(id: 1) { id } }' }],
    ['an error that nulls its parent, with code and details', { query: '{ items(first: 2) { id bad } }' }],
    ['an error that nulls everything', { query: '{ brokenHard }' }],
    ['a status that an error asks for', { query: '{ teapot }' }],
    ['an alias that is a prototype key', { query: '{ __proto__: item(id: 1) { constructor: id } }' }],
    ['variables that do not fit', { query: 'query ($c: Int) { echo(count: $c) { count } }', variables: { c: 'x' } }],
    ['a variable that is missing', { query: 'query ($id: ID!) { item(id: $id) { id } }' }],
    ['introspection', { query: '{ __schema { queryType { name } } __typename }' }],
    ['a mutation', { query: 'mutation { rename(id: 1, name: "x") { id name } }' }],
  ])('are answered alike on every road: %s', async (_what, body) => {
    const { cold, known, long, plain } = await everyWay(body);
    expect(known).toEqual(cold);
    expect(long).toEqual(cold);
    expect(essence(cold)).toEqual(essence(plain));
  });

  it('that are refused are refused alike on every road', async () => {
    const bodies: object[] = [
      { query: '{ nothing }' },
      { query: '{ item(id: 1) ' },
      { query: 'query A { item(id: 1) { id } } query B { item(id: 2) { id } }' },
      { query: 'query A { item(id: 1) { id } }', operationName: 'C' },
      { query: LIST, operationName: '' },
      { query: LIST, operationName: 7 },
      { query: LIST, variables: [] },
      { query: LIST, variables: '{}' },
      { query: LIST, extensions: [] },
      { query: '' },
      { query: { kind: 'Document' } },
      { mutation: '{}' },
      {},
      [],
      [{ query: LIST }, { query: LIST }],
    ];
    await post(quick.server.origin, { query: LIST });
    for (const body of bodies) {
      const { cold, known, long, plain } = await everyWay(body);
      expect(known, JSON.stringify(body)).toEqual(cold);
      expect(long, JSON.stringify(body)).toEqual(cold);
      expect(essence(cold), JSON.stringify(body)).toEqual(essence(plain));
      expect(cold.status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
      expect(cold.headers['cache-control'], JSON.stringify(body)).toBe('no-store');
    }
  });

  it('with response extensions are answered alike on both roads', async () => {
    const { cold, known, long } = await everyWay({ query: '#extended\n{ item(id: 1) { id } }' });
    expect(cold.text).toBe('{"data":{"item":{"id":"1"}},"extensions":{"z":1,"a":[null,{"1":2}]}}\n');
    expect(known).toEqual(cold);
    expect(long).toEqual(cold);
  });

  it('without any data are answered alike on both roads', async () => {
    const { cold, known, long } = await everyWay({ query: '#without data\n{ broken }' });
    expect(cold).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^\{"errors":\[\{"message":"it broke".*\]\}\n$/),
    });
    expect(known).toEqual(cold);
    expect(long).toEqual(cold);
  });

  it('that may be kept bear the same headers on both roads', async () => {
    const lifetime = { maxAgeMs: 41_900, scope: 'private', ageMs: 3_999 } as const;
    quick.graph.lifetime = lifetime;
    slow.graph.lifetime = lifetime;
    try {
      const { cold, known, long } = await everyWay({ query: '{ item(id: 4) { id } }' });
      expect(cold.headers).toMatchObject({ 'cache-control': 'max-age=41, private', age: '3' });
      expect(known).toEqual(cold);
      expect(long).toEqual(cold);
    } finally {
      quick.graph.lifetime = null;
      slow.graph.lifetime = null;
    }
  });

  it('whose executor fails are told apart only in the log', async () => {
    const { cold, known, long } = await everyWay({ query: '{ defect }' });
    expect(cold).toMatchObject({
      status: 500,
      text: '{"errors":[{"message":"Internal server error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}\n',
    });
    expect(known).toEqual(cold);
    expect(long).toEqual(cold);
    expect(quick.defects).toHaveLength(2);
  });

  it('for which there is no plan say so with the code of the table', async () => {
    const { cold, known } = await everyWay({ query: '{ unplanned }' });
    expect(cold).toMatchObject({
      status: 400,
      text: '{"errors":[{"message":"Expected a plan, got none","extensions":{"code":"PLAN_FAILED"}}]}\n',
    });
    expect(known).toEqual(cold);
    expect(quick.defects).not.toContainEqual(expect.objectContaining({ code: 'PLAN_FAILED' }));
  });
});

describe('the short road', () => {
  it('is taken by the second request of an operation, and not by the first', async () => {
    const query = 'query OnlyHere { item(id: 77) { id } }';
    const before = quick.longRoadCount();
    await post(quick.server.origin, { query });
    await post(quick.server.origin, { query });
    expect(quick.longRoadCount()).toBe(before + 1);
  });

  it.each<[string, Record<string, string>, object]>([
    ['a debug header', { 'apollo-cache-debugging': 'true' }, { query: LIST }],
    ['a query plan header', { 'apollo-query-plan-experimental': '1' }, { query: LIST }],
    ['an Accept that is not plain', { accept: 'text/html, application/json;q=0.3' }, { query: LIST }],
    ['a persisted query without a hash', {}, { query: LIST, extensions: { persistedQuery: {} } }],
    ['a batch', {}, [{ query: LIST }]],
    ['introspection', {}, { query: '{ __schema { queryType { name } } __typename }' }],
    ['a mutation', {}, { query: 'mutation { rename(id: 1, name: "x") { id name } }' }],
    ['another operation name', {}, { query: LIST, operationName: 'X' }],
  ])('is not taken by %s', async (_what, headers, body) => {
    await post(quick.server.origin, { query: LIST });
    await post(quick.server.origin, body, { accept: '*/*', ...headers });
    const before = quick.longRoadCount();
    await post(quick.server.origin, body, { accept: '*/*', ...headers });
    expect(quick.longRoadCount()).toBe(before + 1);
  });

  it.each([...PLAIN_ACCEPTS])('gives for Accept %s what Apollo Server gives', async (accept, type) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const { cold, known, plain } = await everyWay({ query: LIST }, headers);
    expect(plain.headers['content-type']).toBe(type);
    expect(essence(known)).toEqual(essence(plain));
    expect(essence(cold)).toEqual(essence(plain));
  });
});

describe("Apollo Server's road", () => {
  it('admits an operation once, whatever road its requests take', async () => {
    const query = 'mutation Once { rename(id: 1, name: "x") { id } }';
    const before = slow.graph.admittedCount();
    await post(slow.server.origin, { query });
    await post(slow.server.origin, { query });
    expect(slow.graph.admittedCount()).toBe(before + 1);
  });

  it('shows browsers the landing page', async () => {
    const page = await ask(quick.server.origin, { method: 'GET', headers: { accept: 'text/html' } });
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html' } });
    expect(page.text).toContain('<!DOCTYPE html>');
  });

  it('refuses other methods', async () => {
    const answer = await ask(quick.server.origin, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
  });
});
