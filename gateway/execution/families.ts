// The families of addresses of one supergraph, each made once.

import type { AddressFamily, Addressing } from '../cache/record-address.ts';
import type { ShapeDigest } from '../federation/shape-digest.ts';
import type { CacheRules, ExecutionContext } from './run.ts';

export function createFamilies(
  addressing: Addressing,
  shapeDigest: ShapeDigest,
  rules: CacheRules,
): ExecutionContext['family'] {
  const known = new Map<string, Map<string, AddressFamily>>();
  return (subgraph, typename, field) => {
    const ofSubgraph = known.get(subgraph) ?? new Map<string, AddressFamily>();
    known.set(subgraph, ofSubgraph);
    const name = field === null ? typename : `${typename}.${field}`;
    let family = ofSubgraph.get(name);
    if (family === undefined) {
      const kind = field === null ? 'entity' : 'root';
      const policy = rules.policy(subgraph, field === null ? typename : name);
      family = addressing.family({
        subgraph,
        typename,
        kind,
        policy,
        shapeDigest: shapeDigest(subgraph, typename, field),
      });
      ofSubgraph.set(name, family);
    }
    return family;
  };
}
