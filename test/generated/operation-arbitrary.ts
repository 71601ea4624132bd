// Random operations for a schema, each with some sets of variables.

import type { Arbitrary } from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { type Choose, chosen } from './choose.ts';

export type Variables = Readonly<Record<string, unknown>>;

export interface GeneratedOperation {
  readonly query: string;
  /** At least one set. */
  readonly variables: readonly Variables[];
}

export interface OperationOptions {
  /** How many sets of variables an operation has that takes any. */
  readonly variablesCount: number;
}

/** @returns null where what was made is not valid: fields met under one name that may not */
export const operations = (schema: GraphQLSchema, options: OperationOptions): Arbitrary<GeneratedOperation | null> =>
  chosen((choose) => buildOperation(schema, options, choose));

interface Making {
  readonly schema: GraphQLSchema;
  readonly choose: Choose;
  /** Name → type and value. */
  readonly variables: Map<string, { readonly type: GraphQLInputType; readonly hasDefault: boolean }>;
  readonly declared: string[];
  /** Whole definitions, by the type that they are on. */
  readonly fragments: { readonly name: string; readonly type: string; readonly text: string }[];
  readonly conditionsPercent: number;
  readonly typenamesPercent: number;
}

const DEPTH = 4;

function buildOperation(
  schema: GraphQLSchema,
  { variablesCount }: OperationOptions,
  choose: Choose,
): GeneratedOperation | null {
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  if (!query) throw new Error('expected a schema with a query type');
  const isMutation = mutation && choose.chance(10);
  const making: Making = {
    schema,
    choose,
    variables: new Map(),
    declared: [],
    fragments: [],
    conditionsPercent: choose.from([0, 0, 15, 35]),
    typenamesPercent: choose.from([0, 10, 30]),
  };
  const root = isMutation ? mutation : query;
  const selection = selectionOf(root, choose.from([1, 2, 2, 3, 3, DEPTH]), making, isMutation ? 3 : 2);
  const declared = making.declared.length === 0 ? '' : `(${making.declared.join(', ')})`;
  const head = isMutation
    ? `mutation M${declared} `
    : declared === '' && choose.chance(60)
      ? ''
      : `query Q${declared} `;
  const text = [`${head}${selection}`, ...making.fragments.map((fragment) => fragment.text)].join('\n');
  if (validate(schema, parse(text)).length > 0) return null;
  const count = making.variables.size === 0 ? 1 : variablesCount;
  return { query: text, variables: Array.from({ length: count }, () => variableValues(making)) };
}

function selectionOf(type: GraphQLNamedType, depth: number, making: Making, least = 1): string {
  const { choose } = making;
  const items = Array.from({ length: least + choose.below(depth > 2 ? 3 : 4) }, () => itemOf(type, depth, making));
  return `{ ${items.join(' ')} }`;
}

function itemOf(type: GraphQLNamedType, depth: number, making: Making): string {
  const { choose, schema } = making;
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const usable = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
  const isQuery = type === schema.getQueryType();
  if (isQuery && choose.chance(4)) return choose.from(INTROSPECTIONS);
  if (usable.length === 0 || choose.chance(making.typenamesPercent))
    return `${choose.from(['', '', 't: ', '_: '])}__typename${condition(making)}`;
  if (depth > 0 && choose.chance(isAbstractType(type) ? 60 : 18)) return fragmentOf(type, depth, making);
  return fieldText(choose.from(usable), depth, making);
}

const INTROSPECTIONS = [
  '__schema { queryType { name } }',
  '__type(name: "Ant") { kind name }',
  'i: __type(name: "Filter") { inputFields { name defaultValue type { kind name ofType { name } } } }',
  '__type(name: "Nobody") { name }',
];

function fragmentOf(type: GraphQLNamedType, depth: number, making: Making): string {
  const { choose } = making;
  const wanted = choose.from(conditionsFor(type, making.schema));
  const reusable = making.fragments.filter((fragment) => fragment.type === wanted.name);
  if (reusable.length > 0 && choose.chance(30)) return `...${choose.from(reusable).name}${condition(making)}`;
  const given = condition(making);
  const selection = selectionOf(wanted, depth - 1, making);
  if (choose.chance(25)) {
    const name = `F${making.fragments.length}`;
    making.fragments.push({ name, type: wanted.name, text: `fragment ${name} on ${wanted.name} ${selection}` });
    return `...${name}${given}`;
  }
  return `...${wanted === type && choose.chance(50) ? '' : ` on ${wanted.name}`}${given} ${selection}`;
}

/** Types that an object of this type may be of: also those that it can be only in some subgraph, or never. */
function conditionsFor(type: GraphQLNamedType, schema: GraphQLSchema): readonly GraphQLNamedType[] {
  if (isObjectType(type)) {
    const unions = Object.values(schema.getTypeMap()).filter(
      (each) => isAbstractType(each) && schema.isSubType(each, type),
    );
    return [type, type, ...unions];
  }
  if (!isAbstractType(type)) return [];
  const members = schema.getPossibleTypes(type);
  const others = Object.values(schema.getTypeMap()).filter(
    (each) => isAbstractType(each) && each !== type && members.some((member) => schema.isSubType(each, member)),
  );
  return [type, ...members, ...members, ...others];
}

function fieldText(field: GraphQLField<unknown, unknown>, depth: number, making: Making): string {
  const { choose } = making;
  const type = getNamedType(field.type);
  const given = argumentsText(field.args, making);
  const given2 = condition(making);
  const selection = isCompositeType(type) ? ` ${selectionOf(type, depth - 1, making)}` : '';
  return `${aliasFor(field.name, given, choose)}${field.name}${given}${given2}${selection}`;
}

/** Few names, so that the same field with the same arguments often stands twice, and others meet under the name of a field. */
function aliasFor(name: string, given: string, choose: Choose): string {
  if (given !== '') {
    let sum = 7;
    for (const character of given) sum = (sum * 31 + character.charCodeAt(0)) % 1_009;
    return `${name}_${sum}: `;
  }
  return choose.chance(4) ? choose.from(['b: ', 'f0: ', 'id: ']) : choose.from(['', '', '', '', '', `a_${name}: `]);
}

function argumentsText(args: readonly GraphQLArgument[], making: Making): string {
  const given = args.flatMap((argument) => {
    const isNeeded = isNonNullType(argument.type) && argument.defaultValue === undefined;
    return isNeeded || making.choose.chance(60)
      ? [`${argument.name}: ${inputText(argument.type, argument.defaultValue !== undefined, making, 2)}`]
      : [];
  });
  return given.length === 0 ? '' : `(${given.join(', ')})`;
}

/** A literal, a variable, or a literal with variables inside. */
function inputText(type: GraphQLInputType, hasDefault: boolean, making: Making, depth: number): string {
  const { choose } = making;
  if (choose.chance(30)) return variable(type, hasDefault, making);
  if (isNonNullType(type))
    return inputText(type.ofType, false, making, depth) === 'null'
      ? literalOf(type.ofType, making)
      : literalOf(type, making);
  if (choose.chance(12) && !hasDefault) return 'null';
  if (isListType(type)) {
    const items = Array.from({ length: choose.below(3) }, () => inputText(type.ofType, false, making, depth - 1));
    return `[${items.join(', ')}]`;
  }
  if (isInputObjectType(type) && depth > 0) {
    const fields = choose.some(Object.values(type.getFields()), 50);
    return `{${fields.map((field) => `${field.name}: ${inputText(field.type, field.defaultValue !== undefined, making, depth - 1)}`).join(', ')}}`;
  }
  return literalOf(type, making);
}

function variable(type: GraphQLInputType, hasDefault: boolean, making: Making): string {
  const { choose, variables, declared } = making;
  const same = [...variables].filter(([, known]) => String(known.type) === String(type));
  if (same.length > 0 && choose.chance(40)) return `$${choose.from(same)[0]}`;
  const name = `v${variables.size}`;
  const withDefault = !isNonNullType(type) && choose.chance(25);
  declared.push(`$${name}: ${type}${withDefault ? ` = ${literalOf(type, making)}` : ''}`);
  variables.set(name, { type, hasDefault: withDefault || hasDefault });
  return `$${name}`;
}

function literalOf(type: GraphQLInputType, making: Making): string {
  return literal(plainValue(type, making, 2), type);
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (isListType(type) && Array.isArray(value))
    return `[${value.map((item) => literal(item, type.ofType)).join(', ')}]`;
  if (isEnumType(type) && typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, type)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = isInputObjectType(type) ? type.getFields() : {};
  return `{${Object.entries(value)
    .map(([name, item]) => `${name}: ${literal(item, fields[name]?.type ?? type)}`)
    .join(', ')}}`;
}

function plainValue(type: GraphQLInputType, making: Making, depth: number): unknown {
  const { choose } = making;
  if (isNonNullType(type)) {
    const value = plainValue(type.ofType, making, depth);
    return value === null ? presentValue(type.ofType, making, depth) : value;
  }
  return choose.chance(12) ? null : presentValue(type, making, depth);
}

function presentValue(type: GraphQLInputType, making: Making, depth: number): unknown {
  const { choose } = making;
  if (isNonNullType(type)) return presentValue(type.ofType, making, depth);
  if (isListType(type))
    return Array.from({ length: choose.below(3) }, () => plainValue(type.ofType, making, depth - 1));
  if (isEnumType(type)) return choose.from(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      ({ type: inner }) => depth > 0 || !isInputObjectType(getNamedType(inner)),
    );
    return Object.fromEntries(
      choose.some(fields, 45).map((field) => [field.name, plainValue(field.type, making, depth - 1)]),
    );
  }
  return choose.from(LEAVES[type.name] ?? [1, 'any', [1, { a: null }], { b: 'x' }]);
}

const LEAVES: Readonly<Record<string, readonly unknown[]>> = {
  Int: [0, 1, 2, -3],
  Float: [0.5, 2],
  String: ['', 'x', 'a "b" \\ é'],
  Boolean: [true, false],
  ID: ['1', '2', '4', 'b1', 'r1', 'w1', 'x'],
};

const CONDITIONS = [
  ' @include(if: $x)',
  ' @skip(if: $x)',
  ' @include(if: $y)',
  ' @skip(if: $y)',
  ' @skip(if: $x) @include(if: $y)',
  ' @include(if: true)',
  ' @skip(if: false)',
  ' @include(if: false)',
  ' @skip(if: true)',
];

function condition(making: Making): string {
  const { choose, schema, variables, declared, conditionsPercent } = making;
  if (!choose.chance(conditionsPercent)) return '';
  const text = choose.from(CONDITIONS);
  const boolean = schema.getType('Boolean');
  for (const name of ['x', 'y']) {
    if (!text.includes(`$${name})`) || variables.has(name)) continue;
    declared.push(`$${name}: Boolean!`);
    variables.set(name, { type: boolean as GraphQLInputType, hasDefault: false });
  }
  return text;
}

function variableValues(making: Making): Variables {
  const values: Record<string, unknown> = {};
  for (const [name, { type, hasDefault }] of making.variables) {
    if (name === 'x' || name === 'y') values[name] = making.choose.chance(50);
    else if (isNonNullType(type) || !making.choose.chance(25)) {
      const value = plainValue(type, making, 2);
      values[name] = value === null && hasDefault ? presentValue(type, making, 2) : value;
    }
  }
  return values;
}
