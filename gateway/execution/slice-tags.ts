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
  const { declared, subjectHash, subgraph } = spec;
  const schemaTags = tagsBySchema(spec, rules);
  if (declared.length === 0 && subjectHash === null) return schemaTags;
  const own = declared.map((tag) => cacheTag(subgraph.name, tag));
  if (subjectHash !== null) own.push(subjectTag(subjectHash));
  return [...own, ...schemaTags];
}

/** What does not depend on the data: the same list for all slices of a kind. */
function tagsBySchema(spec: SliceTagsSpec, rules: CacheRules): readonly string[] {
  const { kind, subgraph, coordinate, reaches, inlined, keylessType } = spec;
  const bySubgraph = made.get(rules) ?? new WeakMap<SubgraphFacts, Map<string, readonly string[]>>();
  made.set(rules, bySubgraph);
  const known = bySubgraph.get(subgraph) ?? new Map<string, readonly string[]>();
  bySubgraph.set(subgraph, known);
  const key = `${kind}/${coordinate}/${reaches ?? ''}/${keylessType ?? ''}/${inlined.size > 0}`;
  const tags = known.get(key) ?? makeTags(spec, rules);
  known.set(key, tags);
  return tags;
}

const made = new WeakMap<CacheRules, WeakMap<SubgraphFacts, Map<string, readonly string[]>>>();

function makeTags(spec: SliceTagsSpec, rules: CacheRules): readonly string[] {
  const { name } = spec.subgraph;
  const lists = spec.reaches === null ? [] : entitiesReachable(spec.reaches, spec.subgraph);
  // A root field without entities has no tag by which a table could purge it, whatever is declared.
  const isUnnamed = spec.kind === 'root' && lists.length === 0;
  // What is held within bears what it would bear by itself: its type need not be precise.
  if (isUnnamed || spec.inlined.size > 0 || !rules.isPrecise(name, spec.coordinate)) {
    return [anyTag(name)];
  }
  const tags = lists.map((typename) => listTag(name, typename));
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
