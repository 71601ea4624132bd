// From a place in the request's data to its places in the client's answer: plan names back to the client's own.

import type { OutSelection } from './output-selection.ts';
import { isTreeObject, type TreeObject, type TreeValue, typenameOf } from './tree.ts';

type Path = readonly (string | number)[];

/** @returns one path for each alias under which the client shows the field; what it does not show keeps the subgraph's name */
export function clientPaths(path: Path, root: TreeObject, selection: OutSelection): readonly Path[] {
  return follow(path, root, selection);
}

function follow(path: Path, value: TreeValue | undefined, selection: OutSelection | null): readonly Path[] {
  const [step, ...rest] = path;
  if (step === undefined) return [[]];
  if (typeof step === 'number') {
    const item = Array.isArray(value) ? value[step] : undefined;
    return follow(rest, item, selection).map((below) => [step, ...below]);
  }
  const typename = isTreeObject(value) ? typenameOf(value) : null;
  const fields = selection?.shape(typename).fields.filter((field) => field.planNames.includes(step)) ?? [];
  if (fields.length === 0) return [path];
  const below = isTreeObject(value) ? value[step] : undefined;
  return fields.flatMap((field) =>
    follow(rest, below, field.selection).map((further) => [field.responseName, ...further]),
  );
}
