// An entity that was lost from the store and that its subgraph cannot resolve again is filled in everywhere it stands.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

const SHOP = { id: 's', label: 'Shop', nick: 'sh' };

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', 'type Query { ps: [P] } type P @key(fields: "id") { id: ID! }', {
      Query: { ps: () => [{ id: '1' }, { id: '2' }] },
      P: { __resolveReference: (p) => p },
    }),
    subgraph(
      'b',
      `type P @key(fields: "id") { id: ID! shop: Shop shops: [Shop] }
       type Shop @key(fields: "id") { id: ID! label: String! nick: String }`,
      { P: { __resolveReference: (p) => p, shop: () => SHOP, shops: () => [SHOP, SHOP] } },
    ),
  ]);
});

afterAll(() => both.stop());

it.each(['{ ps { shop { id nick } } }', '{ ps { shop { id label } } }', '{ ps { shops { label nick } } }'])(
  'fetches every entry around the entity again: %s',
  async (query) => {
    both.forgetAll();
    const cold = await both.ours(query);
    expect(cold).toEqual(await both.apollo(query));
    both.forget(({ typename }) => typename === 'Shop');
    expect(await both.ours(query)).toEqual(cold);
    expect(await both.ours(query)).toEqual(cold);
  },
);
