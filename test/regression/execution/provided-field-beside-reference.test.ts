// A field that only `@provides` gives is never read from an entity of its own, whatever was stored of that entity before.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';

const USERS: readonly Row[] = [{ id: '1', name: 'Ann', profile: { city: 'Rome', zip: '1' } }];
const REVIEWS: readonly Row[] = [{ id: '1', author: '1' }];

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'reviews',
      `type Query { review(id: ID!): Review author: User @provides(fields: "profile { city }") }
       type Review @key(fields: "id") { id: ID! author: User @provides(fields: "name") }
       type User @key(fields: "id") { id: ID! name: String @external reviews: [Review] profile: Profile @shareable }
       type Profile { city: String @external zip: String @shareable }`,
      {
        Query: { review: (_, args) => by(REVIEWS, 'id')(args), author: () => USERS[0] },
        Review: {
          __resolveReference: by(REVIEWS, 'id'),
          author: ({ author }) => by(USERS, 'id')({ id: author }),
        },
        User: {
          __resolveReference: ({ id }) => ({ id, profile: { zip: '1' } }),
          reviews: ({ id }) => REVIEWS.filter(({ author }) => author === id),
        },
      },
    ),
    subgraph(
      'accounts',
      `type Query { users: [User] }
       type User @key(fields: "id") { id: ID! name: String @shareable email: String profile: Profile @shareable }
       type Profile @shareable { city: String zip: String }`,
      { Query: { users: () => USERS }, User: { __resolveReference: by(USERS, 'id') } },
    ),
  ]);
});

afterAll(() => both.stop());

it('reads a provided field where it was provided', () =>
  expectSame(both, [
    { query: '{ users { reviews { id } } }' },
    { query: '{ review(id: 1) { author { reviews { id } } } }' },
    { query: '{ review(id: 1) { author { name } } }' },
    { query: '{ review(id: 1) { author { name email reviews { id } } } }' },
  ]));

it.each(['{ author { profile { city } } }', '{ author { profile { city zip } name } }'])(
  'reads a field provided within an object where it was provided, after the entity was lost: %s',
  async (query) => {
    both.forgetAll();
    const cold = await both.ours(query);
    expect(cold).toEqual(await both.apollo(query));
    both.forget(({ subgraph: name, typename }) => name === 'reviews' && typename === 'User');
    expect(await both.ours(query)).toEqual(cold);
  },
);
