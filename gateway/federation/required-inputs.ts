// Does a representation bear what the fields that are asked for require?

import { type FieldNode, Kind, parse, type SelectionSetNode, valueFromASTUntyped } from 'graphql';
import type { RequiredSelection } from './plan.ts';

/** What is in a representation: the field that was fetched for it, and what is taken of it. */
export interface Given {
  /** The fields of the data under the name that is read: several where several fetches bring it. */
  readonly fetched: readonly FieldNode[];
  readonly sentAs: string;
  readonly selections: readonly RequiredSelection[] | null;
}

export type InputLack = 'missing' | 'other arguments';

/** @param requires the selection of `@requires`. @param applies does a fragment apply to the entity? */
export function lackOf(
  requires: string,
  given: readonly Given[],
  applies: (typename: string) => boolean,
): InputLack | null {
  if (requires === '') return null;
  const [definition] = parse(`{${requires}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? lackIn(definition.selectionSet, given, applies) : null;
}

function lackIn(
  wanted: SelectionSetNode,
  given: readonly Given[],
  applies: (typename: string) => boolean,
): InputLack | null {
  for (const selection of wanted.selections) {
    const lack =
      selection.kind === Kind.FIELD
        ? lackOfField(selection, given)
        : selection.kind === Kind.INLINE_FRAGMENT && applies(selection.typeCondition?.name.value ?? '')
          ? lackIn(selection.selectionSet, given, applies)
          : null;
    if (lack !== null) return lack;
  }
  return null;
}

function lackOfField(wanted: FieldNode, given: readonly Given[]): InputLack | null {
  const named = given.filter(({ sentAs }) => sentAs === wanted.name.value);
  if (named.length === 0) return 'missing';
  const fetched = named.flatMap((each) => each.fetched);
  const same = fetched.filter((field) => argumentsText(field) === argumentsText(wanted));
  if (fetched.length > 0 && same.length === 0) return 'other arguments';
  if (wanted.selectionSet === undefined) return null;
  const below = named.flatMap(({ selections }) => givenBelow(selections ?? [], same));
  return lackIn(wanted.selectionSet, below, EVERY_TYPE);
}

/** What stands below is of types that only the data knows. */
const EVERY_TYPE = (): boolean => true;

function givenBelow(selections: readonly RequiredSelection[], parents: readonly FieldNode[]): readonly Given[] {
  return selections.flatMap((selection): readonly Given[] => {
    if (selection.kind === 'fragment') return givenBelow(selection.selections, parents);
    const { name, sentAs, selections: below } = selection;
    const fetched = parents.flatMap((parent) => fieldsNamed(name, parent.selectionSet));
    return [{ fetched, sentAs, selections: below }];
  });
}

/** Named fragments are left out: what is not found is not judged. */
function fieldsNamed(name: string, set: SelectionSetNode | undefined): readonly FieldNode[] {
  return (set?.selections ?? []).flatMap((selection): readonly FieldNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsNamed(name, selection.selectionSet);
    return selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === name ? [selection] : [];
  });
}

/** The same text for the same arguments in any order. */
const argumentsText = ({ arguments: given = [] }: FieldNode): string =>
  given
    .map(({ name, value }) => `${name.value}:${JSON.stringify(valueFromASTUntyped(value))}`)
    .sort()
    .join();
