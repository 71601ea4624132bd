// Answers one request to a subgraph of the benchmark: any selection of the fields that it has, for any key.

import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationTypeNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { fieldOf, type Made, type Plain, type Ref } from './made-data.ts';

export interface OriginAnswer {
  readonly text: string;
  readonly operation: OperationTypeNode;
}

interface GraphqlRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

/** One key of an answer: the fields that the selection has under it, which ask for the same. */
interface Slot {
  readonly responseKey: string;
  readonly field: FieldNode;
  readonly selectionSets: readonly SelectionSetNode[];
}

interface Prepared {
  readonly kind: OperationTypeNode;
  readonly selectionSet: SelectionSetNode;
  readonly defaults: Readonly<Record<string, unknown>>;
  slotsOf(selectionSets: readonly SelectionSetNode[], typename: string): readonly Slot[];
}

/** What a text says is read once; the text may stand for ever: a benchmark has some thousands. */
export function createAnswerer(): (request: GraphqlRequest) => OriginAnswer {
  const prepared = new Map<string, Prepared>();
  return ({ query, operationName, variables }) => {
    const key = `${operationName ?? ''}\n${query}`;
    const known = prepared.get(key) ?? prepare(parse(query, { noLocation: true }), operationName ?? null);
    prepared.set(key, known);
    const writer = writerFor(known, { ...known.defaults, ...variables });
    const root: Ref = { typename: known.kind === 'mutation' ? 'Mutation' : 'Query', key: '', given: {} };
    return { text: `{"data":${writer(root, [known.selectionSet])}}`, operation: known.kind };
  };
}

function prepare(document: DocumentNode, operationName: string | null): Prepared {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const operation = document.definitions.find(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName === null || definition.name?.value === operationName),
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION)
    throw new Error(`expected an operation ${operationName ?? ''} in the document`);
  const defaults: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue !== undefined) defaults[variable.name.value] = valueFromASTUntyped(defaultValue);
  }
  const kept = new Map<string, Map<SelectionSetNode, readonly Slot[]>>();
  return {
    kind: operation.operation,
    selectionSet: operation.selectionSet,
    defaults,
    slotsOf(selectionSets, typename) {
      const [only, another] = selectionSets;
      if (only === undefined || another !== undefined) return collect(selectionSets, typename, fragments);
      const ofType = kept.get(typename) ?? new Map<SelectionSetNode, readonly Slot[]>();
      kept.set(typename, ofType);
      const slots = ofType.get(only) ?? collect(selectionSets, typename, fragments);
      ofType.set(only, slots);
      return slots;
    },
  };
}

function collect(
  selectionSets: readonly SelectionSetNode[],
  typename: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly Slot[] {
  const slots = new Map<string, { field: FieldNode; selectionSets: SelectionSetNode[] }>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.directives?.length)
          throw new Error(`expected no directives, got some on ${selection.name.value}`);
        const responseKey = selection.alias?.value ?? selection.name.value;
        const slot = slots.get(responseKey) ?? { field: selection, selectionSets: [] };
        if (selection.selectionSet) slot.selectionSets.push(selection.selectionSet);
        slots.set(responseKey, slot);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      if (fragment && (condition === undefined || condition === typename)) visit(fragment.selectionSet);
    }
  };
  selectionSets.forEach(visit);
  return [...slots].map(([responseKey, slot]) => ({ responseKey, ...slot }));
}

function writerFor({ slotsOf }: Prepared, variables: Readonly<Record<string, unknown>>) {
  const argumentsOf = ({ arguments: given = [] }: FieldNode): Record<string, unknown> => {
    const args: Record<string, unknown> = {};
    for (const { name, value } of given) args[name.value] = valueFromASTUntyped(value, variables);
    return args;
  };
  const write = (value: Made, selectionSets: readonly SelectionSetNode[]): string => {
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    if (isList(value)) return `[${value.map((item) => write(item, selectionSets)).join(',')}]`;
    const members = slotsOf(selectionSets, value.typename).map(({ responseKey, field, selectionSets: below }) => {
      const name = field.name.value;
      const made = name === '__typename' ? value.typename : madeOf(value, name, argumentsOf(field));
      return `${JSON.stringify(responseKey)}:${write(made, below)}`;
    });
    return `{${members.join(',')}}`;
  };
  return write;
}

function madeOf(object: Ref | Plain, name: string, args: Record<string, unknown>): Made {
  if ('key' in object) return fieldOf(object.typename, name)(object, args);
  const value = object.values[name];
  if (value === undefined) throw new Error(`expected a field of ${object.typename}, got ${name}`);
  return value;
}

const isList = (value: Ref | Plain | readonly Made[]): value is readonly Made[] => Array.isArray(value);
