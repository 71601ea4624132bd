// Arguments as a resolver of the subgraph sees them: defaults filled in at every depth, as graphql-js does.

import {
  buildASTSchema,
  coerceInputValue,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  isInputType,
  Kind,
  typeFromAST,
  valueFromAST,
} from 'graphql';

type Values = Readonly<Record<string, unknown>>;

/** @param given as the client gave them, variables put in; those that it left out are absent */
export type FillArguments = (given: Values) => Values;

/** @param supergraph whose input types all its subgraphs share, what clients must not see included */
export function createArgumentFillers(supergraph: DocumentNode): (field: FieldDefinitionNode) => FillArguments {
  let schema: GraphQLSchema | null = null;
  const typeOf = ({ type }: InputValueDefinitionNode): GraphQLInputType | null => {
    schema ??= inputsOf(supergraph);
    const found = typeFromAST(schema, type);
    return isInputType(found) ? found : null;
  };
  return ({ arguments: definitions = [] }) =>
    (given) =>
      Object.fromEntries(
        definitions.flatMap((definition): [string, unknown][] => {
          const name = definition.name.value;
          const type = typeOf(definition);
          if (Object.hasOwn(given, name)) return [[name, type === null ? given[name] : coerced(given[name], type)]];
          if (definition.defaultValue === undefined || type === null) return [];
          return [[name, valueFromAST(definition.defaultValue, type)]];
        }),
      );
}

/** Made when it is first asked for: few supergraphs have tags with arguments. */
function inputsOf({ definitions }: DocumentNode): GraphQLSchema {
  const inputs = definitions.filter(
    ({ kind }) =>
      kind === Kind.SCALAR_TYPE_DEFINITION ||
      kind === Kind.ENUM_TYPE_DEFINITION ||
      kind === Kind.INPUT_OBJECT_TYPE_DEFINITION,
  );
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: inputs }, { assumeValid: true, assumeValidSDL: true });
}

/** What does not fit stays as it was given: the subgraph refuses it, or knows more than the supergraph. */
function coerced(value: unknown, type: GraphQLInputType): unknown {
  let fits = true;
  const made = coerceInputValue(value, type, () => {
    fits = false;
  });
  return fits ? made : value;
}
