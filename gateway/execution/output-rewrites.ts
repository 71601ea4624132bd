// Follows the rewrites of a fetch's answer down a selection, step by step.

import type { Rewrite } from '../federation/plan.ts';
import type { SelectionRules } from './selection.ts';

/** Drops leading type steps that the type fulfils; none of it applies when one is not fulfilled. */
export function advanceTypes(
  rewrite: Rewrite,
  typename: string | null,
  rules: Pick<SelectionRules, 'isSubtype'>,
): Rewrite[] {
  let path = rewrite.path;
  for (let step = path[0]; step?.kind === 'types'; step = path[0]) {
    const { typenames } = step;
    const applies = typename === null || typenames.some((name) => name === typename || rules.isSubtype(name, typename));
    if (!applies) return [];
    path = path.slice(1);
  }
  return [{ ...rewrite, path }];
}

/** What is left of a rewrite below a field; none where it leads elsewhere. */
export function advanceKey(rewrite: Rewrite, responseName: string): Rewrite[] {
  const [step, ...rest] = rewrite.path;
  return step?.kind === 'key' && step.name === responseName ? [{ ...rewrite, path: rest }] : [];
}
