// What the wants of one selection and type have in common while a wave of them is read: worked out once, and what was taken is told once.

import type { RecordAddress, Slice } from '../cache/record.ts';
import type { Run } from './run.ts';
import type { Shape } from './selection.ts';
import { nameOf } from './slices.ts';
import { isCertain, type Variants, type Want } from './want.ts';

export interface WantKind {
  /** Null: each entity tells its own, the type in the representation is no object type of the subgraph. */
  readonly shape: Shape | null;
  /** Where its parts are kept: plain columns, for a root want its field; then one for each of the shape's `apart`. */
  addressesOf(want: Want): readonly RecordAddress[];
  /** These become part of the answer. */
  take(address: RecordAddress, slices: readonly Slice[]): void;
}

export interface WantKinds {
  /** Call it before anything of the want is judged. Null: nothing may be read for it. */
  of(want: Want): WantKind | null;
  /** Tells the account of all that was taken. */
  settle(): void;
}

/**
 * @param subjectOf the subject whose records a want reads: null for public ones; undefined: none may be read
 * @param nowAt when the first of them is judged
 */
export function createWantKinds(
  run: Run,
  variants: Variants,
  subjectOf: (want: Want) => string | null | undefined,
  nowAt: number,
): WantKinds {
  const kinds: Kind[] = [];
  let recent: Kind | null = null;
  return {
    of(want) {
      if (recent === null || !isOf(recent, want)) {
        // Of thousands of root fields none is looked for among the others.
        recent = want.kind === 'root' ? null : (kinds.find((kind) => isOf(kind, want)) ?? null);
        if (recent === null) {
          recent = createKind(want, run, variants, subjectOf(want), nowAt);
          kinds.push(recent);
        }
      }
      return recent.wantKind;
    },
    settle() {
      for (const { settle } of kinds) settle();
    },
  };
}

interface Kind {
  readonly first: Want;
  /** Null: nothing may be read for it. */
  readonly wantKind: WantKind | null;
  settle(): void;
}

/** A root field is a kind of its own: it comes once in a wave. */
const isOf = ({ first }: Kind, want: Want): boolean =>
  first.kind === 'entity' &&
  want.kind === 'entity' &&
  first.selection === want.selection &&
  first.typename === want.typename;

function createKind(
  first: Want,
  run: Run,
  variants: Variants,
  subjectHash: string | null | undefined,
  nowAt: number,
): Kind {
  const { context, derivation, account } = run;
  const { selection } = first;
  const subgraph = selection.subgraph.name;
  derivation?.enter(subgraph);
  if (subjectHash === undefined) return { first, wantKind: null, settle: () => undefined };
  // What is judged later in the wave is judged by an as-of that is no older.
  const validAt = nowAt - context.judge.asOfAgeMs(subgraph, nowAt);
  let policy: RecordAddress['policy'] | null = null;
  let storedAt = Number.POSITIVE_INFINITY;
  let expiresAt = Number.POSITIVE_INFINITY;
  return {
    first,
    wantKind: {
      shape: first.kind === 'root' ? first.shape : isCertain(first) ? selection.shape(first.typename) : null,
      addressesOf: addressesOf(first, run, variants, subjectHash),
      take(address, slices) {
        derivation?.take(address, slices);
        for (let index = 0; index < slices.length; index += 1) {
          const slice = slices[index]!;
          policy = address.policy;
          if (slice.storedAt < storedAt) storedAt = slice.storedAt;
          if (slice.expiresAt < expiresAt) expiresAt = slice.expiresAt;
        }
      },
    },
    settle() {
      if (policy === null) return;
      const isPrivate = run.scope(subgraph).isPersonal || context.knowledge.isPrivate(selection);
      account.add({ policy, storedAt, validAt, expiresAt, isPrivate, from: 'cache' });
    },
  };
}

function addressesOf(
  first: Want,
  run: Run,
  variants: Variants,
  subjectHash: string | null,
): (want: Want) => readonly RecordAddress[] {
  const { subgraph, parentType, shape: shapeFor } = first.selection;
  const plain = variants.text('', '', subjectHash);
  if (first.kind === 'root') {
    const family = run.context.family(subgraph.name, parentType, first.field.name);
    return () => [family(nameOf(first.field, run.variables), plain)];
  }
  const family = run.context.family(subgraph.name, first.typename, null);
  const shape = isCertain(first) ? shapeFor(first.typename) : null;
  const hasApart = shape !== null && shape.apart.length > 0;
  const plainApart = hasApart ? variants.ofApart(shape, '', subjectHash) : [];
  return (want) => {
    if (want.kind === 'root') throw new Error('expected an entity');
    const { keyText, inputsText } = want;
    const isPlain = inputsText === '';
    const addresses = [family(keyText, isPlain ? plain : variants.text('', inputsText, subjectHash))];
    if (!hasApart) return addresses;
    const apart = isPlain ? plainApart : variants.ofApart(shape, inputsText, subjectHash);
    for (let index = 0; index < apart.length; index += 1) addresses.push(family(keyText, apart[index]!));
    return addresses;
  };
}
