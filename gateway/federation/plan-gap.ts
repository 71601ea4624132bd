// Finds what an operation asks for and its plan does not bring: the plan is walked as execution will walk it, by types alone.

import { Kind, parse, type SelectionSetNode } from 'graphql';
import { type Reach, stepsByPlace, withFetches } from './entity-fetch-reach.ts';
import { fetchSteps } from './fetch-steps.ts';
import type { UnfetchedField } from './plan.ts';
import type { PlanDocument } from './plan-documents.ts';
import { broughtAs, fieldsFor, lackOfBrought, type Place, placesBelow, typeOf } from './plan-place.ts';
import type { InputLack } from './required-inputs.ts';
import type { SupergraphFacts } from './subgraph-facts.ts';

export interface PlanGap extends UnfetchedField {
  /** `unfetched`: nothing brings it. `missing` and `other arguments`: it is asked for, but not with what it requires. */
  readonly kind: 'unfetched' | InputLack;
}

/** Fields that are looked at, each of each type: types within types multiply. What is beyond is not judged. */
const LARGEST_WALK = 20_000;

/**
 * Seen of both planners: Hive's loses what one type needs where an interface object is asked for different fields by type,
 * Apollo's sends representations without a key, and one value for a field that is required with two arguments.
 * @param documents of the plan @param document the operation, without named fragments
 */
export function findPlanGaps(
  documents: readonly PlanDocument[],
  document: string,
  facts: SupergraphFacts,
): readonly PlanGap[] {
  const [operation] = parse(document, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  const steps = stepsByPlace(fetchSteps(documents));
  const rootType = operation.operation === 'mutation' ? 'Mutation' : 'Query';
  const root: Place = { names: [], types: [rootType], told: rootType, sources: [] };
  const gaps: PlanGap[] = [];
  lookAt(root, [operation.selectionSet], { facts, steps, left: LARGEST_WALK }, gaps);
  return gaps;
}

function lookAt(reached: Place, wanted: readonly SelectionSetNode[], reach: Reach, gaps: PlanGap[]): void {
  if (reach.left < 0) return;
  const { facts } = reach;
  const place = withFetches(reached, reach);
  const { names } = place;
  const typename = typeOf(place);
  const shown = fieldsFor(place.told, wanted, facts);
  const asked = fieldsFor(typename, wanted, facts);
  reach.left -= asked.size;
  for (const [planName, fields] of asked) {
    const field = fields[0]?.name.value ?? '';
    if (field.startsWith('__')) continue;
    // Of an object whose type nobody told no condition is met.
    const brought = shown.has(planName) ? broughtAs(planName, place, facts) : [];
    const whole = brought.filter((each) => lackOfBrought(each) === null);
    if (whole.length === 0) {
      const kind = brought[0] === undefined ? 'unfetched' : (lackOfBrought(brought[0]) ?? 'unfetched');
      gaps.push({ kind, names, typename, field, planName });
      continue;
    }
    const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (below.length === 0) continue;
    for (const child of placesBelow(planName, place, whole, facts)) lookAt(child, below, reach, gaps);
  }
}
