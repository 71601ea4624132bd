// Federation by its rules, feature by feature: the right answer whatever is stored, whoever plans.
//
// The features and most of the situations are those of The Guild's audit of federation gateways (MIT,
// github.com/graphql-hive/federation-gateway-audit); schemas, data and queries are written anew.

import { describe, expect, it } from 'vitest';
import { ABSTRACT_SUITES } from './cases/abstract.ts';
import { CONFLICT_SUITES } from './cases/conflicts.ts';
import { DIRECTIVE_SUITES } from './cases/directives.ts';
import { INTERFACE_OBJECT_SUITES } from './cases/interface-objects.ts';
import { KEY_SUITES } from './cases/keys.ts';
import { OWNERSHIP_SUITES } from './cases/ownership.ts';
import { PLACE_SUITES } from './cases/places.ts';
import { PROVIDES_SUITES } from './cases/provides.ts';
import { REQUIRES_SUITES } from './cases/requires.ts';
import { SHAPE_SUITES } from './cases/shapes.ts';
import { startConformanceGraph } from './conformance-graph.ts';
import { expectConformance } from './expect-conformance.ts';

const SUITES = [
  ...ABSTRACT_SUITES,
  ...CONFLICT_SUITES,
  ...DIRECTIVE_SUITES,
  ...INTERFACE_OBJECT_SUITES,
  ...KEY_SUITES,
  ...OWNERSHIP_SUITES,
  ...PLACE_SUITES,
  ...PROVIDES_SUITES,
  ...REQUIRES_SUITES,
  ...SHAPE_SUITES,
];

describe.each(SUITES)('$name', (suite) => {
  it.each(['the product', 'apollo'] as const)('is answered right as %s plans it', async (planner) => {
    const queries = suite.queries.filter(({ notByApollo }) => planner !== 'apollo' || notByApollo === undefined);
    const graph = await startConformanceGraph(suite, planner === 'apollo' ? planner : 'default');
    try {
      expect(await expectConformance(graph, queries, planner === 'apollo' ? 1 : 2)).toBeGreaterThan(0);
    } finally {
      await graph.stop();
    }
  });
});
