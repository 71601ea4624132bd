// Whom the tags in the table belong to: a small number for each subgraph, and for each of its types.

import { LARGEST_OWNER, type Owner, type OwnerKind } from './tag-table.ts';

export interface TagOwner {
  readonly kind: OwnerKind;
  readonly subgraph: string;
  /** The type that may be purged whole in place of the tag; null: only the subgraph can. */
  readonly typename: string | null;
}

export interface TagOwners {
  ownerOf(kind: OwnerKind, subgraph: string, typename: string | null): Owner;
  /** @throws {Error} for a number that ownerOf never gave */
  get(owner: Owner): TagOwner;
}

type Numbers = Map<string, Map<string | null, Owner>>;

export function createTagOwners(): TagOwners {
  const owners: TagOwner[] = [];
  const numbers = { pinned: new Map(), cheap: new Map(), dear: new Map() } satisfies Record<OwnerKind, Numbers>;

  const numberOf = (kind: OwnerKind, subgraph: string, typename: string | null): Owner => {
    const kinds: Numbers = numbers[kind];
    const known = kinds.get(subgraph)?.get(typename);
    if (known !== undefined) return known;
    // A schema that reloads for years may run out of numbers for types: then the subgraph stands for them.
    if (typename !== null && owners.length > LARGEST_OWNER / 2) return numberOf('dear', subgraph, null);
    const ofSubgraph = kinds.get(subgraph) ?? new Map<string | null, Owner>();
    kinds.set(subgraph, ofSubgraph);
    ofSubgraph.set(typename, owners.length);
    return owners.push({ kind, subgraph, typename }) - 1;
  };

  return {
    ownerOf: numberOf,
    get(owner) {
      const known = owners[owner];
      if (known === undefined) throw new Error(`Expected an owner below ${owners.length}, got ${owner}`);
      return known;
    },
  };
}
