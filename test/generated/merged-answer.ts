// The judge: graphql-js over the merged data of all subgraphs. What it says does not depend on any plan.

import { execute, type GraphQLSchema, parse } from 'graphql';
import type { LocalAnswer } from '../support/local-graph.ts';
import { type DataObject, type GraphData, hash, isDataObject } from './graph-data.ts';
import { fieldOf } from './graph-model.ts';

/** @param schema the API of the supergraph */
export async function mergedAnswer(
  schema: GraphQLSchema,
  data: GraphData,
  query: string,
  variableValues: Readonly<Record<string, unknown>>,
): Promise<LocalAnswer> {
  let serial = 0;
  const result = await execute({
    schema,
    document: parse(query),
    variableValues,
    rootValue: {},
    contextValue: {},
    typeResolver: (value) => (isDataObject(value) ? value.__typename : undefined),
    fieldResolver(parent, args, _context, { parentType, fieldName }) {
      const object: DataObject = isDataObject(parent) ? parent : data.root(parentType.name);
      const field = fieldOf(data.model, parentType.name, fieldName);
      if (fieldName.startsWith('step')) {
        serial += 1;
        return serial;
      }
      const fault = data.fault(object, field);
      if (fault === 'error')
        throw Object.assign(new Error(`${fieldName} of ${object.at} failed`), {
          extensions: { code: `FAULT_${hash(object.at) % 3}` },
        });
      return fault === 'null' ? null : data.value(object, field, args);
    },
  });
  return JSON.parse(JSON.stringify(result));
}
