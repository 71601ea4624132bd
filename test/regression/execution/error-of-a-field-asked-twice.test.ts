// A field that a plan asks for twice, of an interface's object and of its type, fails once for the client.

import { expect, it } from 'vitest';
import { startBothExecutors } from '../../unit/execution/both-executors.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';

const MEDIA: readonly Row[] = [{ __typename: 'Film', id: '1', minutes: 90 }];

const SUBGRAPHS = [
  subgraph(
    'catalog',
    `interface Media @key(fields: "id") { id: ID! }
     type Film implements Media @key(fields: "id") { id: ID! minutes: Int }`,
    { Media: { __resolveReference: by(MEDIA, 'id') }, Film: { __resolveReference: by(MEDIA, 'id') } },
  ),
  subgraph(
    'ratings',
    `type Query { best: Media all: [Media] }
     type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int }`,
    {
      Query: { best: () => ({ id: '1' }), all: () => [{ id: '1' }, { id: '1' }] },
      Media: {
        __resolveReference: (medium) => medium,
        rating: () => {
          throw new Error('no rating');
        },
      },
    },
  ),
];
const failed = (...path: (string | number)[]): string =>
  JSON.stringify({ message: 'no rating', path, extensions: { serviceName: 'ratings' } });

it.each([undefined, 'apollo'] as const)('tells one error for each place, planner: %s', async (planner) => {
  const both = await startBothExecutors(SUBGRAPHS, planner);
  try {
    for (const ask of [both.uncached, both.ours, both.apollo]) {
      expect(await ask('{ best { ... on Film { minutes own: rating } rating } }')).toEqual({
        data: { best: { minutes: 90, own: null, rating: null } },
        errors: [failed('best', 'own'), failed('best', 'rating')],
        extensions: null,
      });
    }
    const { errors } = await both.ours('{ all { ... on Film { minutes own: rating } rating } }');
    expect(errors).toEqual([
      failed('all', 0, 'own'),
      failed('all', 0, 'rating'),
      failed('all', 1, 'own'),
      failed('all', 1, 'rating'),
    ]);
  } finally {
    await both.stop();
  }
});
