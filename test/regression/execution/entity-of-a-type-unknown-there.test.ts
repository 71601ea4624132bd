// A subgraph that knows an interface as one object is not asked for the types beside the one that is meant: it would refuse them all.

import { expect, it } from 'vitest';
import { startBothExecutors } from '../../unit/execution/both-executors.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';

const MEDIA: readonly Row[] = [
  { __typename: 'Page', id: '1', title: 'One' },
  { __typename: 'Film', id: '2', title: 'Two' },
];

const SUBGRAPHS = [
  subgraph(
    'catalog',
    `type Query { media: [Media] }
     interface Media @key(fields: "id") { id: ID! title: String }
     type Page implements Media @key(fields: "id") { id: ID! title: String }
     type Film implements Media @key(fields: "id") { id: ID! title: String }`,
    {
      Query: { media: () => MEDIA },
      Media: { __resolveReference: by(MEDIA, 'id') },
      Page: { __resolveReference: by(MEDIA, 'id') },
      Film: { __resolveReference: by(MEDIA, 'id') },
    },
  ),
  subgraph(
    'blurbs',
    `type Media @key(fields: "id") @interfaceObject { id: ID! title: String @external
       blurb: String @requires(fields: "title") }`,
    { Media: { __resolveReference: (medium) => medium, blurb: ({ title }) => `<${title}>` } },
  ),
];

it.each([undefined, 'apollo'] as const)('has what is asked of one type, planner: %s', async (planner) => {
  const both = await startBothExecutors(SUBGRAPHS, planner);
  try {
    for (const ask of [both.uncached, both.ours, both.ours]) {
      expect(await ask('{ media { ... on Page { ... on Media { blurb } id } title id } }')).toEqual({
        data: {
          media: [
            { blurb: '<One>', id: '1', title: 'One' },
            { title: 'Two', id: '2' },
          ],
        },
        errors: [],
        extensions: null,
      });
    }
  } finally {
    await both.stop();
  }
});
