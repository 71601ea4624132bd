// What entries are made of: a tree of JSON text, with entities cut out and named.

/** A scalar, enum or custom scalar as JSON text: what `JSON.stringify(JSON.parse(x))` gives. Never the text `null`. */
export type LeafText = string;

/** One entity by name. Its fields are a record of their own. */
export interface EntityReference {
  readonly kind: 'entity';
  readonly typename: string;
  /** The key fields as canonical JSON text, `{"upc":"1"}`: what a representation needs beside `__typename`. */
  readonly keyText: string;
}

/** A value with fields that is no entity of its own. Fields by canonical name: name and canonical arguments, never the alias. */
export interface ObjectValue {
  readonly kind: 'object';
  /** The type that the subgraph said; null where it was not asked. */
  readonly typename: string | null;
  readonly fields: ReadonlyMap<string, Value>;
}

export type Value = null | LeafText | readonly Value[] | ObjectValue | EntityReference;
