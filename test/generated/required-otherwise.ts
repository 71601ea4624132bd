// Fields that require one field with different arguments: no planner keeps the two apart everywhere.

import { Kind, print, type SelectionSetNode } from 'graphql';
import { type GraphModel, nameOf } from './graph-model.ts';

/** @returns pairs of names */
export function requiredOtherwise(model: GraphModel): readonly (readonly [string, string])[] {
  const required = [...model.types.values()].flatMap((type) =>
    [...type.fields.values()].flatMap(({ name, requires }) =>
      requires === null ? [] : [...inputsOf(requires, type.name, model)].map((input) => ({ name, ...input })),
    ),
  );
  return required.flatMap((one) =>
    required.flatMap((other): [string, string][] =>
      one.field === other.field && one.args !== other.args ? [[one.name, other.name]] : [],
    ),
  );
}

interface Input {
  readonly field: string;
  readonly args: string;
}

function inputsOf({ selections }: SelectionSetNode, typename: string, model: GraphModel): readonly Input[] {
  return selections.flatMap((node): readonly Input[] => {
    if (node.kind === Kind.INLINE_FRAGMENT)
      return inputsOf(node.selectionSet, node.typeCondition?.name.value ?? typename, model);
    const field = node.kind === Kind.FIELD ? model.types.get(typename)?.fields.get(node.name.value) : undefined;
    if (node.kind !== Kind.FIELD || field === undefined) return [];
    const own = {
      field: `${typename}.${field.name}`,
      args: (node.arguments ?? []).map((argument) => print(argument)).join(),
    };
    return [own, ...(node.selectionSet ? inputsOf(node.selectionSet, nameOf(field.type), model) : [])];
  });
}
