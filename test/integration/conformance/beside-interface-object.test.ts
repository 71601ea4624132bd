// An interface object that an operation does not touch changes nothing of its answer.

import { describe, expect, it } from 'vitest';
import { subgraph } from '../../unit/execution/subgraph.ts';
import { KEY_SUITES } from './cases/keys.ts';
import { REQUIRES_SUITES } from './cases/requires.ts';
import { startConformanceGraph } from './conformance-graph.ts';
import { expectConformance } from './expect-conformance.ts';

const UNRELATED = [
  subgraph(
    'beside1',
    'type Query { gadgets: [Gadget] } interface Gadget @key(fields: "id") { id: ID! } type Lamp implements Gadget @key(fields: "id") { id: ID! }',
    { Query: { gadgets: () => [] } },
  ),
  subgraph('beside2', 'type Gadget @key(fields: "id") @interfaceObject { id: ID! colour: String }'),
];

describe.each([...KEY_SUITES, ...REQUIRES_SUITES])('$name', ({ subgraphs, queries }) => {
  it('is answered right beside an interface object of others', async () => {
    const graph = await startConformanceGraph({ subgraphs: [...subgraphs, ...UNRELATED] }, 'default');
    try {
      expect(await expectConformance(graph, queries, 1)).toBeGreaterThan(0);
    } finally {
      await graph.stop();
    }
  });
});
