// An error of a subgraph about `_entities` as a whole is told where the entities stand in the client's answer.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      'type Query { user: User users: [User] groups: [Group] } type User @key(fields: "id") { id: ID! } type Group { members: [User] }',
      {
        Query: {
          user: () => ({ id: '1' }),
          users: () => [{ id: '1' }, { id: '2' }],
          groups: () => [{ members: [{ id: '3' }] }, { members: [{ id: '4' }] }],
        },
      },
    ),
    subgraph('b', 'type User @key(fields: "id") { id: ID! name: String }', {
      User: {
        __resolveReference() {
          throw new Error('boom');
        },
      },
    }),
  ]);
});

afterAll(() => both.stop());

it.each([
  ['{ user { id name } }', [['user']]],
  ['{ me: user { id name } }', [['me']]],
  ['{ users { id name } }', [['users']]],
  ['{ groups { members { name } } }', [['groups']]],
  ['{ user { name } groups { members { name } } }', [['groups'], ['user']]],
])('is told once at each field that holds them: %s', async (query, paths) => {
  const apollo = await both.apollo(query);
  for (const ask of [both.uncached, both.ours]) {
    const { data, errors } = await ask(query);
    expect(data).toEqual(apollo.data);
    const told = errors.map((error) => JSON.parse(error));
    expect(told.map(({ message }) => message)).toEqual(paths.map(() => 'boom'));
    expect(told.map(({ path }) => path).sort()).toEqual(paths);
  }
});
