// Pages of lists: what a cursor holds, and what is refused.
import { expect, it } from 'vitest';
import { readLength, readPage, toConnection } from '../../../subgraphs/kit/connection.ts';

const rowsOf = (...names: string[]): { name: string; place: string[] }[] =>
  names.map((name) => ({ name, place: [name, '"é\n'] }));

it('the cursor of a row leads to the page after it', () => {
  const page = readPage({ first: 2 }, 2);
  const connection = toConnection(
    rowsOf('a', 'b', 'c'),
    page,
    ({ place }) => place,
    async () => 3,
  );
  expect(connection.nodes.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(connection.pageInfo.hasNextPage).toBe(true);
  expect(readPage({ first: 2, after: connection.pageInfo.endCursor }, 2)).toEqual({
    firstCount: 2,
    after: ['b', '"é\n'],
  });
});

it('a page that holds all that is left has no next one, and an empty one no end', () => {
  const page = readPage({ first: 2, after: null }, 2);
  expect(
    toConnection(
      rowsOf('a', 'b'),
      page,
      ({ place }) => place,
      async () => 2,
    ).pageInfo.hasNextPage,
  ).toBe(false);
  expect(
    toConnection(
      rowsOf(),
      page,
      ({ place }) => place,
      async () => 0,
    ).pageInfo,
  ).toEqual({ hasNextPage: false, endCursor: null });
});

it('a page of no rows still tells that there are some', () => {
  const connection = toConnection(
    rowsOf('a'),
    readPage({ first: 0 }, 2),
    ({ place }) => place,
    async () => 1,
  );
  expect([connection.nodes, connection.pageInfo]).toEqual([[], { hasNextPage: true, endCursor: null }]);
});

it('the count is asked for only when it is wanted', async () => {
  let asked = 0;
  const connection = toConnection(
    rowsOf('a'),
    readPage({ first: 1 }, 2),
    ({ place }) => place,
    async () => {
      asked += 1;
      return 7;
    },
  );
  expect(asked).toBe(0);
  expect(await connection.totalCount()).toBe(7);
});

it.each([
  ['a negative length', { first: -1 }],
  ['more than 100', { first: 101 }],
  ['no base64url', { first: 1, after: '!!!' }],
  ['no list', { first: 1, after: Buffer.from('{"a":1}').toString('base64url') }],
  ['no texts', { first: 1, after: Buffer.from('[1,2]').toString('base64url') }],
  ['a place in another list', { first: 1, after: Buffer.from('["a"]').toString('base64url') }],
])('%s is refused as bad input', (_, args) => {
  expect(() => readPage(args, 2)).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }));
});

it('lists without cursors have the same limits', () => {
  expect(readLength('last', 100)).toBe(100);
  expect(() => readLength('last', 101)).toThrow('last: expected 0 to 100, got 101');
});
