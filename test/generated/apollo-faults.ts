// Where `@apollo/gateway` 2.14 is known to be wrong: each class with how it is recognised. What none of them recognises is a failure.

import {
  type GraphQLOutputType,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { inputsSaid, isNulledAbove } from './computed-text.ts';
import type { Told } from './contestants.ts';
import { type Difference, differences } from './differences.ts';
import { fieldOf, type GraphModel, nameOf } from './graph-model.ts';
import { type Change, inOtherWords } from './other-words.ts';
import { requiredOtherwise } from './required-otherwise.ts';
import { haveSameErrors } from './same-errors.ts';
import type { Question } from './verdict.ts';

export interface ApolloFault {
  readonly name: string;
  readonly because: string;
  /** It rejects with such a message, where the supergraph or the operation holds what it names. */
  readonly throws?: (message: string, question: Question) => boolean;
  /** It adds such errors. */
  readonly addsError?: RegExp;
  /** It answers otherwise just where this is. */
  readonly explains?: (difference: Difference, question: Question) => boolean;
  /** It answers rightly when it is asked so. */
  readonly change?: Change;
}

export const APOLLO_FAULTS: readonly ApolloFault[] = [
  {
    name: 'introspection',
    because: 'its planner knows __schema and __type at the top of an operation alone, and not within a fragment',
    throws: (message, { query }) =>
      /__(schema|type)\b/.test(query) && /find any options for (\w+: )?__(schema|type)/.test(message),
    change: 'introspection',
  },
  {
    name: 'alias like a field',
    because: 'what it fetches for keys and @requires has the field’s own name, which the client gave to another field',
    change: 'aliases',
  },
  {
    name: 'required with other arguments',
    because: 'what a field requires with arguments it merges with the client’s field of that name',
    change: 'arguments',
  },
  {
    name: 'nothing left by conditions',
    because: 'it forgets fields below which conditions leave nothing, and fields beside fragments that cannot apply',
    change: 'conditions',
  },
  {
    name: 'fragment of an abstract type',
    because: 'it forgets what is within a fragment of an interface or a union that a subgraph knows with other types',
    change: 'fragments',
  },
  {
    name: 'required with two sets of arguments',
    because: 'what two fields require with different arguments it fetches once',
    explains: ({ way }, { model, query }) =>
      requiredOtherwise(model).some(
        (names) =>
          (way.at(-1) ?? []).some(({ name }) => names.includes(name)) && names.every((name) => query.includes(name)),
      ),
  },
  {
    name: 'null within what is required',
    because: 'of an object in a list, below which something required is null, it sends null',
    explains: ({ right, other }) => {
      const [said, saidOtherwise] = [inputsSaid(right), inputsSaid(other)];
      return said !== undefined && saidOtherwise !== undefined && isNulledAbove(said, saidOtherwise);
    },
  },
  {
    name: 'lists of lists required',
    because: 'it takes each inner list of a required field for an object',
    explains: requiresNestedList,
  },
  {
    name: 'lists of lists from two subgraphs',
    because: 'it cannot merge the inner lists of two fetches',
    explains: ({ way }, { model }) =>
      way.some((standing) =>
        standing.some(({ typename, name, type }) => isNestedList(type) && isShareable(typename, name, model)),
      ),
  },
  {
    name: 'representation of an unknown type',
    because:
      'it asks a subgraph that knows an interface as one object for a type that implements it: all of the request fails',
    addsError: /tried to load an entity for type .* but no object or interface type of that name was found/,
    explains: ({ way, other }, { model }) =>
      other === null && (way.at(-1) ?? []).some(({ typename, name }) => isOfInterfaceObject(typename, name, model)),
  },
  {
    name: 'interface object left out',
    because:
      'it does not learn the types of objects that a subgraph knows as one: what depends on them is null or missing, or the object is',
    explains: ({ way, other }, { model }) =>
      (other === null || other === undefined) &&
      way.some((standing) =>
        standing.some(({ typename, type }) =>
          [typename, getNamedType(type).name].some((name) => isSeenAsObject(name, model)),
        ),
      ),
  },
  {
    name: 'interface object not planned',
    because: 'its planner has no plan for it, or counts too many',
    throws: (message, { model }) =>
      [...model.types.values()].some(({ objectIn }) => objectIn.size > 0) &&
      /interface object|Invalid array length|Too many options|Maximum call stack/.test(message),
  },
];

/** Of an answer that is right but for the order of its keys. */
export const OTHER_ORDER = 'order of keys: it follows its own form of the operation';

/** @param ask Apollo's gateway. @returns the names of the faults that together explain its answer; null: it is not explained */
export async function knownFaults(
  question: Question,
  ask: (query: string) => Promise<Told | { readonly threw: string }>,
): Promise<readonly string[] | null> {
  const { schema, query, variables, apollo } = question;
  if ('threw' in apollo) {
    const thrown = APOLLO_FAULTS.find(({ throws }) => throws?.(apollo.threw, question));
    if (thrown !== undefined) return [thrown.name];
  }
  const plain = explained(apollo, question);
  if (plain !== null) return plain;
  const changing = APOLLO_FAULTS.filter(({ change }) => change !== undefined);
  for (const tried of [...changing.map((fault) => [fault]), changing]) {
    const words = inOtherWords(
      schema,
      query,
      variables,
      tried.flatMap(({ change }) => change ?? []),
    );
    const told = await ask(words.query);
    if ('threw' in told) continue;
    const data = withIntrospection(words.clientNames(JSON.parse(told.data)), question);
    const errors = told.errors.map(words.clientPath);
    const others = explained({ data: JSON.stringify(data), errors }, question);
    if (others !== null) return [...tried.map(({ name }) => name), ...others.filter((name) => name !== OTHER_ORDER)];
  }
  return null;
}

/** Faults that explain each difference there is; null where one is left. */
function explained(told: Question['apollo'], question: Question): readonly string[] | null {
  if ('threw' in told) return null;
  const adding = APOLLO_FAULTS.filter(({ addsError }) => told.errors.some((error) => addsError?.test(error)));
  const errors = told.errors.filter((error) => !adding.some(({ addsError }) => addsError?.test(error)));
  if (!haveSameErrors({ data: question.right.data, errors }, question.right)) return null;
  const found = differences(question.schema, question.query, question.right.data, told.data);
  if (found.length === 0) return adding.length > 0 ? adding.map(({ name }) => name) : [OTHER_ORDER];
  const names = found.map(
    (difference) => APOLLO_FAULTS.find(({ explains }) => explains?.(difference, question))?.name ?? null,
  );
  return names.includes(null)
    ? null
    : [...new Set([...adding.map(({ name }) => name), ...names.flatMap((name) => name ?? [])])];
}

/** What was not asked for, as it is right. */
function withIntrospection(data: unknown, { right }: Question): unknown {
  const whole: unknown = JSON.parse(right.data);
  if (typeof data !== 'object' || data === null || typeof whole !== 'object' || whole === null) return data;
  const introspected = Object.entries(whole).filter(([name]) => /^(i$|__(schema|type)$)/.test(name));
  return { ...Object.fromEntries(introspected), ...data };
}

function isNestedList(type: GraphQLOutputType): boolean {
  const outer = isNonNullType(type) ? type.ofType : type;
  if (!isListType(outer) || !isCompositeType(getNamedType(type))) return false;
  const inner = isNonNullType(outer.ofType) ? outer.ofType.ofType : outer.ofType;
  return isListType(inner);
}

function isShareable(typename: string, name: string, model: GraphModel): boolean {
  const uses = [...fieldOf(model, typename, name).uses.values()];
  return uses.filter(({ isExternal, isOverridden }) => !isExternal && !isOverridden).length > 1;
}

/** Does an object of the interface resolve it? */
const isOfInterfaceObject = (typename: string, name: string, model: GraphModel): boolean =>
  [...fieldOf(model, typename, name).uses.keys()].some((subgraph) =>
    model.types.get(fieldOf(model, typename, name).typename)?.objectIn.has(subgraph),
  );

/** Is it an interface that some subgraph knows as one object, or an implementer of one? */
const isSeenAsObject = (typename: string, model: GraphModel): boolean =>
  [typename, ...(model.types.get(typename)?.interfaces ?? [])].some(
    (name) => (model.types.get(name)?.objectIn.size ?? 0) > 0,
  );

/** Is it a text that was computed from a list of lists of objects? */
function requiresNestedList({ way, right, other }: Difference, { model }: Question): boolean {
  const standing = way.at(-1) ?? [];
  return (
    typeof right === 'string' &&
    typeof other === 'string' &&
    standing.some(({ typename, name }) => {
      const { requires } = fieldOf(model, typename, name);
      return requires !== null && holdsNestedList(requires, typename, model);
    })
  );
}

function holdsNestedList({ selections }: SelectionSetNode, typename: string, model: GraphModel): boolean {
  return selections.some((node) => {
    if (node.kind === Kind.INLINE_FRAGMENT)
      return holdsNestedList(node.selectionSet, node.typeCondition?.name.value ?? typename, model);
    if (node.kind !== Kind.FIELD || node.selectionSet === undefined) return false;
    const field = fieldOf(model, typename, node.name.value);
    return isNestedListNode(field.type) || holdsNestedList(node.selectionSet, nameOf(field.type), model);
  });
}

function isNestedListNode(type: TypeNode): boolean {
  const outer = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  if (outer.kind !== Kind.LIST_TYPE) return false;
  const inner = outer.type.kind === Kind.NON_NULL_TYPE ? outer.type.type : outer.type;
  return inner.kind === Kind.LIST_TYPE;
}
