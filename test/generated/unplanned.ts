// What no planner has a plan for, Hive's or Apollo's: ours says so instead of answering. Each class with how it is recognised.

import { Kind, print, type SelectionSetNode } from 'graphql';
import { type GraphModel, nameOf } from './graph-model.ts';

interface Unplanned {
  readonly name: string;
  /** @param query the operation's text */
  recognises(model: GraphModel, query: string): boolean;
}

export const UNPLANNED: readonly Unplanned[] = [
  {
    name: 'interface objects, asked for different fields by type',
    recognises: (model, query) => fieldsOfInterfaceObjects(model).some((name) => isAsked(name, query)),
  },
  {
    name: 'one field required with two sets of arguments',
    recognises: (model, query) => requiredOtherwise(model).some((names) => names.every((name) => isAsked(name, query))),
  },
];

const isAsked = (name: string, query: string): boolean => new RegExp(`\\b${name}\\b`).test(query);

const fieldsOfInterfaceObjects = (model: GraphModel): readonly string[] =>
  [...model.types.values()].flatMap(({ objectIn, fields }) =>
    objectIn.size === 0 ? [] : [...fields.values()].flatMap(({ name, uses }) => ([...uses.keys()].some((subgraph) => objectIn.has(subgraph)) ? [name] : [])),
  );

/** Pairs of fields that require one field with different arguments. */
function requiredOtherwise(model: GraphModel): readonly (readonly [string, string])[] {
  const required = [...model.types.values()].flatMap((type) =>
    [...type.fields.values()].flatMap(({ name, requires }) =>
      requires === null ? [] : [...inputsOf(requires, type.name, model)].map((input) => ({ name, ...input })),
    ),
  );
  return required.flatMap((one) =>
    required.flatMap((other): [string, string][] => (one.field === other.field && one.args !== other.args ? [[one.name, other.name]] : [])),
  );
}

interface Input {
  readonly field: string;
  readonly args: string;
}

function inputsOf({ selections }: SelectionSetNode, typename: string, model: GraphModel): readonly Input[] {
  return selections.flatMap((node): readonly Input[] => {
    if (node.kind === Kind.INLINE_FRAGMENT) return inputsOf(node.selectionSet, node.typeCondition?.name.value ?? typename, model);
    const field = node.kind === Kind.FIELD ? model.types.get(typename)?.fields.get(node.name.value) : undefined;
    if (node.kind !== Kind.FIELD || field === undefined) return [];
    const own = { field: `${typename}.${field.name}`, args: (node.arguments ?? []).map((argument) => print(argument)).join() };
    return [own, ...(node.selectionSet ? inputsOf(node.selectionSet, nameOf(field.type), model) : [])];
  });
}
