// The families of addresses of one supergraph, each made once.

import { hash } from 'node:crypto';
import type { AddressFamily, Addressing } from '../cache/record-address.ts';
import { shapeDigest } from '../federation/shape-digest.ts';
import type { SupergraphFacts } from '../federation/subgraph-facts.ts';
import { inlineFields } from './inline-field.ts';
import type { CacheRules, ExecutionContext } from './run.ts';

export function createFamilies(
  addressing: Addressing,
  facts: SupergraphFacts,
  rules: CacheRules,
): ExecutionContext['family'] {
  const known = new Map<string, Map<string, AddressFamily>>();
  return (subgraph, typename, field) => {
    let ofSubgraph = known.get(subgraph);
    if (ofSubgraph === undefined) {
      ofSubgraph = new Map();
      known.set(subgraph, ofSubgraph);
    }
    const name = field === null ? typename : `${typename}.${field}`;
    let family = ofSubgraph.get(name);
    if (family === undefined) {
      const kind = field === null ? 'entity' : 'root';
      const policy = rules.policy(subgraph, field === null ? typename : name);
      const digest = `${shapeDigest(facts, subgraph, typename, field)}${declared(subgraph, typename, field, facts, rules)}`;
      family = addressing.family({
        subgraph,
        typename,
        kind,
        policy,
        shapeDigest: digest,
      });
      ofSubgraph.set(name, family);
    }
    return family;
  };
}

/**
 * What the configuration declares of a type or root field and that its tags depend on. Two gateways that differ in it must not
 * read each other's entries: one would miss tags that the other relies on. '' where nothing is declared.
 */
function declared(
  subgraph: string,
  typename: string,
  field: string | null,
  facts: SupergraphFacts,
  rules: CacheRules,
): string {
  const known = facts.subgraphs.get(subgraph);
  // A record that is addressed by an interface is tagged as the object that the subgraph tells.
  const typenames = new Set([typename, ...(known?.possibleTypes(typename) ?? [])]);
  const precise: string[] = [];
  const inline: string[] = [];
  for (const name of typenames) {
    const isInline = known === undefined ? () => false : inlineFields(known, name, rules.isInline);
    if (rules.isPrecise(subgraph, name)) precise.push(name);
    for (const one of field === null ? (known?.types.get(name)?.fields.keys() ?? []) : [field]) {
      if (rules.isPrecise(subgraph, `${name}.${one}`)) precise.push(`${name}.${one}`);
      if (isInline(one)) inline.push(`${name}.${one}`);
    }
  }
  if (precise.length === 0 && inline.length === 0) return '';
  return hash('sha256', JSON.stringify([precise.sort(), inline.sort()]), 'base64url').slice(0, DECLARED_LENGTH);
}

/** 66 bits. */
const DECLARED_LENGTH = 11;
