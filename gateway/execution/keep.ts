// Stores what a subgraph answered: one slice for each record that the answer tells something about.

import type { Stamp, TagDigest } from '../cache/judge.ts';
import type { RecordAddress, Slice } from '../cache/record.ts';
import { baseTags } from '../cache/record-address.ts';
import { written } from './canonical-name.ts';
import { tagsOfEntity, tagsOfRoot } from './declared-tags.ts';
import type { Run } from './run.ts';
import type { FieldPlan, Selection, Shape } from './selection.ts';
import { sliceTags } from './slice-tags.ts';
import { byCanonicalName, type EntitySink, harvest, nameOf } from './slices.ts';
import { type TreeObject, typenameOf } from './tree.ts';
import { isCertain, shapeOfEntity, type Variants, type Want } from './want.ts';

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
  const written: (Written | null)[] = [];
  const keeping: Keeping = { run, terms, variants, selection: want.selection, seen: new Map(), written };
  let isWhole: boolean;
  if (want.kind === 'root') isWhole = json !== null && keepRoot(want.field, want.shape, json, keeping);
  else {
    const { typename, keyText, hasKey, inputsText } = want;
    const identity = { typename, keyText, inputsText, keylessType: hasKey ? null : typename };
    isWhole =
      json === null
        ? keepAbsence(identity, keeping)
        : keepEntity(
            identity,
            shapeOfEntity(want, typenameOf(json)),
            json,
            isCertain(want) ? 'apart' : 'whole',
            keeping,
          );
  }
  if (!isWhole || written.includes(null)) return null;
  const parts = written.filter((part) => part !== null);
  const expiresAt = Math.min(...parts.map((part) => part.expiresAt));
  return { expiresAt, tags: () => tagsOf(parts, run) };
}

interface Written {
  readonly address: RecordAddress;
  readonly tags: readonly string[];
  readonly expiresAt: number;
}

function tagsOf(written: readonly Written[], run: Run): readonly TagDigest[] {
  const tags = new Set(written.flatMap(({ address, tags: own }) => [...(baseTags(address) ?? []), ...own]));
  return [...tags].map((tag) => run.context.judge.digest(tag));
}

interface Keeping {
  readonly run: Run;
  readonly terms: KeepTerms;
  readonly variants: Variants;
  readonly selection: Selection;
  /** Entities that this answer has written already: one stands in an answer many times. */
  readonly seen: Map<Selection, Set<string>>;
  /** Null for what could not be stored. */
  readonly written: (Written | null)[];
}

interface EntityIdentity {
  readonly typename: string;
  readonly keyText: string;
  readonly inputsText: string;
  readonly keylessType: string | null;
}

function keepRoot(field: FieldPlan, shape: Shape, json: TreeObject, keeping: Keeping): boolean {
  const { run, terms, variants, selection } = keeping;
  const { subgraph } = selection;
  const coordinate = `${selection.parentType}.${field.name}`;
  const harvested = harvest(json, shape.fields, run.variables, sinkOf(keeping));
  if (harvested === null) return false;
  const name = nameOf(field, run.variables);
  const address = run.context.family(
    subgraph.name,
    selection.parentType,
    field.name,
  )(name, variants.text('', '', terms.subjectHash));
  const facts = subgraph.types.get(selection.parentType)?.fields.get(field.name);
  const tags = sliceTags(
    {
      kind: 'root',
      subgraph,
      coordinate,
      reaches: facts?.typename ?? null,
      inlined: harvested.inlined,
      keylessType: null,
      declared: [
        ...terms.declared,
        ...tagsOfRoot(written(field.bareName, run.variables), facts),
        ...harvested.declared,
      ],
      subjectHash: terms.subjectHash,
    },
    run.context.rules,
  );
  write(address, null, harvested.fields, tags, coordinate, keeping);
  return true;
}

function keepEntity(
  identity: EntityIdentity,
  shape: Shape,
  json: TreeObject,
  layout: 'apart' | 'whole',
  keeping: Keeping,
): boolean {
  const { run, terms, variants, selection } = keeping;
  const { subgraph } = selection;
  const { typename, keyText, inputsText } = identity;
  // Not what the answer says where the type is certain: tags and fields are those of one type.
  const told = shape.typename ?? typename;
  const ownTags = [...terms.declared, ...tagsOfEntity(subgraph.types.get(told), keyText)];
  const family = run.context.family(subgraph.name, typename, null);
  let isWhole = true;
  const keep = (fields: readonly FieldPlan[], coordinate: string, variant: string, reaches: string | null): void => {
    const address = family(keyText, variant);
    const harvested = harvest(json, fields, run.variables, sinkOf(keeping));
    if (harvested === null) {
      isWhole = false;
      return;
    }
    const { keylessType } = identity;
    const { inlined } = harvested;
    const declared = [...ownTags, ...harvested.declared];
    const tags = sliceTags(
      { kind: 'entity', subgraph, coordinate, reaches, inlined, keylessType, declared, subjectHash: terms.subjectHash },
      run.context.rules,
    );
    write(address, told, harvested.fields, tags, typename, keeping);
  };
  const together = layout === 'whole' ? shape.fields : shape.plain;
  // A field that is not precise makes the slice that it stands in imprecise: the coordinate of a mixed slice is no type's.
  const columns = layout === 'whole' && shape.apart.length > 0 ? '' : told;
  if (together.length > 0) keep(together, columns, variants.text('', inputsText, terms.subjectHash), null);
  if (layout === 'apart') {
    for (const [name, fields] of byCanonicalName(shape.apart, run.variables)) {
      const variant = variants.text(name, inputsText, terms.subjectHash);
      const [field] = fields;
      keep(fields, `${told}.${field?.name ?? ''}`, variant, field?.selection?.parentType ?? null);
    }
  }
  return isWhole;
}

/** "There is no such entity" is an answer too; purged by the event that makes it. */
function keepAbsence(identity: EntityIdentity, keeping: Keeping): boolean {
  const { run, terms, variants, selection } = keeping;
  const { name } = selection.subgraph;
  const { typename, keyText, inputsText, keylessType } = identity;
  const address = run.context.family(name, typename, null)(keyText, variants.text('', inputsText, terms.subjectHash));
  const tags = sliceTags(
    {
      kind: 'entity',
      subgraph: selection.subgraph,
      coordinate: typename,
      reaches: null,
      inlined: new Set(),
      keylessType,
      declared: terms.declared,
      subjectHash: terms.subjectHash,
    },
    run.context.rules,
  );
  const longest = run.context.rules.negativeTtlMs(name, typename);
  const ttlMs = Math.min(terms.ttlMs ?? run.context.rules.ttlMs(name, typename) ?? 0, longest);
  writeSlice(address, null, null, tags, ttlMs, keeping);
  return true;
}

/** Entities found within an answer are kept under their own keys, for whoever asks for them next. */
function sinkOf(keeping: Keeping): EntitySink {
  return {
    entity(typename, keyText, shape, json, selection) {
      const seen = keeping.seen.get(selection) ?? new Set();
      const name = `${typename}${keyText}`;
      if (seen.has(name)) return;
      keeping.seen.set(selection, seen.add(name));
      const identity = { typename, keyText, inputsText: '', keylessType: null };
      if (keeping.terms.subjectHash !== null) keeping.run.context.knowledge.sawPrivate(selection);
      // With the tags that the subgraph sent: it sends them for the answer as a whole.
      const within = { ...keeping, selection };
      if (!keepEntity(identity, shape, json, 'apart', within)) keeping.written.push(null);
    },
  };
}

function write(
  address: RecordAddress,
  typename: string | null,
  fields: Slice['fields'],
  tags: readonly string[],
  coordinate: string,
  keeping: Keeping,
): void {
  const { rules } = keeping.run.context;
  const ttlMs = keeping.terms.ttlMs ?? rules.ttlMs(address.subgraph, coordinate) ?? 0;
  writeSlice(address, typename, fields, tags, ttlMs, keeping);
}

function writeSlice(
  address: RecordAddress,
  typename: string | null,
  fields: Slice['fields'],
  tags: readonly string[],
  ttlMs: number,
  keeping: Keeping,
): void {
  const { context } = keeping.run;
  const { stamp, sentAt } = keeping.terms;
  const isStored = ttlMs > 0 && address.policy.kind !== 'never';
  const expiresAt = sentAt + Math.max(1, Math.floor(ttlMs * (1 - JITTER * context.random())));
  keeping.written.push(isStored ? { address, tags, expiresAt } : null);
  if (isStored) context.store.write(address, { stamp, tags, storedAt: sentAt, expiresAt, typename, fields });
}

/** Share of a lifetime that is taken off by chance, so that what was filled together does not expire together. */
const JITTER = 0.05;
