// What a conformance suite is: subgraphs with fixed data, and queries, some of them with the answer that must come.

import type { LocalSubgraph } from '../../support/local-graph.ts';

export interface SuiteQuery {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The right `data`, written down where it is not obvious or where Apollo's gateway does not give it. */
  readonly data?: unknown;
  /** Why Apollo's gateway is no judge here: then `data` alone is. */
  readonly apolloIsWrong?: string;
  /** Why a plan of Apollo's planner cannot give the right answer: the query is not asked with it. */
  readonly notByApollo?: string;
}

export interface Suite {
  readonly name: string;
  readonly subgraphs: readonly LocalSubgraph[];
  /** As the configuration declares it. */
  readonly inline?: readonly string[];
  readonly queries: readonly SuiteQuery[];
}
