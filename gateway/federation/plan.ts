// A query plan as execution sees it, whichever planner made it.

/** Walks from an object to objects below it. `types`: go on only with objects of one of these types. */
export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'types'; readonly typenames: readonly string[] };

/** What a representation is made of: a selection over what has been fetched so far. */
export type RequiredSelection =
  | {
      readonly kind: 'field';
      readonly name: string;
      /** The name in the representation, where it differs from the name in the data fetched so far. */
      readonly sentAs: string;
      readonly selections: readonly RequiredSelection[] | null;
    }
  | { readonly kind: 'fragment'; readonly typename: string; readonly selections: readonly RequiredSelection[] };

export type RewriteStep =
  | { readonly kind: 'types'; readonly typenames: readonly string[] }
  | { readonly kind: 'key'; readonly name: string };

/** `set`: puts a constant string under the last key. `rename`: moves what is under the last key. */
export type Rewrite =
  | { readonly kind: 'set'; readonly path: readonly RewriteStep[]; readonly value: string }
  | { readonly kind: 'rename'; readonly path: readonly RewriteStep[]; readonly to: string };

export type OperationKind = 'query' | 'mutation';

/** Root fields of one subgraph, merged into each object at `path` (mostly the root). */
export interface RootFetch {
  readonly kind: 'root';
  readonly subgraph: string;
  readonly operationKind: OperationKind;
  /** A whole GraphQL document. */
  readonly document: string;
  readonly path: readonly PathStep[];
  readonly outputRewrites: readonly Rewrite[];
}

/** One `_entities` field: what it asks of which objects. */
export interface EntityGroup {
  /** The response name of its `_entities` field in the document. */
  readonly alias: string;
  readonly paths: readonly (readonly PathStep[])[];
  readonly requires: readonly RequiredSelection[];
  readonly inputRewrites: readonly Rewrite[];
  readonly outputRewrites: readonly Rewrite[];
}

export interface EntityFetch {
  readonly kind: 'entities';
  readonly subgraph: string;
  readonly document: string;
  readonly groups: readonly EntityGroup[];
}

export type PlanNode =
  | RootFetch
  | EntityFetch
  | { readonly kind: 'sequence'; readonly nodes: readonly PlanNode[] }
  | { readonly kind: 'parallel'; readonly nodes: readonly PlanNode[] };

/** A field of objects of one type at one place that the operation asks for and no fetch brings. */
export interface UnfetchedField {
  /** Names in the plan's data that lead to the objects. */
  readonly names: readonly string[];
  readonly typename: string;
  readonly field: string;
  /** Its name in the plan's data. */
  readonly planName: string;
}

export interface Plan {
  /** Null: nothing has to be fetched. */
  readonly node: PlanNode | null;
  /** To be told where it is missed; absent: nothing is known of any. */
  readonly unfetched?: readonly UnfetchedField[];
}

/** Turns operations into plans for one supergraph. */
export interface Planner {
  /**
   * @param document one operation with its fragments; no introspection, no root `__typename`, no `@skip` and `@include`; other directives are kept in the plan
   * @throws {GatewayError} PLAN_FAILED
   */
  plan(document: string): Promise<Plan>;
}
