// What no planner has a plan for, Hive's or Apollo's: ours says so instead of answering. Each class with how it is recognised.

import type { GraphModel } from './graph-model.ts';
import { requiredOtherwise } from './required-otherwise.ts';

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
    objectIn.size === 0
      ? []
      : [...fields.values()].flatMap(({ name, uses }) =>
          [...uses.keys()].some((subgraph) => objectIn.has(subgraph)) ? [name] : [],
        ),
  );
