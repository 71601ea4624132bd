// Random operations for a schema: selections by a walk over its types, aliases, fragments, conditions, variables.

import fc from 'fast-check';
import {
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

export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Values that arguments of a scalar type may have: those that name something in the test's data, and one that does not. */
export type ArgumentValues = Readonly<Record<string, readonly unknown[]>>;

/** Does the operation hold `@skip` and `@include`? */
export type Conditions = 'none' | 'some';

export interface Flavour {
  readonly conditions: Conditions;
  readonly typenames: 'none' | 'some';
}

const EVERYTHING: Flavour = { conditions: 'some', typenames: 'some' };

/** Fields may meet under one name: what validation refuses is left out. */
export function operations(
  schema: GraphQLSchema,
  values: ArgumentValues,
  flavour: Flavour = EVERYTHING,
): fc.Arbitrary<Operation> {
  const query = schema.getQueryType();
  if (!query) throw new Error('expected a schema with a query type');
  const selections = createSelections(schema, values, flavour);
  return fc
    .record({
      selections: selections(query, 4),
      // Set in one place, used anywhere.
      x: fc.boolean(),
      y: fc.boolean(),
      lifted: fc.boolean(),
    })
    .map(({ selections: parts, x, y, lifted }) => operationOf(parts, { x, y }, lifted))
    .filter((operation) => validate(schema, parse(operation.query)).length === 0);
}

/** A part of an operation's text; `«{"type":"Int","value":1}»` stands for a value that may become a variable. */
type Part = string;

function createSelections(
  schema: GraphQLSchema,
  values: ArgumentValues,
  flavour: Flavour,
): (type: GraphQLNamedType, depth: number) => fc.Arbitrary<Part> {
  const condition = flavour.conditions === 'none' ? NOTHING : SOME_CONDITION;
  const known = new Map<string, fc.Arbitrary<Part>>();
  const selectionsOf = (type: GraphQLNamedType, depth: number): fc.Arbitrary<Part> => {
    const name = `${type.name} ${depth}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    const made = fc
      .array(itemOf(type, depth), { minLength: 1, maxLength: depth > 2 ? 3 : 4, size: 'max' })
      .map((items) => `{ ${items.join(' ')} }`);
    known.set(name, made);
    return made;
  };
  const itemOf = (type: GraphQLNamedType, depth: number): fc.Arbitrary<Part> => {
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const usable = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
    const choices: fc.WeightedArbitrary<Part>[] = [];
    if (flavour.typenames === 'some' || usable.length === 0) {
      const alias = fc.constantFrom('', 't: ');
      choices.push({ weight: 1, arbitrary: fc.tuple(alias, condition).map((parts) => parts.join('__typename')) });
    }
    for (const field of usable) choices.push({ weight: 3, arbitrary: fieldOf(field, depth) });
    if (depth > 0) {
      for (const wanted of conditionsFor(type)) {
        choices.push({
          weight: isAbstractType(type) ? 3 : 1,
          arbitrary: fc
            .tuple(fc.boolean(), condition, selectionsOf(wanted, depth - 1))
            .map(([bare, c, below]) => `...${bare && wanted === type ? '' : ` on ${wanted.name}`}${c} ${below}`),
        });
      }
    }
    return fc.oneof(...choices);
  };
  const conditionsFor = (type: GraphQLNamedType): readonly GraphQLNamedType[] => {
    if (isAbstractType(type)) return [type, ...schema.getPossibleTypes(type)];
    return isObjectType(type) ? [type, ...type.getInterfaces()] : [];
  };
  const fieldOf = (field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<Part> => {
    const named = getNamedType(field.type);
    const below = isCompositeType(named) ? selectionsOf(named, depth - 1) : NOTHING;
    return fc
      .tuple(
        argumentsOf(field),
        below === NOTHING && named.name !== 'ID' ? fc.constantFrom('', '', '', '', 'a', 'b') : fc.constant(''),
        condition,
        below,
      )
      .map(([given, alias, c, selection]) => {
        const name = alias === '' && given === '' ? '' : `${alias}${alias && '_'}${field.name}${digest(given)}: `;
        return `${name === `${field.name}: ` ? '' : name}${field.name}${given}${c}${selection && ' '}${selection}`;
      });
  };
  const argumentsOf = (field: GraphQLField<unknown, unknown>): fc.Arbitrary<string> => {
    if (field.args.length === 0) return fc.constant('');
    const each = field.args.map((argument) => {
      const value = inputOf(argument.type, values, 2).map(
        (chosen) => `${argument.name}: «${JSON.stringify({ type: String(argument.type), value: chosen })}»`,
      );
      return isNonNullType(argument.type) ? value : fc.oneof(value, fc.constant(''));
    });
    return fc.tuple(...each).map((given) => {
      const text = given.filter((part) => part !== '').join(', ');
      return text === '' ? '' : `(${text})`;
    });
  };
  return selectionsOf;
}

const NOTHING = fc.constant('');

const SOME_CONDITION = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ' @include(if: $x)',
      ' @skip(if: $x)',
      ' @include(if: $y)',
      ' @skip(if: $y)',
      ' @skip(if: $x) @include(if: $y)',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(' @include(if: true)', ' @skip(if: false)', ' @include(if: false)', ' @skip(if: true)'),
  },
);

function inputOf(type: GraphQLInputType, values: ArgumentValues, depth: number): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return inputOf(type.ofType, values, depth).filter((value) => value !== null);
  if (isListType(type))
    return fc.oneof(fc.constant(null), fc.array(inputOf(type.ofType, values, depth - 1), { maxLength: 2 }));
  if (isEnumType(type)) return fc.constantFrom(null, ...type.getValues().map(({ name }) => ({ enum: name })));
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || !isInputObjectType(getNamedType(field.type)),
    );
    return fc.record(Object.fromEntries(fields.map((field) => [field.name, inputOf(field.type, values, depth - 1)])), {
      requiredKeys: [],
    });
  }
  return fc.constantFrom(null, ...(values[type.name] ?? []));
}

/** Few enough that the same field with the same arguments often stands twice. */
const digest = (text: string): string => {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + character.charCodeAt(0)) % 100_003;
  return text === '' ? '' : `_${sum}`;
};

function operationOf(parts: Part, conditions: Readonly<Record<'x' | 'y', boolean>>, lifted: boolean): Operation {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const names = new Map<string, string>();
  const text = parts.replaceAll(/«(.*?)»/g, (_, json: string) => {
    const { type, value } = JSON.parse(json);
    if (!lifted) return literal(value);
    const known = names.get(json);
    if (known !== undefined) return known;
    const name = `v${names.size}`;
    names.set(json, `$${name}`);
    declared.push(`$${name}: ${type}`);
    variables[name] = plain(value);
    return `$${name}`;
  });
  for (const name of ['x', 'y'] as const) {
    if (!text.includes(`$${name})`)) continue;
    declared.push(`$${name}: Boolean!`);
    variables[name] = conditions[name];
  }
  return { query: declared.length === 0 ? text : `query(${declared.join(', ')}) ${text}`, variables };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  if (typeof value.enum === 'string') return value.enum;
  return `{${Object.entries(value)
    .map(([name, item]) => `${name}: ${literal(item)}`)
    .join(', ')}}`;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if (typeof value.enum === 'string') return value.enum;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}
