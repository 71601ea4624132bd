// Makes the addresses of records, and from them the tags, shard keys and owner keys that follow.

import { hash } from 'node:crypto';
import { entityTagsOf, type KeyObject, typeTag } from '../../schema/tag.ts';
import type { Policy } from './judge.ts';
import { type PlainKey, plainKeyOf, plainValue } from './plain-key.ts';
import type { RecordAddress } from './record.ts';
import { type TableKey, wholeKey } from './record-table.ts';

export interface FamilySpec {
  readonly subgraph: string;
  /** Digest of the type, of what it reaches and of its cache declarations: old text must not meet a new schema. */
  readonly shapeDigest: string;
  readonly typename: string;
  readonly kind: 'entity' | 'root';
  readonly policy: Policy;
}

/** The addresses of one type in one subgraph: everything that does not change from entity to entity is worked out before. */
export type AddressFamily = (keyText: string, variant: string) => RecordAddress;

export interface Addressing {
  /** Make it once per type and supergraph, not per request. It is remembered for `publicAddresses`. */
  family(spec: FamilySpec): AddressFamily;
  /**
   * The public records in which this process knows that an entity may be kept: one for each family of entities of the
   * type, the present supergraph's and up to seven older ones. Older ones leave the shards by their TTL.
   */
  publicAddresses(subgraph: string, typename: string, keyText: string): readonly RecordAddress[];
  /** What the addresses of a subgraph begin with. */
  subgraphPrefix(subgraph: string): string;
}

/** Old shapes of one type that are still removed by key: a reload each. */
const FAMILIES_PER_TYPE = 8;
/** A schema has fewer types than this; past it the oldest is forgotten and its records leave by their TTL. */
const LARGEST_TYPE_COUNT = 20_000;

/** @param options `graph`: names the graph, so that two may share shards. `formatVersion`: of the stored text. */
export function createAddressing(options: { readonly graph: string; readonly formatVersion: number }): Addressing {
  const families = new Map<string, Map<string, AddressFamily>>();
  const remember = (spec: FamilySpec, prefix: string, family: AddressFamily): void => {
    const type = `${part(spec.subgraph)}/${part(spec.typename)}`;
    const known = families.get(type) ?? new Map<string, AddressFamily>();
    families.delete(type);
    families.set(type, known);
    known.delete(prefix);
    known.set(prefix, family);
    dropOldest(known, FAMILIES_PER_TYPE);
    dropOldest(families, LARGEST_TYPE_COUNT);
  };
  return {
    family(spec) {
      const { subgraph, typename, kind, policy } = spec;
      const parts = [String(options.formatVersion), options.graph, subgraph, spec.shapeDigest, typename, kind];
      const prefix = `${parts.map(part).join('/')}/`;
      const head = { variant: '', text: '' };
      const known: KnownFamily = { prefix, head, subgraph, typename, kind, policy, ...tagsOf(subgraph, typename) };
      const family: AddressFamily = (keyText, variant) => new FamilyAddress(known, keyText, variant);
      if (kind === 'entity') remember(spec, prefix, family);
      return family;
    },
    publicAddresses(subgraph, typename, keyText) {
      const known = families.get(`${part(subgraph)}/${part(typename)}`);
      return known === undefined ? [] : [...known.values()].map((family) => family(keyText, ''));
    },
    subgraphPrefix: (subgraph) => `${[String(options.formatVersion), options.graph, subgraph].map(part).join('/')}/`,
  };
}

interface FamilyTags {
  readonly typeTag: string;
  entityTag(key: KeyObject): string;
  /** The form that its keys had last, and what stands in its tags before the value. */
  plain: { readonly key: PlainKey; readonly tagStart: string } | null;
}

const tagsOf = (subgraph: string, typename: string): FamilyTags => ({
  typeTag: typeTag(subgraph, typename),
  entityTag: entityTagsOf(subgraph, typename),
  plain: null,
});

interface KnownFamily extends Pick<RecordAddress, 'subgraph' | 'typename' | 'kind' | 'policy'>, FamilyTags {
  readonly prefix: string;
  /** Of the variant that was met last: a step reads many records of one. */
  head: { readonly variant: string; readonly text: string };
}

/** A class, because one is made for each entity of each request: what its family has stands behind getters. A copy by spread loses them. */
class FamilyAddress implements RecordAddress, TableKey {
  readonly family: KnownFamily;
  readonly keyText: string;
  readonly variant: string;
  #text: string | null = null;

  constructor(family: KnownFamily, keyText: string, variant: string) {
    this.family = family;
    this.keyText = keyText;
    this.variant = variant;
  }

  get text(): string {
    this.#text ??= this.prefix + this.head + this.keyText;
    return this.#text;
  }

  get prefix(): string {
    return this.family.prefix;
  }

  /** The key is last and needs no escape. A public record's id is its key alone, where that cannot be taken for a variant. */
  get head(): string {
    const { family, variant } = this;
    if (variant === '') return this.keyText.charCodeAt(0) === SLASH ? '//' : '';
    if (family.head.variant !== variant) family.head = { variant, text: `/${part(variant)}/` };
    return family.head.text;
  }

  get subgraph(): string {
    return this.family.subgraph;
  }

  get typename(): string {
    return this.family.typename;
  }

  get kind(): 'entity' | 'root' {
    return this.family.kind;
  }

  get policy(): Policy {
    return this.family.policy;
  }
}

/** An address's text in parts, `prefix + head + keyText`. Without making a text only for those of a family. */
export function tableKeyOf(address: RecordAddress): TableKey {
  return address instanceof FamilyAddress ? address : wholeKey(address.text);
}

/** Of an address that a family made. */
export function keyTextOfId(id: string): string {
  return id.charCodeAt(0) === SLASH ? id.slice(id.indexOf('/', 1) + 1) : id;
}

const SLASH = 0x2f;

const familyTags = (address: RecordAddress): FamilyTags =>
  address instanceof FamilyAddress ? address.family : tagsOf(address.subgraph, address.typename);

/** Of the entity's type. */
export const typeTagOf = (address: RecordAddress): string => familyTags(address).typeTag;

/** The tag of the entity itself. @returns null when its key is no JSON object: nothing could purge such a record, so it must not be kept */
export function entityTagOf(address: RecordAddress): string | null {
  const { keyText } = address;
  const tags = familyTags(address);
  const value = tags.plain === null ? null : plainValue(keyText, tags.plain.key);
  if (tags.plain !== null && value !== null) return tags.plain.tagStart + value;
  const key = readKey(keyText);
  if (key === null) return null;
  const plain = plainKeyOf(keyText, key);
  if (plain !== null) tags.plain = { key: plain, tagStart: tags.entityTag({ [plain.field]: '' }) };
  return tags.entityTag(key);
}

/**
 * The tags that follow from an address: an entity's own and its type's; none for a root field, whose tags are all in its slices.
 * @returns null when the key is no JSON object: nothing could purge such a record, so it must not be kept
 */
export function baseTags(address: RecordAddress): readonly string[] | null {
  if (address.kind === 'root') return [];
  const own = entityTagOf(address);
  return own === null ? null : [own, typeTagOf(address)];
}

/** What a shard knows a record by: 43 characters of base64url, safe for Memcached. The record repeats its address, so that a collision is only a miss. */
export function storageKey(address: RecordAddress): string {
  return hash('sha256', address.text, 'base64url');
}

/** What the ring hashes: all variants and shapes of one entity live on one shard. */
export function ownerKey(subgraph: string, typename: string, keyText: string): string {
  return `${part(subgraph)}/${part(typename)}/${keyText}`;
}

/**
 * Joins what keeps records of one entity apart (hashed subject, keyed headers, granted scopes, `@requires` inputs) to a variant.
 * Each part has a fixed place in the list; all empty = the public record, ''.
 */
export function variantOf(parts: readonly string[]): string {
  if (parts.every((text) => text === '')) return '';
  return hash('sha256', parts.map(part).join('/'), 'base64url').slice(0, VARIANT_LENGTH);
}

/** 132 bits. */
const VARIANT_LENGTH = 22;

function readKey(keyText: string): KeyObject | null {
  try {
    const key: KeyObject = JSON.parse(keyText);
    return key !== null && typeof key === 'object' && !Array.isArray(key) ? key : null;
  } catch {
    return null;
  }
}

function part(text: string): string {
  return /[%/]/.test(text) ? text.replaceAll('%', '%25').replaceAll('/', '%2f') : text;
}

function dropOldest<Value>(map: Map<string, Value>, largest: number): void {
  if (map.size <= largest) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
