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
  /** Entities are held within whose key is not known. */
  readonly holdsEntities: boolean;
  /** False: no purge by key can name the record. The name of its type, then, or null. */
  readonly keylessType: string | null;
}

/** @param own as `callerTags` gives them @returns tags beyond those that follow from the address */
export const sliceTags = (own: readonly string[], schemaTags: readonly string[]): readonly string[] =>
  own.length === 0 ? schemaTags : [...own, ...schemaTags];

/** Tags that the data brings with it: declared ones, and that of the subject whose own it is. */
export function callerTags(
  subgraph: string,
  declared: readonly string[],
  subjectHash: string | null,
): readonly string[] {
  if (declared.length === 0 && subjectHash === null) return declared;
  const own = declared.map((tag) => cacheTag(subgraph, tag));
  if (subjectHash !== null) own.push(subjectTag(subjectHash));
  return own;
}

/** What does not depend on the data: the same list for all slices of a kind. */
export function tagsBySchema(spec: SliceTagsSpec, rules: CacheRules): readonly string[] {
  const { kind, subgraph, coordinate, reaches, holdsEntities, keylessType } = spec;
  const bySubgraph = entryOf(made, rules, () => new WeakMap());
  const byPlace = entryOf(bySubgraph, subgraph, () => new Map());
  // The kind is part of it: a root field and a field of the same type are two.
  const place = entryOf(byPlace, coordinate, () => []);
  for (const known of place) {
    const isSame =
      known.kind === kind &&
      known.reaches === reaches &&
      known.holdsEntities === holdsEntities &&
      known.keylessType === keylessType;
    if (isSame) return known.tags;
  }
  const tags = makeTags(spec, rules);
  place.push({ kind, reaches, holdsEntities, keylessType, tags });
  return tags;
}

interface Made extends Pick<SliceTagsSpec, 'kind' | 'reaches' | 'holdsEntities' | 'keylessType'> {
  readonly tags: readonly string[];
}

/** By subgraph, then by coordinate: schemas bound how many there are. */
const made = new WeakMap<CacheRules, WeakMap<SubgraphFacts, Map<string, Made[]>>>();

function entryOf<Key, Value>(
  map: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}

function makeTags(spec: SliceTagsSpec, rules: CacheRules): readonly string[] {
  const { name } = spec.subgraph;
  const lists = spec.reaches === null ? [] : entitiesReachable(spec.reaches, spec.subgraph);
  // A root field without entities has no tag by which a table could purge it, whatever is declared.
  const isUnnamed = spec.kind === 'root' && lists.length === 0;
  // What is held within bears what it would bear by itself: its type need not be precise.
  if (isUnnamed || spec.holdsEntities || !rules.isPrecise(name, spec.coordinate)) {
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
