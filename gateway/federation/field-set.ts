// Field sets as `@key` writes them: `upc warehouse { id }`.

import { Kind, parse, type SelectionSetNode } from 'graphql';

/** Field name → null for a leaf, or the fields below it. */
export type FieldSet = ReadonlyMap<string, FieldSet | null>;

/** @param text the argument of `@key(fields:)`. @throws {GraphQLError} when it is not a selection */
export function parseFieldSet(text: string): FieldSet {
  const [definition] = parse(`{${text}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? toFieldSet(definition.selectionSet) : new Map();
}

function toFieldSet(selections: SelectionSetNode): FieldSet {
  const fields = new Map<string, FieldSet | null>();
  for (const selection of selections.selections) {
    if (selection.kind !== Kind.FIELD) continue;
    fields.set(selection.name.value, selection.selectionSet ? toFieldSet(selection.selectionSet) : null);
  }
  return fields;
}
