// From an event to the tags that it purges in one subgraph. The gateway alone makes tags, here and where entries are made.

import type { PurgeEvent, PurgeRecord } from '../../schema/purge-event.ts';
import {
  anyTag,
  cacheTag,
  changeTag,
  entityTag,
  type KeyObject,
  type KeyValue,
  listTag,
  typeTag,
} from '../../schema/tag.ts';
import { type EntityFacts, type FieldSet, INVALIDATION_SOURCE, type SubgraphSources, subgraphsFor } from './facts.ts';

/** `typename`: the type that a full ledger may purge whole instead; null when only the whole subgraph could stand for it. */
export interface PurgedTag {
  readonly tag: string;
  readonly typename: string | null;
  /** Tags that are few by nature, one per type or subgraph, are never forgotten. */
  readonly kept: 'always' | 'while there is room';
}

export type Purge =
  | { readonly kind: 'tags'; readonly tags: readonly PurgedTag[] }
  /** Whatever was read before this event. */
  | { readonly kind: 'subgraph' }
  /** What it names cannot be found among the subgraph's types and keys. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface EventPurge {
  readonly subgraph: string;
  readonly purge: Purge;
}

interface EventScope {
  readonly subgraph: string;
  /** All the subgraphs that this event is for. */
  readonly targets: readonly string[];
  readonly source: string;
}

/** What an event purges in each subgraph that it is for; empty when it is for none of these. */
export function eventPurges(
  { source, event }: Extract<PurgeRecord, { kind: 'purge' }>,
  subgraphs: readonly SubgraphSources[],
  facts: EntityFacts,
): readonly EventPurge[] {
  const targets = subgraphsFor(subgraphs, source, event.subgraph);
  return targets.map((subgraph) => ({ subgraph, purge: purgeOf(event, { subgraph, targets, source }, facts) }));
}

function purgeOf(event: PurgeEvent, scope: EventScope, facts: EntityFacts): Purge {
  const declared = event.kind === 'subgraph' ? [] : declaredTags(event.tags, scope.subgraph);
  switch (event.kind) {
    case 'subgraph':
      return { kind: 'subgraph' };
    case 'tag':
      // What is purged by hand, by a declared tag alone, is not a change of the database.
      return {
        kind: 'tags',
        tags: scope.source === INVALIDATION_SOURCE ? declared : [...declared, always(anyTag(scope.subgraph))],
      };
    case 'type':
    case 'entity':
      return typedPurge(event, [...declared, always(anyTag(scope.subgraph))], scope, facts);
  }
}

export interface EntityRecord {
  readonly typename: string;
  readonly key: KeyObject;
}

/** Where entries of the event's entity may be kept in a subgraph: under each of its names, by each of its keys, old and new. */
export function entityRecords(
  event: Extract<PurgeEvent, { kind: 'entity' }>,
  subgraph: string,
  facts: EntityFacts,
): readonly EntityRecord[] {
  return typenamesOf(subgraph, event.type, facts).flatMap((typename) => {
    const keys = facts.keysOf(subgraph, typename) ?? [];
    return keys.flatMap((fields) => heldKeys(event.keys, fields)).map((key) => ({ typename, key }));
  });
}

type TypedEvent = Extract<PurgeEvent, { kind: 'type' | 'entity' }>;

function typedPurge(
  event: TypedEvent,
  tags: PurgedTag[],
  { subgraph, targets }: EventScope,
  facts: EntityFacts,
): Purge {
  const typenames = typenamesOf(subgraph, event.type, facts);
  if (typenames.length === 0) {
    // A source that several subgraphs read: a table that is no type of this one may still be what its answers are made of.
    const known = targets.some((target) => typenamesOf(target, event.type, facts).length > 0);
    return known ? { kind: 'tags', tags } : unreadable(`expected a type of ${targets.join(', ')}, got ${event.type}`);
  }
  for (const typename of typenames) {
    if (event.kind === 'type') {
      tags.push(always(typeTag(subgraph, typename)), always(listTag(subgraph, typename)));
    } else {
      const keys = facts.keysOf(subgraph, typename) ?? [];
      const found = entityTags(subgraph, typename, keys, event.keys);
      if (keys.length > 0 && found.tags.size === 0 && typename === event.type) {
        return unreadable(`expected the fields of a key of ${typename}, got ${fieldsOf(event.keys)}`);
      }
      for (const tag of found.tags) tags.push({ tag, typename, kept: 'while there is room' });
      // An entry that is kept by a key which the event does not hold can only be found by its type.
      if (!found.complete) tags.push(always(typeTag(subgraph, typename)));
      if (event.list) tags.push(always(listTag(subgraph, typename)));
    }
    tags.push(always(changeTag(subgraph, typename)));
  }
  return { kind: 'tags', tags };
}

/** The type and what else its entities are called; only names that the subgraph knows. */
function typenamesOf(subgraph: string, typename: string, facts: EntityFacts): readonly string[] {
  const itself = facts.keysOf(subgraph, typename) === null ? [] : [typename];
  return [...itself, ...facts.interfacesOf(subgraph, typename).filter((name) => name !== typename)];
}

function entityTags(
  subgraph: string,
  typename: string,
  keys: readonly FieldSet[],
  objects: readonly KeyObject[],
): { readonly tags: ReadonlySet<string>; readonly complete: boolean } {
  const tags = new Set<string>();
  let complete = keys.length > 0;
  for (const fields of keys) {
    const held = heldKeys(objects, fields);
    if (held.length === 0) complete = false;
    for (const key of held) tags.add(entityTag(subgraph, typename, key));
  }
  return { tags, complete };
}

/** Those of the objects that hold all fields of a key, with no others. */
function heldKeys(objects: readonly KeyObject[], fields: FieldSet): readonly KeyObject[] {
  return objects.map((object) => projectKey(object, fields)).filter((key) => key !== null);
}

function projectKey(object: KeyObject, fields: FieldSet): KeyObject | null {
  const projected: Record<string, KeyValue> = {};
  for (const [field, below] of fields) {
    const value = Object.hasOwn(object, field) ? object[field] : undefined;
    const projection = value === undefined ? null : projectValue(value, below);
    if (projection === null) return null;
    projected[field] = projection.value;
  }
  return projected;
}

function projectValue(value: KeyValue, below: FieldSet | null): { readonly value: KeyValue } | null {
  const isNested = value !== null && typeof value === 'object';
  if (below === null) return isNested ? null : { value };
  const nested = isNested ? projectKey(value, below) : null;
  return nested === null ? null : { value: nested };
}

function declaredTags(names: readonly string[], subgraph: string): PurgedTag[] {
  return names.map((name) => ({ tag: cacheTag(subgraph, name), typename: null, kept: 'while there is room' }));
}

function always(tag: string): PurgedTag {
  return { tag, typename: null, kept: 'always' };
}

function unreadable(reason: string): Purge {
  return { kind: 'unreadable', reason };
}

function fieldsOf(objects: readonly KeyObject[]): string {
  return objects.map((object) => `{${Object.keys(object).join(', ')}}`).join(', ');
}
