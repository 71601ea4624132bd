// An operation of which nothing may be cached, compiled to go straight from the subgraphs' bytes to the client's: what it is made of.
//
// Only for what is common: objects of known types, plain keys, answers in the form that GraphQL servers write. Whatever is otherwise, in the
// plan or in an answer, is `NotDirect`: the steps of every other operation do it then.

import type { FetchDocument } from './fetch-document.ts';
import type { OutField, TypePlan } from './output-selection.ts';
import type { Place } from './places.ts';
import type { QueryText } from './request-text.ts';
import type { FieldPlan } from './selection.ts';
import type { Verbatim } from './verbatim.ts';

export class NotDirect extends Error {
  /** `no answer`: the form of answers had nothing to do with it. */
  readonly reason: 'form' | 'no answer';
  constructor(reason: NotDirect['reason'] = 'form') {
    super(`not to be done straight: ${reason}`);
    this.reason = reason;
  }
}

export interface DirectOperation {
  readonly node: DirectNode;
  readonly root: Position;
  readonly positionCount: number;
}

export type DirectNode =
  | { readonly kind: 'sequence'; readonly nodes: readonly DirectNode[] }
  | { readonly kind: 'parallel'; readonly nodes: readonly DirectNode[] }
  | DirectRootFetch
  | DirectEntityFetch;

export interface DirectRootFetch {
  readonly kind: 'root';
  readonly subgraph: string;
  readonly document: FetchDocument;
  readonly roots: readonly FieldPlan[];
  readonly reader: ObjectReader;
  /** In the root object, of what it brings. */
  readonly base: number;
}

export interface DirectEntityFetch {
  readonly kind: 'entities';
  readonly subgraph: string;
  readonly document: FetchDocument;
  readonly groups: readonly DirectGroup[];
}

/** One `_entities` field. */
export interface DirectGroup {
  readonly places: readonly GroupPlace[];
  readonly typename: string;
  readonly asked: QueryText;
  readonly reader: ObjectReader;
}

/** Objects that one group fetches for. */
export interface GroupPlace {
  readonly position: Position;
  /** In the object, of what the group brings. */
  readonly base: number;
  /** `{"__typename":"Product"`, then each key with the slot of its value. */
  readonly representation: readonly { readonly keyText: string; readonly slot: number }[];
}

/** What all objects at a place of the answer have in common. Several places are one position where the same entities stand at all of them. */
export interface Position {
  readonly index: number;
  readonly typename: string;
  readonly places: readonly Place[];
  readonly below: Map<string, Position>;
  /** By plan name, the slots of what representations are made of. */
  readonly captured: Map<string, number>;
  /** Of an object. */
  slotCount: number;
  /** What the client sees, in order; each of the sources stands for one or more of them. */
  readonly shown: readonly OutField[];
  readonly sources: (Source | undefined)[];
}

export type AddPosition = (typename: string, places: Position['places'], shown: Position['shown']) => Position;

/** Where the text of shown fields comes from. */
export type Source =
  /** So many fields in a row, with their names, as the subgraph wrote them. */
  | { readonly kind: 'run'; readonly count: number; readonly slot: number }
  /** The value alone: the subgraph has another name for it. */
  | { readonly kind: 'value'; readonly slot: number }
  | { readonly kind: 'objects'; readonly slot: number; readonly type: TypePlan; readonly position: Position };

/** How an object of one fetch's answer is read into slots. */
export interface ObjectReader {
  readonly fields: readonly FieldReader[];
  readonly slotCount: number;
}

export interface FieldReader {
  /** `{"name":` for the first, `,"name":` for the others. */
  readonly opening: Uint8Array;
  /** Null: `objects`. */
  readonly closed: Verbatim | null;
  readonly objects: ObjectsReader | null;
  readonly startsRun: boolean;
  /** Of the run that ends here; −1: none does. */
  readonly runSlot: number;
  /** Of the value alone; −1: nobody needs it. */
  readonly valueSlot: number;
}

export interface ObjectsReader {
  readonly slot: number;
  readonly type: TypePlan;
  readonly position: Position;
  readonly reader: ObjectReader;
}
