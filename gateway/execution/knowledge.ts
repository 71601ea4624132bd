// What is learned about subgraphs while serving, for one supergraph. Wrong knowledge costs a fetch, never an answer.

import type { SubgraphKnowledge } from './run.ts';

/** Answers in a row that may not be stored, after which a subgraph is taken to send no others. */
const UNSTORABLE_IN_A_ROW = 50;

export function createKnowledge(): SubgraphKnowledge {
  const unstorable = new Map<string, number>();
  const entities = new Map<string, boolean>();
  const fields = new Map<string, Set<string>>();
  const privates = new WeakSet<object>();
  let privateCount = 0;
  return {
    mayStore: (subgraph) => (unstorable.get(subgraph) ?? 0) < UNSTORABLE_IN_A_ROW,
    sawStorable: (subgraph) => void unstorable.set(subgraph, 0),
    sawUnstorable: (subgraph) => void unstorable.set(subgraph, (unstorable.get(subgraph) ?? 0) + 1),
    resolvesEntity: (subgraph, typename) => entities.get(`${subgraph}/${typename}`) ?? null,
    sawEntity(subgraph, typename, what) {
      const key = `${subgraph}/${typename}`;
      if (what === 'real') entities.set(key, true);
      else if (!entities.has(key)) entities.set(key, false);
    },
    resolvesField: (subgraph, coordinate) => fields.get(subgraph)?.has(coordinate) ?? false,
    sawField(subgraph, coordinate) {
      const known = fields.get(subgraph);
      if (known === undefined) fields.set(subgraph, new Set([coordinate]));
      else known.add(coordinate);
    },
    isPrivate: (selection) => privates.has(selection),
    get privateCount() {
      return privateCount;
    },
    sawPrivate(selection) {
      if (!privates.has(selection)) privateCount += 1;
      privates.add(selection);
    },
  };
}
