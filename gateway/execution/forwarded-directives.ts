// Which of the directives that a client writes subgraphs are told, as Apollo's gateway tells them.

import {
  DirectiveLocation,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';

type Bearer = FieldNode | FragmentSpreadNode | InlineFragmentNode | FragmentDefinitionNode | OperationDefinitionNode;

export interface ForwardingRules {
  readonly schema: GraphQLSchema;
  /** Names of those that subgraphs are told, if they may stand where they would. */
  readonly directives: ReadonlySet<string>;
}

/** Those that may stand on what the node becomes in a fetch, where fragments have no name. */
export function directivesOn(node: Bearer, { schema, directives }: ForwardingRules): readonly DirectiveNode[] {
  const location = locationOf(node);
  return (node.directives ?? []).filter(
    ({ name }) => directives.has(name.value) && schema.getDirective(name.value)?.locations.includes(location),
  );
}

function locationOf(node: Bearer): DirectiveLocation {
  if (node.kind === Kind.FIELD) return DirectiveLocation.FIELD;
  if (node.kind !== Kind.OPERATION_DEFINITION) return DirectiveLocation.INLINE_FRAGMENT;
  return node.operation === 'mutation' ? DirectiveLocation.MUTATION : DirectiveLocation.QUERY;
}

/** Of a fragment where it is spread, and of the fragment itself: one that may stand but once is the spread's. */
export function directivesAround(
  spread: FragmentSpreadNode | InlineFragmentNode,
  fragment: FragmentDefinitionNode | InlineFragmentNode,
  rules: ForwardingRules,
): readonly DirectiveNode[] {
  const own = directivesOn(spread, rules);
  if (spread === fragment) return own;
  const others = directivesOn(fragment, rules).filter(
    ({ name }) => rules.schema.getDirective(name.value)?.isRepeatable || own.every((d) => d.name.value !== name.value),
  );
  return [...others, ...own];
}

/** Does anything in these bear directives that subgraphs are told? */
export function holdDirectives(
  roots: readonly (OperationDefinitionNode | FragmentDefinitionNode)[],
  rules: ForwardingRules,
): boolean {
  let hold = false;
  const look = (node: Bearer): void => {
    hold ||= directivesOn(node, rules).length > 0;
  };
  for (const root of roots) {
    visit(root, {
      OperationDefinition: look,
      Field: look,
      InlineFragment: look,
      FragmentSpread: look,
      FragmentDefinition: look,
    });
  }
  return hold;
}
