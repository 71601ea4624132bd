// The tags of a slice: safe unless declared precise.

import { anyTag, cacheTag, changeTag, listTag, subjectTag } from '../../schema/tag.ts';
import type { SubgraphFacts } from '../federation/subgraph-facts.ts';
import type { CacheRules } from './run.ts';

export interface SliceTagsSpec {
  readonly kind: 'entity' | 'root';
  readonly subgraph: SubgraphFacts;
  /** `Type` for plain columns, `Type.field` for a field that is kept apart, a root field included. */
  readonly coordinate: string;
  /** The type whose entities the field can hold; null for plain columns. */
  readonly reaches: string | null;
  /** Types of entities held within whose key is not known. */
  readonly inlined: ReadonlySet<string>;
  /** False: no purge by key can name the record. The name of its type, then, or null. */
  readonly keylessType: string | null;
  readonly declared: readonly string[];
  readonly subjectHash: string | null;
}

/** @returns tags beyond those that follow from the address */
export function sliceTags(spec: SliceTagsSpec, rules: CacheRules): readonly string[] {
  const { name } = spec.subgraph;
  const tags: string[] = spec.declared.map((declared) => cacheTag(name, declared));
  if (spec.subjectHash !== null) tags.push(subjectTag(spec.subjectHash));
  const lists = spec.reaches === null ? [] : entitiesReachable(spec.reaches, spec.subgraph);
  // A root field without entities has no tag by which a table could purge it, whatever is declared.
  const isUnnamed = spec.kind === 'root' && lists.length === 0;
  // What is held within bears what it would bear by itself: its type need not be precise.
  if (isUnnamed || spec.inlined.size > 0 || !rules.isPrecise(name, spec.coordinate)) {
    tags.push(anyTag(name));
    return tags;
  }
  for (const typename of lists) tags.push(listTag(name, typename));
  if (spec.keylessType !== null) tags.push(changeTag(name, spec.keylessType));
  return tags;
}

/** Every entity type that a value of the type can hold by the schema: members of unions and interfaces, under wrappers too. */
function entitiesReachable(typename: string, subgraph: SubgraphFacts): readonly string[] {
  const bySubgraph = reachable.get(subgraph) ?? new Map<string, readonly string[]>();
  reachable.set(subgraph, bySubgraph);
  const known = bySubgraph.get(typename);
  if (known !== undefined) return known;
  const entities = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const type = subgraph.types.get(name);
    if (type === undefined || seen.has(name)) return;
    seen.add(name);
    if (type.keys.length > 0) entities.add(name);
    if (type.kind !== 'object') for (const member of subgraph.possibleTypes(name)) visit(member);
    else if (type.keys.length === 0) for (const field of type.fields.values()) visit(field.typename);
  };
  visit(typename);
  const list = [...entities];
  bySubgraph.set(typename, list);
  return list;
}

const reachable = new WeakMap<SubgraphFacts, Map<string, readonly string[]>>();
