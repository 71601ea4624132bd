// What the client's operation shows, type by type: names, order, types; conditions decided.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import type { VariableValues } from './canonical-name.ts';
import { isIncluded } from './condition.ts';

/** A field's type, read once. */
export interface TypePlan {
  readonly isNonNull: boolean;
  /** Of a list: what its items are. */
  readonly item: TypePlan | null;
  /** Without the outer non-null, for messages. */
  readonly name: string;
}

/** How a leaf is checked: built-in scalars by their JSON type, an enum by its values, a custom scalar not at all. */
export type LeafCheck =
  | { readonly kind: 'Int' | 'Float' | 'String' | 'Boolean' | 'ID' | 'any' }
  | { readonly kind: 'enum'; readonly texts: ReadonlySet<string> };

export interface OutField {
  readonly kind: 'typename' | 'introspection' | 'leaf' | 'object';
  readonly responseName: string;
  /** `field Product.name`, for messages. */
  readonly place: string;
  /** `"name":` */
  readonly keyText: string;
  /** In the data that the steps put together; several where the operation asks for it in several ways. */
  readonly planNames: readonly [string, ...string[]];
  readonly type: TypePlan;
  /** Of the named type, for each item. */
  readonly check: LeafCheck;
  readonly selection: OutSelection | null;
  /** As they stand in the operation, for introspection. */
  readonly nodes: readonly FieldNode[];
}

export interface OutShape {
  /** Null for a name that the API schema does not have, or that is no composite type. */
  readonly type: GraphQLCompositeType | null;
  /** Not null: an object type's name. */
  readonly objectName: string | null;
  readonly fields: readonly OutField[];
}

export interface OutSelection {
  /** What all objects show; null where it depends on their type. */
  readonly onlyShape: OutShape | null;
  shape(typename: string | null): OutShape;
}

export interface OutputSpec {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** With defaults applied: only those that conditions name are looked at. */
  readonly variables: VariableValues;
  planNameOf(field: FieldNode): string;
}

export function createOutSelection(
  parentType: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  spec: OutputSpec,
): OutSelection {
  const shapes = new Map<string | null, OutShape>();
  const selection = {
    get onlyShape() {
      return isObjectType(parentType) ? selection.shape(null) : null;
    },
    shape(typename: string | null) {
      const known = shapes.get(typename);
      if (known !== undefined) return known;
      const shape = createShape(parentType, typename, sets, spec);
      // Only types that there are: the name is the subgraph's.
      if (shape.type !== null) shapes.set(typename, shape);
      return shape;
    },
  };
  return selection;
}

function createShape(
  parentType: GraphQLCompositeType,
  typename: string | null,
  sets: readonly SelectionSetNode[],
  spec: OutputSpec,
): OutShape {
  const named = typename === null ? parentType : spec.schema.getType(typename);
  const type = isCompositeType(named) ? named : null;
  if (type === null) return { type, objectName: null, fields: [] };
  const groups = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  for (const set of sets) collect(set, type, spec, groups, spread);
  const objectName = isObjectType(type) ? type.name : null;
  return {
    type,
    objectName,
    fields: [...groups].flatMap(([responseName, nodes]) => toField(responseName, nodes, type, spec)),
  };
}

function collect(
  set: SelectionSetNode,
  type: GraphQLCompositeType,
  spec: OutputSpec,
  groups: Map<string, FieldNode[]>,
  spread: Set<string>,
): void {
  for (const node of set.selections) {
    if (!isIncluded(node.directives, spec.variables)) continue;
    if (node.kind === Kind.FIELD) {
      const name = node.alias?.value ?? node.name.value;
      const group = groups.get(name);
      if (group) group.push(node);
      else groups.set(name, [node]);
      continue;
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      // A second time it says nothing new.
      if (spread.has(node.name.value)) continue;
      spread.add(node.name.value);
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? spec.fragments.get(node.name.value) : node;
    if (fragment !== undefined && applies(fragment.typeCondition?.name.value, type, spec.schema)) {
      collect(fragment.selectionSet, type, spec, groups, spread);
    }
  }
}

function applies(condition: string | undefined, type: GraphQLCompositeType, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditional = schema.getType(condition);
  const isAbstract = isCompositeType(conditional) && !isObjectType(conditional);
  return isAbstract && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(conditional, type);
}

function toField(
  responseName: string,
  nodes: readonly FieldNode[],
  type: GraphQLCompositeType,
  spec: OutputSpec,
): OutField[] {
  const [node] = nodes;
  if (node === undefined) return [];
  const name = node.name.value;
  const base = {
    responseName,
    place: `field ${type.name}.${responseName}`,
    keyText: `${JSON.stringify(responseName)}:`,
    nodes,
  };
  if (name === '__typename') {
    return [{ ...base, kind: 'typename', planNames: [name], type: STRING_TYPE, check: ANY, selection: null }];
  }
  if (name === SchemaMetaFieldDef.name || name === TypeMetaFieldDef.name) {
    return [{ ...base, kind: 'introspection', planNames: [name], type: STRING_TYPE, check: ANY, selection: null }];
  }
  const field = hasFields(type) ? type.getFields()[name] : undefined;
  if (field === undefined) return [];
  const named = getNamedType(field.type);
  const [first, ...others] = [spec.planNameOf(node), ...new Set(nodes.slice(1).map(spec.planNameOf))];
  const sets = nodes.flatMap((item) => (item.selectionSet ? [item.selectionSet] : []));
  const selection = isCompositeType(named) ? createOutSelection(named, sets, spec) : null;
  return [
    {
      ...base,
      kind: selection === null ? 'leaf' : 'object',
      planNames: [first, ...others.filter((other) => other !== first)],
      type: planType(field.type),
      check: selection === null ? checkOf(field.type) : ANY,
      selection,
    },
  ];
}

const hasFields = (type: GraphQLCompositeType): type is GraphQLObjectType => 'getFields' in type;

const STRING_TYPE: TypePlan = { isNonNull: true, item: null, name: 'String' };

function planType(type: GraphQLOutputType): TypePlan {
  if (isNonNullType(type)) return { ...planType(type.ofType), isNonNull: true };
  return { isNonNull: false, item: isListType(type) ? planType(type.ofType) : null, name: String(type) };
}

const ANY: LeafCheck = { kind: 'any' };

function checkOf(type: GraphQLOutputType): LeafCheck {
  if (isNonNullType(type) || isListType(type)) return checkOf(type.ofType);
  if (isEnumType(type)) {
    return { kind: 'enum', texts: new Set(type.getValues().map((value) => JSON.stringify(value.name))) };
  }
  switch (type.name) {
    case 'Int':
    case 'Float':
    case 'String':
    case 'Boolean':
    case 'ID':
      return { kind: type.name };
    default:
      return ANY;
  }
}
