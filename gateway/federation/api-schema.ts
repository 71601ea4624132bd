// The schema that clients see: the supergraph without its join directives and without what is inaccessible.

import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  DirectiveLocation,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type NameNode,
  specifiedDirectives,
  visit,
} from 'graphql';
import { linksOf } from './links.ts';

/** Directives that GraphQL itself defines and that clients may see. */
const VISIBLE_DIRECTIVES = new Set(['deprecated', 'specifiedBy', 'oneOf']);

const EXECUTABLE_LOCATIONS: ReadonlySet<string> = new Set([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
]);
const isExecutable = ({ value }: NameNode): boolean => EXECUTABLE_LOCATIONS.has(value);

/** Of subgraphs that all have it: clients may write it, and subgraphs are told. */
const isForOperations = ({ name, locations }: DirectiveDefinitionNode): boolean =>
  locations.some(isExecutable) && !specifiedDirectives.some((directive) => directive.name === name.value);

/**
 * Names of directives that subgraphs are told: those that all of them define. One that is composed by `@composeDirective` may be
 * known to some alone, and Apollo's planner knows none: clients may write it, and nobody is told.
 */
export function directivesForSubgraphs(supergraph: DocumentNode): ReadonlySet<string> {
  const links = linksOf(supergraph);
  const isComposed = (name: string): boolean =>
    links.some(
      (link) => link.importedDirectives.has(name) || name === link.prefix || name.startsWith(`${link.prefix}__`),
    );
  const names = supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION && isForOperations(definition) ? [definition.name.value] : [],
  );
  return new Set(names.filter((name) => !isComposed(name)));
}

/** @param supergraph parsed, with `@link`s on its schema definition. @throws {Error} in graphql-js' words when it is no schema */
export function buildApiSchema(supergraph: DocumentNode): GraphQLSchema {
  const links = linksOf(supergraph);
  const inaccessible = links.find((link) => link.spec === 'inaccessible')?.directive ?? 'inaccessible';
  const isHidden = (node: { readonly directives?: readonly ConstDirectiveNode[] }): boolean =>
    node.directives?.some((directive) => directive.name.value === inaccessible) ?? false;
  const isMachinery = (definition: DefinitionNode): boolean => {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) return !isForOperations(definition);
    if (!('name' in definition) || definition.name === undefined) return false;
    const name = definition.name.value;
    return links.some((link) => name.startsWith(`${link.prefix}__`) || link.importedTypes.has(name));
  };
  const kept = supergraph.definitions.filter((d) => !isMachinery(d) && !('directives' in d && isHidden(d as never)));
  const names = new Set(kept.flatMap((d) => ('name' in d && d.name ? [d.name.value] : [])));
  const drop = (node: { readonly directives?: readonly ConstDirectiveNode[] }): null | undefined =>
    isHidden(node) ? null : undefined;
  const visible = visit(
    { kind: Kind.DOCUMENT, definitions: kept },
    {
      // Clients may write these; what else they may stand on is not for clients.
      DirectiveDefinition: (node) => ({ ...node, locations: node.locations.filter(isExecutable) }),
      FieldDefinition: drop,
      InputValueDefinition: drop,
      EnumValueDefinition: drop,
      Directive: (node) => (VISIBLE_DIRECTIVES.has(node.name.value) ? undefined : null),
      ObjectTypeDefinition: {
        leave: (node) => ({ ...node, interfaces: node.interfaces?.filter((i) => names.has(i.name.value)) }),
      },
      InterfaceTypeDefinition: {
        leave: (node) => ({ ...node, interfaces: node.interfaces?.filter((i) => names.has(i.name.value)) }),
      },
      UnionTypeDefinition: {
        leave: (node) => ({ ...node, types: node.types?.filter((t) => names.has(t.name.value)) }),
      },
    },
  );
  return buildASTSchema(visible, { assumeValid: true, assumeValidSDL: true });
}
