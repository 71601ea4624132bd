// Subgraphs that fail or answer nonsense: the same data, errors and paths as Apollo's, and nothing of it is kept.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAnswer } from '../../support/local-graph.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';
import { type HttpGraph, ORIGIN_MAX_BYTES, type Spoil, startHttpGraph } from './http-graph.ts';
import {
  ABSENT_ENTITIES,
  ENTITY_FAULTS,
  ENVELOPE_FAULTS,
  type Fault,
  SILENT_FAULTS,
  STRANGE_VALUES,
  STRAY_FAULTS,
  TRANSPORT_FAULTS,
  WRONG_SHAPES,
  WRONG_VALUES,
} from './spoilt-answers.ts';

const ITEMS: readonly Row[] = ['1', '2', '3'].map((id) => ({
  id,
  name: `Item ${id}`,
  tags: ['a', 'b'],
  kind: 'A',
  size: { w: 1, h: null },
  price: 1.5,
  stock: { count: 3, place: null },
  must: 4,
}));
const QUERIES = [
  '{ item(id: "1") { id name tags kind size { w h } } count }',
  '{ items { id name price stock { count place } } }',
  '{ item(id: "2") { must } items { related { name price } } }',
  '{ must { id must } count }',
  '{ a: item(id: "1") { price } b: item(id: "1") { stock { count } name } }',
];

let graph: HttpGraph;
beforeAll(async () => {
  graph = await startHttpGraph([
    subgraph(
      'a',
      `type Query { items: [Item] item(id: ID!): Item must: Item! count: Int } enum Kind { A B }
       type Item @key(fields: "id") { id: ID! name: String tags: [String] kind: Kind size: Size } type Size { w: Int! h: Int }`,
      {
        Query: {
          items: () => ITEMS,
          item: (_, wanted) => by(ITEMS, 'id')(wanted),
          must: () => ITEMS[2],
          count: () => 3,
        },
        Item: { __resolveReference: by(ITEMS, 'id') },
      },
    ),
    subgraph(
      'b',
      'type Item @key(fields: "id") { id: ID! price: Float stock: Stock related: [Item] must: Int! } type Stock { count: Int! place: String }',
      { Item: { __resolveReference: by(ITEMS, 'id'), related: ({ id }) => ITEMS.filter((row) => row.id !== id) } },
    ),
  ]);
});
afterAll(() => graph?.stop());

/** What of errors is compared. `paths`: where Apollo's gateway tells them in other words. */
type Compared = 'nothing' | 'paths' | 'words';

/** Each error once: a plan with more requests is told of one failure more often. */
function told({ data, errors = [], extensions }: LocalAnswer, compared: Compared): unknown {
  if (compared === 'nothing') return { data };
  const texts = errors.map((error) => {
    const { message, path, extensions: { serviceName } = {} } = JSON.parse(JSON.stringify(error));
    return JSON.stringify(compared === 'paths' ? { path } : { message, path, serviceName });
  });
  return { data, errors: [...new Set(texts)].sort(), extensions: JSON.parse(JSON.stringify(extensions ?? null)) };
}

/** Both under the fault, ours twice; then both healthy; then the fault meets what a healthy answer left. */
async function check(at: string, { spoil }: Fault, compared: Compared): Promise<void> {
  for (const query of QUERIES) {
    graph.purgeAll();
    graph.spoil(at, spoil);
    const faulty = told(await graph.apollo(query), compared);
    expect(told(await graph.ours(query), compared), `cold: ${query}`).toEqual(faulty);
    expect(told(await graph.ours(query), compared), `again: ${query}`).toEqual(faulty);
    expect(told(await graph.uncached(query), compared), `where nothing is cached: ${query}`).toEqual(faulty);
    await checkHealthy(at, query, spoil);
  }
}

/** An answer by the schema, however strange: it is the same out of the cache. */
async function checkKept(at: string, { spoil }: Fault): Promise<void> {
  graph.spoil(at, spoil);
  for (const query of QUERIES) {
    graph.purgeAll();
    const strange = told(await graph.apollo(query), 'words');
    expect(told(await graph.ours(query), 'words'), `cold: ${query}`).toEqual(strange);
    expect(told(await graph.ours(query), 'words'), `warm: ${query}`).toEqual(strange);
    expect(told(await graph.uncached(query), 'words'), `where nothing is cached: ${query}`).toEqual(strange);
  }
  graph.spoil(at, null);
}

async function checkHealthy(at: string, query: string, spoil: Spoil): Promise<void> {
  graph.spoil(at, null);
  const healthy = told(await graph.apollo(query), 'words');
  expect(told(await graph.ours(query), 'words'), `healthy again: ${query}`).toEqual(healthy);
  graph.spoil(at, spoil);
  expect(told(await graph.ours(query), 'words'), `out of the cache: ${query}`).toEqual(healthy);
  graph.spoil(at, null);
}

describe.each(['a', 'b'])('when subgraph %s answers', (at) => {
  it.each(TRANSPORT_FAULTS)('$name', (fault) => check(at, fault, 'paths'));
  it.each(ENVELOPE_FAULTS)('$name', (fault) => check(at, fault, 'words'));
  it.each(STRAY_FAULTS)('$name', (fault) => check(at, fault, 'nothing'));
  it.each(WRONG_VALUES)('$name', (fault) => check(at, fault, 'words'));

  it.each(STRANGE_VALUES)('$name', (fault) => checkKept(at, fault));

  it.each(WRONG_SHAPES)('$name', async ({ spoil, instead }) => {
    for (const query of QUERIES) {
      graph.purgeAll();
      graph.spoil(at, instead.spoil);
      const { data } = await graph.apollo(query);
      graph.spoil(at, spoil);
      expect((await graph.ours(query)).data, query).toEqual(data);
      expect((await graph.uncached(query)).data, `where nothing is cached: ${query}`).toEqual(data);
      await checkHealthy(at, query, spoil);
    }
  });

  it.each(SILENT_FAULTS)('$name', async ({ spoil }) => {
    for (const query of QUERIES) {
      graph.purgeAll();
      graph.spoil(at, spoil);
      const { data } = await graph.apollo(query);
      for (let round = 0; round < 2; round += 1) {
        const from = await graph.ours(query);
        expect(from.data, query).toEqual(data);
        if (at === 'a') expect(from.errors, query).toHaveLength(1);
      }
      await checkHealthy(at, query, spoil);
    }
  });
});

describe('when entities are answered by', () => {
  it.each(ENTITY_FAULTS)('$name', (fault) => check('b', fault, 'paths'));
  it.each(ABSENT_ENTITIES)('$name', (fault) => checkKept('b', fault));
});

describe('when entities are answered with', () => {
  it.each<[string, Spoil, string]>([
    ['nothing for longer than the deadline', () => undefined, 'ORIGIN_TIMEOUT'],
    [
      'more bytes than are read',
      (response, healthy) => void response.end(healthy.padEnd(10 * ORIGIN_MAX_BYTES)),
      'ORIGIN_TOO_LARGE',
    ],
  ])('%s', async (_, spoil, code) => {
    const query = '{ item(id: "1") { name price } }';
    graph.purgeAll();
    graph.spoil('b', spoil);
    for (const ask of [graph.ours, graph.uncached]) {
      const { data, errors } = await ask(query);
      expect(data).toEqual({ item: { name: 'Item 1', price: null } });
      expect(errors).toMatchObject([{ extensions: { code, serviceName: 'b' } }]);
    }
    await checkHealthy('b', query, spoil);
  });
});

it('a value of the wrong shape is told of', async () => {
  graph.purgeAll();
  const [fault] = WRONG_SHAPES;
  graph.spoil('a', fault?.spoil ?? null);
  const { data, errors, extensions } = await graph.ours('{ item(id: "1") { id size { w } } }');
  expect({ data, errors }).toEqual({ data: { item: { id: '1', size: null } }, errors: undefined });
  expect(extensions).toMatchObject({ valueCompletion: [{ message: 'Invalid value found for field Item.size.' }] });
  graph.spoil('a', null);
});
