// Representations: what a subgraph needs to find an entity, read out of what other subgraphs said of it.

import type { FieldSet } from '../federation/field-set.ts';
import type { RequiredSelection, Rewrite } from '../federation/plan.ts';
import type { SubgraphFacts, SupergraphFacts } from '../federation/subgraph-facts.ts';
import { isTreeObject, TreeObject, type TreeValue, typenameOf, VerbatimText } from './tree.ts';

export interface Representation {
  readonly typename: string;
  /** JSON as it is sent. */
  readonly text: string;
  /** The fields of one key of the type, as canonical JSON text. */
  readonly keyText: string;
  /** Null: no key of the type is in it whole; `keyText` then holds all that there is. */
  readonly key: FieldSet | null;
  /** What `@requires` adds to the key, as JSON text; '' for nothing. */
  readonly inputsText: string;
}

/** @returns null when the object lacks an input: told where it was fetched, or as what the plan does not bring */
export function readRepresentation(
  object: TreeObject,
  requires: readonly RequiredSelection[],
  rewrites: readonly Rewrite[],
  subgraph: SubgraphFacts,
  facts: SupergraphFacts,
): Representation | null {
  const fields = readFields(object, requires, facts);
  // Without a type none of the fragments applied: rewrites must not give it one.
  if (fields === null || typenameOf(fields) === null) return null;
  for (const rewrite of rewrites) applyRewrite(fields, rewrite, rewrite.path, facts);
  const typename = typenameOf(fields);
  if (typename === null) return null;
  const type = subgraph.types.get(typename);
  // Apollo's planner requires what one type needs of all that share an interface: whom the subgraph does not know it is not asked for.
  if (type === undefined) return null;
  const { keys } = type;
  // Without any key no subgraph finds it; a key that is there and null is the subgraph's to judge.
  if (keys.length > 0 && keys.every((candidate) => [...candidate.keys()].some((name) => fields[name] === undefined)))
    return null;
  const key = keys.find((candidate) => holds(fields, candidate)) ?? null;
  const names = Object.keys(fields).filter((name) => name !== '__typename');
  return {
    typename,
    text: objectText(fields, Object.keys(fields)),
    keyText: key === null ? objectText(fields, names.sort()) : keyTextOf(fields, key),
    key,
    inputsText: key === null ? '' : inputsTextOf(fields, key),
  };
}

/** JSON as it is sent for an entity that an entry names. */
export const representationOf = (typename: string, keyText: string): string =>
  `{"__typename":${JSON.stringify(typename)},${keyText.slice(1)}`;

function readFields(
  object: TreeObject,
  selections: readonly RequiredSelection[],
  facts: SupergraphFacts,
): TreeObject | null {
  const fields = new TreeObject();
  for (const selection of selections) {
    if (selection.kind === 'fragment') {
      const typename = typenameOf(object);
      if (typename === null || !facts.isSubtype(selection.typename, typename)) continue;
      const below = readFields(object, selection.selections, facts);
      // What one fragment needs may be of other types than this object: the others do not go with it.
      if (below !== null) mergeRequired(fields, below);
      continue;
    }
    const value = object[selection.name];
    if (value === undefined) return null;
    const read = selection.selections === null ? value : readBelow(value, selection.selections, facts);
    mergeRequired(fields, Object.assign(new TreeObject(), { [selection.sentAs]: read }));
  }
  return fields;
}

function mergeRequired(into: TreeObject, from: TreeObject): void {
  for (const name of Object.keys(from)) {
    const [before, value] = [into[name], from[name]];
    if (isTreeObject(before) && isTreeObject(value)) mergeRequired(before, value);
    else into[name] = value;
  }
}

function readBelow(value: TreeValue, selections: readonly RequiredSelection[], facts: SupergraphFacts): TreeValue {
  if (Array.isArray(value)) return value.map((item) => readBelow(item, selections, facts));
  return isTreeObject(value) ? readFields(value, selections, facts) : value;
}

function applyRewrite(
  value: TreeValue | undefined,
  rewrite: Rewrite,
  path: Rewrite['path'],
  facts: SupergraphFacts,
): void {
  if (Array.isArray(value)) {
    for (const item of value) applyRewrite(item, rewrite, path, facts);
    return;
  }
  if (!isTreeObject(value)) return;
  const [step, ...rest] = path;
  if (step === undefined) return;
  if (step.kind === 'types') {
    const typename = typenameOf(value);
    const applies = typename === null || step.typenames.some((name) => facts.isSubtype(name, typename));
    if (applies) applyRewrite(value, rewrite, rest, facts);
  } else if (rest.length > 0) {
    applyRewrite(value[step.name], rewrite, rest, facts);
  } else if (rewrite.kind === 'set') {
    value[step.name] = JSON.stringify(rewrite.value);
  } else if (value[step.name] !== undefined) {
    value[rewrite.to] = value[step.name];
    delete value[step.name];
  }
}

function holds(fields: TreeObject, key: FieldSet): boolean {
  for (const [name, below] of key) {
    const value = fields[name];
    if (value === undefined || value === null || Array.isArray(value)) return false;
    if (below !== null && !(isTreeObject(value) && holds(value, below))) return false;
    if (below === null && typeof value !== 'string') return false;
  }
  return true;
}

function keyTextOf(fields: TreeObject, key: FieldSet): string {
  const parts = [...key.keys()].sort().map((name) => {
    const value = fields[name];
    const below = key.get(name);
    const text = below && isTreeObject(value) ? keyTextOf(value, below) : valueText(value ?? null);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${parts.join(',')}}`;
}

/** All that is neither key nor `__typename`, below nested key fields too. */
function inputsTextOf(fields: TreeObject, key: FieldSet): string {
  const parts = Object.keys(fields)
    .sort()
    .flatMap((name): readonly string[] => {
      if (name === '__typename') return [];
      const value = fields[name] ?? null;
      const below = key.get(name);
      if (below === undefined) return [`${JSON.stringify(name)}:${valueText(value)}`];
      const inputs = below !== null && isTreeObject(value) ? inputsTextOf(value, below) : '';
      return inputs === '' ? [] : [`${JSON.stringify(name)}:${inputs}`];
    });
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function objectText(fields: TreeObject, names: readonly string[]): string {
  return `{${names.map((name) => `${JSON.stringify(name)}:${valueText(fields[name] ?? null)}`).join(',')}}`;
}

function valueText(value: TreeValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`;
  if (value instanceof VerbatimText) return value.text;
  return objectText(value, Object.keys(value));
}
