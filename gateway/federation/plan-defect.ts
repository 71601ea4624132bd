// What is wrong with a plan, whichever planner made it.

import { bareObjectAsked } from './bare-objects.ts';
import { conflictAsked } from './conflicting-fetch.ts';
import { externalAsked } from './external-fields.ts';
import type { PlanNode, UnfetchedField } from './plan.ts';
import { readPlanDocuments } from './plan-documents.ts';
import { findPlanGaps, type PlanGap } from './plan-gap.ts';
import type { SupergraphFacts } from './subgraph-facts.ts';

export interface PlanDefect {
  /** `partial`: some values will be missing. `wrong`: a client would take what comes for the truth. */
  readonly severity: 'partial' | 'wrong';
  readonly reason: string;
  /** Of a partial plan. */
  readonly unfetched: readonly UnfetchedField[];
}

/** @param document the operation that it is a plan for, without named fragments. @returns null when nothing is seen */
export function findPlanDefect(node: PlanNode | null, document: string, facts: SupergraphFacts): PlanDefect | null {
  const documents = readPlanDocuments(node, facts);
  const gaps = findPlanGaps(documents, document, facts);
  const wrong = gaps.find(({ kind, names }) => kind !== 'unfetched' || names.length === 0);
  if (wrong !== undefined) return { severity: 'wrong', reason: wordsOf(wrong), unfetched: [] };
  const external = externalAsked(documents);
  if (external !== null)
    return { severity: 'partial', reason: `its plan asks for ${external}, which is external there`, unfetched: gaps };
  const bare = bareObjectAsked(documents);
  if (bare !== null)
    return { severity: 'partial', reason: `its plan asks for ${bare} and for nothing of it`, unfetched: gaps };
  const conflict = conflictAsked(documents);
  if (conflict !== null) {
    const reason = `its plan asks for ${conflict} under one name with two meanings`;
    return { severity: 'partial', reason, unfetched: gaps };
  }
  const [gap] = gaps;
  return gap === undefined ? null : { severity: 'partial', reason: wordsOf(gap), unfetched: gaps };
}

function wordsOf({ kind, typename, field, names }: PlanGap): string {
  const what = `${typename}.${field}${names.length === 0 ? '' : ` at ${names.join('.')}`}`;
  switch (kind) {
    case 'unfetched':
      return `its plan does not fetch ${what}`;
    case 'missing':
      return `its plan asks for ${what} without what the field requires`;
    case 'other arguments':
      return `its plan asks for ${what} with what the field requires under other arguments`;
  }
}
