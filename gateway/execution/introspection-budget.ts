// How much of the schema an operation may ask for: a few levels of aliases, each for a list, are thousands of millions of fields.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  Kind,
  parse,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import type { VariableValues } from './canonical-name.ts';
import { isIncluded } from './condition.ts';
import type { OutField } from './output-selection.ts';

/** Fields that an operation may have of any schema: some tenths of a second. */
const LEAST_LIMIT = 100_000;
/** What a tool asks for, with whatever it adds. */
const WHOLE_SCHEMAS = 2;

/**
 * Counts before anything is made or asked of a subgraph.
 * @param fields of the root @param variables coerced @throws {GatewayError} BAD_REQUEST when introspection is more than an operation may have
 */
export function spendIntrospection(
  fields: readonly OutField[],
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: VariableValues,
): void {
  const nodes: FieldNode[] = [];
  for (const { kind, nodes: own } of fields) if (kind === 'introspection') nodes.push(...own);
  if (nodes.length === 0) return;
  const limit = limitOf(schema);
  if (count(nodes, { schema, fragments, variables, limit }) <= limit) return;
  throw new GatewayError('BAD_REQUEST', `Expected introspection of at most ${limit} fields in all, got more`);
}

const limits = new WeakMap<GraphQLSchema, number>();

function limitOf(schema: GraphQLSchema): number {
  let limit = limits.get(schema);
  if (limit === undefined) {
    const whole = parse(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }));
    const fragments = new Map<string, FragmentDefinitionNode>();
    const fields: FieldNode[] = [];
    for (const definition of whole.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
      else if (definition.kind === Kind.OPERATION_DEFINITION)
        fields.push(...(definition.selectionSet.selections as FieldNode[]));
    }
    const all = count(fields, { schema, fragments, variables: {}, limit: Number.POSITIVE_INFINITY });
    limit = Math.max(LEAST_LIMIT, WHOLE_SCHEMAS * all);
    limits.set(schema, limit);
  }
  return limit;
}

interface Counting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: VariableValues;
  /** It stops soon behind it. */
  readonly limit: number;
}

/** Fields of `__schema` and `__type` that an execution would bring; one that stands twice under one name is counted twice. */
function count(roots: readonly FieldNode[], counting: Counting): number {
  const { schema, fragments, variables, limit } = counting;
  let total = 0;
  const field = (node: FieldNode, definition: typeof SchemaMetaFieldDef | undefined, source: unknown): void => {
    total += 1;
    if (definition === undefined || node.selectionSet === undefined || total > limit) return;
    const value = definition.resolve?.(source, getArgumentValues(definition, node, variables), {}, { schema } as never);
    values(value, definition.type, node.selectionSet);
  };
  const values = (value: unknown, type: GraphQLOutputType, set: SelectionSetNode): void => {
    if (total > limit || value === null || value === undefined) return;
    if (Array.isArray(value)) for (const item of value) values(item, type, set);
    else selected(value, type, set);
  };
  const selected = (source: unknown, type: GraphQLOutputType, set: SelectionSetNode): void => {
    const named = getNamedType(type);
    for (const node of set.selections) {
      if (total > limit) return;
      if (!isIncluded(node.directives, variables)) continue;
      if (node.kind === Kind.FIELD)
        field(node, isObjectType(named) ? named.getFields()[node.name.value] : undefined, source);
      else {
        total += 1;
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
        if (fragment !== undefined) selected(source, type, fragment.selectionSet);
      }
    }
  };
  for (const root of roots) {
    field(root, root.name.value === TypeMetaFieldDef.name ? TypeMetaFieldDef : SchemaMetaFieldDef, undefined);
  }
  return total;
}
