// Who plans what Hive's planner does not hand on as the client wrote it: Apollo's, which does.
//
// Seen with Hive's 0.0.38: it leaves out the directives that subgraphs are told; of all characters up to U+2FFF in a text a backspace
// (U+0008) becomes U+0010; and it sorts the keys of objects, though the custom scalar that one is a value of may mean something by their order.

import {
  type GraphQLSchema,
  getNamedType,
  isScalarType,
  type ObjectValueNode,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Planner } from './plan.ts';

/** @param keeper plans it, or nobody does: a plan for something else than what was written is a wrong one */
export function withKeeper(planner: Planner, keeper: Planner, schema: GraphQLSchema): Planner {
  return { plan: (document) => (isChanged(document, schema) ? keeper : planner).plan(document) };
}

/** @param document as graphql-js prints it */
function isChanged(document: string, schema: GraphQLSchema): boolean {
  // Most hold none of these. A backslash before a letter looks like a backspace; the brace of selections is followed by the end of its line.
  if (!document.includes('@') && !document.includes('\\b') && !/\{\w/.test(document)) return false;
  let isChanged = false;
  const types = new TypeInfo(schema);
  const visitor = {
    Directive() {
      isChanged = true;
    },
    StringValue({ value }: { readonly value: string }) {
      if (value.includes('\b')) isChanged = true;
    },
    ObjectValue(node: ObjectValueNode) {
      const type = getNamedType(types.getInputType());
      // Within a scalar's value there are no types.
      if ((type === undefined || isScalarType(type)) && !isSorted(node)) isChanged = true;
    },
  };
  visit(parse(document, { noLocation: true }), visitWithTypeInfo(types, visitor));
  return isChanged;
}

/** Keys in the order of their characters. */
const isSorted = ({ fields }: ObjectValueNode): boolean =>
  fields.every(({ name }, index) => index === 0 || fields[index - 1]!.name.value < name.value);
