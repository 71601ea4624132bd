// Stores what a subgraph answered: one slice for each record that the answer tells something about.

import type { Stamp, TagDigest } from '../cache/judge.ts';
import { allTags } from '../cache/key-tags.ts';
import type { RecordAddress, Slice } from '../cache/record.ts';
import { baseTags } from '../cache/record-address.ts';
import { written as nameWritten } from './canonical-name.ts';
import { tagsOfRoot } from './declared-tags.ts';
import { type EntityPart, entityParts } from './entity-parts.ts';
import { keyTagsOf } from './key-tags.ts';
import type { Run } from './run.ts';
import type { Selection, Shape } from './selection.ts';
import { callerTags, sliceTags, tagsBySchema } from './slice-tags.ts';
import { type EntitySink, harvest, nameOf } from './slices.ts';
import { type TreeObject, typenameOf } from './tree.ts';
import { isCertain, type RootWant, shapeOfEntity, type Variants, type Want } from './want.ts';

/** What holds for one want's data. */
export interface KeepTerms {
  readonly stamp: Stamp;
  /** Epoch ms, when the request was sent. */
  readonly sentAt: number;
  /** Of the answer; null: the configuration says. */
  readonly ttlMs: number | null;
  /** Not null: the data is one caller's own. */
  readonly subjectHash: string | null;
  /** Tags that the subgraph sent with it. */
  readonly declared: readonly string[];
}

/** All that was stored of one want's data, entities within it included. */
export interface Kept {
  /** Every tag that a part of it bears: who is given the whole is judged by all of them. */
  tags(): readonly TagDigest[];
  /** Epoch ms of the first expiry. */
  readonly expiresAt: number;
}

/** @returns null when not all of it could be stored: then nobody else may be given it */
export function keepAnswer(
  want: Want,
  json: TreeObject | null,
  terms: KeepTerms,
  run: Run,
  variants: Variants,
): Kept | null {
  const keeping: Keeping = { run, terms, variants, sink: NO_SINK, seen: null, written: [], isWhole: true };
  keeping.sink = sinkOf(keeping);
  if (want.kind === 'root') keepRoot(want, json, keeping);
  else {
    const { selection, typename, keyText, hasKey, inputsText } = want;
    const identity = { typename, keyText, inputsText, keylessType: hasKey ? null : typename };
    if (json === null) keepAbsence(identity, selection, keeping);
    else {
      const layout = isCertain(want) ? 'apart' : 'whole';
      keepEntity(identity, selection, shapeOfEntity(want, typenameOf(json)), json, layout, keeping);
    }
  }
  const { isWhole, written } = keeping;
  if (!isWhole) return null;
  const expiresAt = written.reduce((first, { slice }) => Math.min(first, slice.expiresAt), Number.POSITIVE_INFINITY);
  return { expiresAt, tags: () => tagsOf(written, run) };
}

interface Written {
  readonly address: RecordAddress;
  readonly slice: Slice;
}

function tagsOf(written: readonly Written[], run: Run): readonly TagDigest[] {
  const tags = new Set(
    written.flatMap(({ address, slice }) => [...(baseTags(address) ?? []), ...allTags(address, slice)]),
  );
  return [...tags].map((tag) => run.context.judge.digest(tag));
}

interface Keeping {
  readonly run: Run;
  readonly terms: KeepTerms;
  readonly variants: Variants;
  sink: EntitySink;
  /** Entities that this answer has written already: one stands in an answer many times. Null: none yet. */
  seen: Map<Shape, Set<string>> | null;
  readonly written: Written[];
  /** False: something could not be stored. */
  isWhole: boolean;
}

interface EntityIdentity {
  readonly typename: string;
  readonly keyText: string;
  readonly inputsText: string;
  readonly keylessType: string | null;
}

function keepRoot({ selection, field, shape }: RootWant, json: TreeObject | null, keeping: Keeping): void {
  const { run, terms, variants, sink } = keeping;
  const { subgraph, parentType } = selection;
  const { rules, store } = run.context;
  const harvested = json === null ? null : harvest(json, shape.fields, run.variables, store.shapes, sink);
  if (harvested === null) {
    keeping.isWhole = false;
    return;
  }
  const coordinate = `${parentType}.${field.name}`;
  const name = nameOf(field, run.variables);
  const address = run.context.family(
    subgraph.name,
    parentType,
    field.name,
  )(name, variants.text('', '', terms.subjectHash));
  const facts = subgraph.types.get(parentType)?.fields.get(field.name);
  const declared = [
    ...terms.declared,
    ...tagsOfRoot(nameWritten(field.bareName, run.variables), facts),
    ...harvested.declared,
  ];
  const own = callerTags(subgraph.name, declared, terms.subjectHash);
  const { holdsEntities } = harvested;
  const reaches = facts?.typename ?? null;
  const spec = { kind: 'root', subgraph, coordinate, reaches, holdsEntities, keylessType: null } as const;
  const tags = sliceTags(own, tagsBySchema(spec, rules));
  write(address, { typename: null, fields: harvested.fields, tags, keyTags: undefined }, coordinate, keeping);
}

function keepEntity(
  identity: EntityIdentity,
  selection: Selection,
  shape: Shape,
  json: TreeObject,
  layout: 'apart' | 'whole',
  keeping: Keeping,
): void {
  const { run, terms, variants } = keeping;
  const { subgraph } = selection;
  const { typename, keyText, inputsText, keylessType } = identity;
  // Not what the answer says where the type is certain: tags and fields are those of one type.
  const told = shape.typename ?? typename;
  const keyTags = keyTagsOf(subgraph.name, subgraph.types.get(told)?.cacheTags);
  const callers = callerTags(subgraph.name, terms.declared, terms.subjectHash);
  const family = run.context.family(subgraph.name, typename, null);
  for (const part of entityParts(shape, told, layout, run.variables)) {
    const { fields, field } = part;
    const harvested = harvest(json, fields, run.variables, run.context.store.shapes, keeping.sink);
    if (harvested === null) {
      keeping.isWhole = false;
      continue;
    }
    const address = family(keyText, variants.text(field, inputsText, terms.subjectHash));
    const { declared } = harvested;
    const own =
      declared.length === 0 ? callers : callerTags(subgraph.name, [...terms.declared, ...declared], terms.subjectHash);
    const tags = sliceTags(own, schemaTagsOf(part, selection, harvested.holdsEntities, keylessType, run));
    write(address, { typename: told, fields: harvested.fields, tags, keyTags }, typename, keeping);
  }
}

function schemaTagsOf(
  { coordinate, reaches, schemaTags }: EntityPart,
  { subgraph }: Selection,
  holdsEntities: boolean,
  keylessType: string | null,
  run: Run,
): readonly string[] {
  const place = holdsEntities ? 1 : 0;
  const known = keylessType === null ? schemaTags[place] : null;
  if (known !== null) return known;
  const spec = { kind: 'entity', subgraph, coordinate, reaches, holdsEntities, keylessType } as const;
  const tags = tagsBySchema(spec, run.context.rules);
  if (keylessType === null) schemaTags[place] = tags;
  return tags;
}

/** "There is no such entity" is an answer too; purged by the event that makes it. */
function keepAbsence(identity: EntityIdentity, { subgraph }: Selection, keeping: Keeping): void {
  const { run, terms, variants } = keeping;
  const { rules } = run.context;
  const { name } = subgraph;
  const { typename, keyText, inputsText, keylessType } = identity;
  const address = run.context.family(name, typename, null)(keyText, variants.text('', inputsText, terms.subjectHash));
  const own = callerTags(name, terms.declared, terms.subjectHash);
  const spec = {
    kind: 'entity',
    subgraph,
    coordinate: typename,
    reaches: null,
    holdsEntities: false,
    keylessType,
  } as const;
  const tags = sliceTags(own, tagsBySchema(spec, rules));
  const ttlMs = Math.min(terms.ttlMs ?? rules.ttlMs(name, typename) ?? 0, rules.negativeTtlMs(name, typename));
  writeSlice(address, { typename: null, fields: null, tags, keyTags: undefined }, ttlMs, keeping);
}

const NO_SINK: EntitySink = { entity: () => undefined };

/** Entities found within an answer are kept under their own keys, for whoever asks for them next. */
function sinkOf(keeping: Keeping): EntitySink {
  return {
    entity(typename, keyText, shape, json, selection) {
      keeping.seen ??= new Map();
      let seen = keeping.seen.get(shape);
      if (seen === undefined) {
        seen = new Set();
        keeping.seen.set(shape, seen);
      }
      if (seen.has(keyText)) return;
      seen.add(keyText);
      if (keeping.terms.subjectHash !== null) keeping.run.context.knowledge.sawPrivate(selection);
      // With the tags that the subgraph sent: it sends them for the answer as a whole.
      keepEntity({ typename, keyText, inputsText: '', keylessType: null }, selection, shape, json, 'apart', keeping);
    },
  };
}

type SliceParts = Pick<Slice, 'typename' | 'fields' | 'tags' | 'keyTags'>;

function write(address: RecordAddress, parts: SliceParts, coordinate: string, keeping: Keeping): void {
  const { rules } = keeping.run.context;
  writeSlice(address, parts, keeping.terms.ttlMs ?? rules.ttlMs(address.subgraph, coordinate) ?? 0, keeping);
}

function writeSlice(address: RecordAddress, parts: SliceParts, ttlMs: number, keeping: Keeping): void {
  if (ttlMs <= 0 || address.policy.kind === 'never') {
    keeping.isWhole = false;
    return;
  }
  const { context } = keeping.run;
  const { stamp, sentAt } = keeping.terms;
  const expiresAt = sentAt + Math.max(1, Math.floor(ttlMs * (1 - JITTER * context.random())));
  const { typename, fields, tags, keyTags } = parts;
  const slice: Slice = { stamp, tags, keyTags, storedAt: sentAt, expiresAt, typename, fields };
  keeping.written.push({ address, slice });
  context.store.write(address, slice);
}

/** Share of a lifetime that is taken off by chance, so that what was filled together does not expire together. */
const JITTER = 0.05;
