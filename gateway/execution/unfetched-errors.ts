// Tells of fields that the plan was known not to bring, where they are missed.

import type { UnfetchedField } from '../federation/plan.ts';
import type { SupergraphFacts } from '../federation/subgraph-facts.ts';
import type { PlacedError } from './run.ts';
import { isTreeObject, type TreeObject, type TreeValue, typenameOf } from './tree.ts';

export function unfetchedErrors(
  root: TreeObject,
  unfetched: readonly UnfetchedField[],
  facts: SupergraphFacts,
): readonly PlacedError[] {
  return unfetched.flatMap(({ names, typename, field, planName }) =>
    placesOf(root, names, [], (object) => object[planName] === undefined && mayBe(object, typename, facts)).map(
      (place): PlacedError => ({
        message: `No query plan was found that fetches ${typename}.${field} here`,
        path: [...place, planName],
        extensions: { code: 'PLAN_FAILED' },
      }),
    ),
  );
}

/** An interface object tells the interface's name. */
function mayBe(object: TreeObject, typename: string, facts: SupergraphFacts): boolean {
  const told = typenameOf(object);
  return told === null || facts.isSubtype(told, typename);
}

type Path = readonly (string | number)[];

function placesOf(
  value: TreeValue | undefined,
  names: readonly string[],
  path: Path,
  chooses: (object: TreeObject) => boolean,
): readonly Path[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => placesOf(item, names, [...path, index], chooses));
  if (!isTreeObject(value)) return [];
  const [name, ...rest] = names;
  if (name === undefined) return chooses(value) ? [path] : [];
  return placesOf(value[name], rest, [...path, name], chooses);
}
