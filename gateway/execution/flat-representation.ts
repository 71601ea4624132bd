// Representations of plain keys, made without a tree: nearly all there are.

import type { FieldSet } from '../federation/field-set.ts';
import type { EntityGroup, RequiredSelection } from '../federation/plan.ts';
import type { SubgraphFacts, SupergraphFacts } from '../federation/subgraph-facts.ts';
import type { Representation } from './representation.ts';
import type { TreeObject } from './tree.ts';

/** How to make the representation of objects of one type: leaves only, each once, one key among them. */
export interface FlatPlan {
  /** In the representation. */
  readonly typename: string;
  readonly key: FieldSet;
  readonly sent: readonly FlatPart[];
  readonly keyParts: readonly FlatPart[];
  readonly inputParts: readonly FlatPart[];
}

export interface FlatPart {
  readonly name: string;
  /** `"upc":` */
  readonly keyText: string;
}

/** @returns undefined where the long way has to be gone: nested inputs, nulls, missing values, no plain key */
export function readFlatRepresentation(
  object: TreeObject,
  typename: string,
  group: EntityGroup,
  subgraph: SubgraphFacts,
  facts: SupergraphFacts,
): Representation | undefined {
  const plan = flatPlan(typename, group, subgraph, facts);
  if (plan === null) return undefined;
  const text = textOf(object, plan.sent);
  if (text === null) return undefined;
  const { key, keyParts, inputParts } = plan;
  return {
    typename: plan.typename,
    text: `{"__typename":"${plan.typename}",${text}}`,
    keyText: `{${textOf(object, keyParts)}}`,
    key,
    inputsText: inputParts.length === 0 ? '' : `{${textOf(object, inputParts)}}`,
  };
}

function textOf(object: TreeObject, parts: readonly FlatPart[]): string | null {
  let text = '';
  for (const { name, keyText } of parts) {
    const value = object[name];
    if (typeof value !== 'string') return null;
    text += text === '' ? keyText + value : `,${keyText}${value}`;
  }
  return text;
}

const plans = new WeakMap<EntityGroup, Map<string, FlatPlan | null>>();

/** @returns null where representations of the type have to be made the long way */
export function flatPlan(
  typename: string,
  group: EntityGroup,
  subgraph: SubgraphFacts,
  facts: SupergraphFacts,
): FlatPlan | null {
  const known = plans.get(group) ?? new Map<string, FlatPlan | null>();
  plans.set(group, known);
  let plan = known.get(typename);
  if (plan === undefined) {
    plan = makePlan(typename, group, subgraph, facts);
    known.set(typename, plan);
  }
  return plan;
}

function makePlan(
  typename: string,
  { requires, inputRewrites }: EntityGroup,
  subgraph: SubgraphFacts,
  facts: SupergraphFacts,
): FlatPlan | null {
  const fields = new Map<string, string>();
  if (!collect(requires, typename, facts, fields) || fields.get('__typename') !== '__typename') return null;
  fields.delete('__typename');
  let sentType = typename;
  for (const { kind, path, ...rewrite } of inputRewrites) {
    const [types, key, ...more] = path;
    const isTypename = types?.kind === 'types' && key?.kind === 'key' && key.name === '__typename' && more.length === 0;
    if (kind !== 'set' || !isTypename || !('value' in rewrite)) return null;
    if (types.typenames.some((name) => facts.isSubtype(name, sentType))) sentType = String(rewrite.value);
  }
  const keys = subgraph.types.get(sentType)?.keys ?? [];
  const key = keys.find((candidate) => [...candidate].every(([name, below]) => below === null && fields.has(name)));
  // The long way takes the first key that is there whole: a nested one may come before.
  if (key === undefined || keys.some((candidate) => [...candidate.values()].some((below) => below !== null)))
    return null;
  const part = (sentAs: string): FlatPart => ({
    name: fields.get(sentAs) ?? sentAs,
    keyText: `${JSON.stringify(sentAs)}:`,
  });
  const names = [...fields.keys()];
  return {
    typename: sentType,
    key,
    sent: names.map(part),
    keyParts: [...key.keys()].sort().map(part),
    inputParts: names
      .filter((name) => !key.has(name))
      .sort()
      .map(part),
  };
}

/** Name in the representation → name in the data. @returns false for what is not flat */
function collect(
  selections: readonly RequiredSelection[],
  typename: string,
  facts: SupergraphFacts,
  into: Map<string, string>,
): boolean {
  return selections.every((selection) => {
    if (selection.kind === 'fragment') {
      return !facts.isSubtype(selection.typename, typename) || collect(selection.selections, typename, facts, into);
    }
    const before = into.get(selection.sentAs);
    into.set(selection.sentAs, selection.name);
    return selection.selections === null && (before === undefined || before === selection.name);
  });
}
