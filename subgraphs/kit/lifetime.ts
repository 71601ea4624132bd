// How long a selection on an entity may be kept, by its `@cacheControl` directives: what Apollo Server works out for a
// whole answer, for one entity. Fields that the answer happens to lack count too: never too long, at worst too short.

import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export interface SelectionPlace {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Hint {
  readonly maxAge: number | undefined;
  readonly inherits: boolean;
}

/**
 * Seconds. 0: not to be kept.
 * @param typename the entity's type; for an interface the least over its object types counts
 */
export function lifetimeOf(place: SelectionPlace, typename: string, selections: SelectionSetNode): number {
  const type = place.schema.getType(typename);
  if (type === undefined || !isCompositeType(type)) return 0;
  return Math.min(hintOf(type).maxAge ?? 0, leastBelow(place, type, selections));
}

function leastBelow(place: SelectionPlace, type: GraphQLNamedType, selections: SelectionSetNode): number {
  let least = Number.POSITIVE_INFINITY;
  for (const selection of selections.selections) {
    if (!isWanted(place, selection)) continue;
    switch (selection.kind) {
      case Kind.FIELD: {
        if (!isObjectType(type) && !isInterfaceType(type)) break;
        const field = type.getFields()[selection.name.value];
        if (field === undefined) break;
        const target = getNamedType(field.type);
        least = Math.min(least, fieldMaxAge(target, hintFrom(field.astNode?.directives)));
        if (selection.selectionSet) least = Math.min(least, leastBelow(place, target, selection.selectionSet));
        break;
      }
      case Kind.INLINE_FRAGMENT:
      case Kind.FRAGMENT_SPREAD: {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : place.fragments.get(selection.name.value);
        if (fragment === undefined) break;
        const condition = fragment.typeCondition ? place.schema.getType(fragment.typeCondition.name.value) : type;
        if (condition !== undefined && mayBe(place.schema, type, condition)) {
          least = Math.min(least, leastBelow(place, narrower(place.schema, type, condition), fragment.selectionSet));
        }
      }
    }
  }
  return least;
}

/** Apollo Server's rule: what is not annotated inherits when it is a leaf or says so, and else may not be kept. */
function fieldMaxAge(target: GraphQLNamedType, field: Hint): number {
  const ofType: Hint = isCompositeType(target) ? hintOf(target) : { maxAge: undefined, inherits: false };
  const maxAge = field.inherits ? ofType.maxAge : (field.maxAge ?? ofType.maxAge);
  if (maxAge !== undefined) return maxAge;
  return isCompositeType(target) && !ofType.inherits && !field.inherits ? 0 : Number.POSITIVE_INFINITY;
}

function hintOf(type: GraphQLNamedType): Hint {
  const nodes = [type.astNode, ...type.extensionASTNodes];
  for (const node of nodes) {
    const hint = hintFrom(node?.directives);
    if (hint.maxAge !== undefined || hint.inherits) return hint;
  }
  return { maxAge: undefined, inherits: false };
}

function hintFrom(directives: readonly ConstDirectiveNode[] | undefined): Hint {
  const directive = directives?.find((candidate) => candidate.name.value === 'cacheControl');
  const argumentOf = (name: string) => directive?.arguments?.find((argument) => argument.name.value === name)?.value;
  const maxAge = argumentOf('maxAge');
  const inherits = argumentOf('inheritMaxAge');
  return {
    maxAge: maxAge?.kind === Kind.INT ? Number(maxAge.value) : undefined,
    inherits: inherits?.kind === Kind.BOOLEAN && inherits.value,
  };
}

function isWanted(place: SelectionPlace, selection: SelectionNode): boolean {
  const directives: readonly DirectiveNode[] = selection.directives ?? [];
  if (directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, selection, place.variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, place.variables)?.if !== false;
}

function mayBe(schema: GraphQLSchema, type: GraphQLNamedType, condition: GraphQLNamedType): boolean {
  const conditions = objectTypesOf(schema, condition);
  return objectTypesOf(schema, type).some((possible) => conditions.includes(possible));
}

function narrower(schema: GraphQLSchema, type: GraphQLNamedType, condition: GraphQLNamedType): GraphQLNamedType {
  return isAbstractType(type) && objectTypesOf(schema, condition).length <= objectTypesOf(schema, type).length
    ? condition
    : type;
}

function objectTypesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLNamedType[] {
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
}
