// Digests of what stored values mean: a deploy that changes a type, or how it is tagged, must not meet old text.

import { hash } from 'node:crypto';
import type { FieldSet } from './field-set.ts';
import type { FieldFacts, SupergraphFacts } from './subgraph-facts.ts';

/**
 * @param field of a root type: the digest of this field alone. Null: of a whole entity type
 * @returns over the type, every type that is no entity and reachable from it, keys, enum values and cache tags
 */
export function shapeDigest(facts: SupergraphFacts, subgraph: string, typename: string, field: string | null): string {
  return hash('sha256', describe(facts, subgraph, typename, field), 'base64url').slice(0, DIGEST_LENGTH);
}

/** 96 bits. */
const DIGEST_LENGTH = 16;

function describe(facts: SupergraphFacts, subgraphName: string, typename: string, field: string | null): string {
  const subgraph = facts.subgraphs.get(subgraphName);
  if (subgraph === undefined) return '';
  const lines: string[] = [];
  const seen = new Set<string>();
  const visitType = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const type = subgraph.types.get(name);
    if (type === undefined) {
      lines.push(`${name} ${facts.enums.get(name) ?? ''}`);
      return;
    }
    const keys = type.keys.map(keyText).sort().join(';');
    lines.push(`${type.kind} ${name} [${keys}] ${type.cacheTags.join(' ')}`);
    if (name !== typename && type.keys.length > 0) return;
    for (const member of [...subgraph.possibleTypes(name)].sort()) visitType(member);
    for (const [fieldName, fieldFacts] of [...type.fields].sort(byName)) visitField(name, fieldName, fieldFacts);
  };
  const visitField = (
    parent: string,
    name: string,
    { signature, external, cacheTags, typename: below }: FieldFacts,
  ): void => {
    lines.push(`${parent}.${name} ${signature} ${external} ${cacheTags.join(' ')}`);
    visitType(below);
  };
  const root = field === null ? undefined : subgraph.types.get(typename)?.fields.get(field);
  if (root !== undefined && field !== null) visitField(typename, field, root);
  else visitType(typename);
  return lines.join('\n');
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

function keyText(key: FieldSet): string {
  return [...key]
    .map(([name, below]) => (below === null ? name : `${name}{${keyText(below)}}`))
    .sort()
    .join(' ');
}
