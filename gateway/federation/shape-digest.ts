// Digests of what stored values mean: a deploy that changes a type, or how it is tagged, must not meet old text.

import { hash } from 'node:crypto';
import type { FieldSet } from './field-set.ts';
import type { FieldFacts, SubgraphFacts, SupergraphFacts, TypeFacts } from './subgraph-facts.ts';

/**
 * Of all that decides how a record of this type or root field is read and tagged: fields with their arguments and defaults, every type
 * that is no entity and reachable from it, input types and enums of arguments, members of interfaces and unions, keys and their
 * types, cache tags. Entities within are records of their own: of them only what names them. Where one is held within all the
 * same, its digest stands beside its fields. @see Shape.heldAs
 * @param field of a root type: the digest of this field alone. Null: of a whole entity type, for an interface with its members
 * @returns 96 bits
 */
export function shapeDigest(facts: SupergraphFacts, subgraph: string, typename: string, field: string | null): string {
  const known = facts.subgraphs.get(subgraph);
  const text = known === undefined ? '' : describe(facts, known, typename, field);
  return hash('sha256', text, 'base64url').slice(0, DIGEST_LENGTH);
}

/** shapeDigest of entity types, each made once. */
export function entityShapes(facts: SupergraphFacts): (subgraph: string, typename: string) => string {
  const known = new Map<string, string>();
  return (subgraph, typename) => {
    const name = `${subgraph} ${typename}`;
    const digest = known.get(name) ?? shapeDigest(facts, subgraph, typename, null);
    known.set(name, digest);
    return digest;
  };
}

const DIGEST_LENGTH = 16;

function describe(facts: SupergraphFacts, subgraph: SubgraphFacts, typename: string, field: string | null): string {
  // As JSON: names, formats and defaults may hold any character.
  const lines: string[] = [];
  const say = (...parts: readonly unknown[]): void => void lines.push(JSON.stringify(parts));
  const seen = new Set<string>();
  /** Whose fields the record may hold: an interface's record holds those of the object that the subgraph tells. */
  const own = new Set([typename, ...subgraph.possibleTypes(typename)]);
  const visitType = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const type = subgraph.types.get(name);
    if (type === undefined) {
      const leaf = facts.leaves.get(name);
      say(name, leaf?.text ?? 'scalar');
      for (const below of leaf?.typenames ?? []) visitType(below);
      return;
    }
    const members = [...subgraph.possibleTypes(name)].sort();
    const keys = type.keys.map((key) => keyText(key, type, subgraph)).sort();
    say(name, type.kind, type.isInterfaceObject, keys, members, type.cacheTags);
    for (const member of members) visitType(member);
    if (!own.has(name) && type.keys.length > 0) return;
    for (const [fieldName, fieldFacts] of [...type.fields].sort(byName)) visitField(name, fieldName, fieldFacts);
  };
  const visitField = (parent: string, name: string, facts: FieldFacts): void => {
    say(parent, name, facts.signature, facts.external, facts.provides, facts.cacheTags);
    for (const argument of facts.argumentTypenames) visitType(argument);
    visitType(facts.typename);
  };
  const root = field === null ? undefined : subgraph.types.get(typename)?.fields.get(field);
  if (root !== undefined && field !== null) {
    // A root type's other fields are records of their own.
    own.clear();
    visitField(typename, field, root);
  } else visitType(typename);
  return lines.join('\n');
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** With types: a reference holds the key's values, and is read by them alone. */
function keyText(key: FieldSet, type: TypeFacts | undefined, subgraph: SubgraphFacts): string {
  return [...key]
    .map(([name, below]) => {
      const field = type?.fields.get(name);
      const inner = below === null ? '' : `{${keyText(below, subgraph.types.get(field?.typename ?? ''), subgraph)}}`;
      return `${name}: ${field?.typeText ?? '?'}${inner}`;
    })
    .sort()
    .join(' ');
}
